"""The words of `monitor silence`, and what its verbs share."""

from __future__ import annotations

import getpass
import os
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, TableOrJson, TableOrJsonOption

silence_app = typer.Typer(help="Mute what you do not want to be told for a while.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="ID", help="A silence, by its id, which may be shortened.")]


def _author() -> str:
    """Who is at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return os.environ.get("USER", "")


@silence_app.callback()
def _silences() -> None:
    """Mute what you do not want to be told for a while."""


@silence_app.command()
def add(
    why: Annotated[str, typer.Option("--why", help="The reason; it is told in the digest.")],
    watchlist: Annotated[str | None, typer.Option("--watchlist", metavar="NAME", help="All of a watchlist.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="RULE", help="A rule: its id, or WATCHLIST/ID.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", metavar="SLOT=VALUE", help="Facts with this value; may be repeated.")
    ] = None,
    story: Annotated[
        str | None, typer.Option("--story", metavar="ID", help="A story, by its id or that of an article or alert.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Articles of one source.")] = None,
    words: Annotated[str | None, typer.Option("--words", metavar="QUERY", help="Articles that match a query.")] = None,
    subscription: Annotated[
        str | None, typer.Option("--subscription", metavar="NAME", help="For this subscription only; none: for all.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Until then (UTC if it does not say): 2026-12-01.")
    ] = None,
    for_: Annotated[str | None, typer.Option("--for", metavar="SPAN", help='For so long: "7d", "12h".')] = None,
    until_new: Annotated[
        str | None, typer.Option("--until-new", metavar="SLOT", help="Until a new value of this slot appears.")
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who says so; none: who is logged in.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: TableOrJsonOption = TableOrJson.TABLE,
) -> int:
    """Mute alerts, what waits for the next digest included, until an end that has to be named.

    All that is given has to hold. What was muted is counted and named in the digest, and not sent late.
    """
    from monitor.commands.silence_add import Asked, add

    asked = Asked(
        watchlist=watchlist or "",
        rule=rule or "",
        fact=tuple(fact or ()),
        story=story or "",
        source=source or "",
        words=words or "",
        subscription=subscription or "",
        until=until,
        span=for_,
        until_new=until_new or "",
        author=author if author is not None else _author(),
        reason=why,
    )
    return add(config, asked, as_json=format is TableOrJson.JSON)


@silence_app.command("list")
def list_(
    config: ConfigOption = DEFAULT_CONFIG,
    all_: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    format: TableOrJsonOption = TableOrJson.TABLE,
) -> int:
    """Show the silences, how many alerts each has kept back, and when it ends."""
    from monitor.commands.silence_list import list

    return list(config, everything=all_, as_json=format is TableOrJson.JSON)


@silence_app.command()
def show(name: _Name, config: ConfigOption = DEFAULT_CONFIG, format: TableOrJsonOption = TableOrJson.TABLE) -> int:
    """Show one silence with the alerts that it has kept back."""
    from monitor.commands.silence_show import show

    return show(config, name, as_json=format is TableOrJson.JSON)


@silence_app.command()
def expire(
    name: _Name,
    config: ConfigOption = DEFAULT_CONFIG,
    why: Annotated[str, typer.Option("--why", help="A reason, kept with it.")] = "",
) -> int:
    """End a silence now. What it has kept back is not sent late; what comes is told again."""
    from monitor.commands.silence_expire import expire

    return expire(config, name, why)
