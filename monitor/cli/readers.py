"""The words of `monitor digest`, `outbox`, `schedule`, `sent` and `subscriptions`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, TableOrLines, TableOrLinesOption
from monitor.model import Novelty, Severity

outbox_app = typer.Typer(help="Look after messages that did not go out.", no_args_is_help=True)
schedule_app = typer.Typer(help="Look at schedules.", no_args_is_help=True)
sent_app = typer.Typer(help="Ask what was sent.", no_args_is_help=True)
digest_app = typer.Typer(help="Look at digests.", no_args_is_help=True)
subscriptions_app = typer.Typer(help="Look at who gets what.", no_args_is_help=True)

_Numbers = Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", help="Deliveries, by their numbers.")]
_Parked = Annotated[bool, typer.Option("--parked", help="All that are parked.")]


def add_readers(app: typer.Typer, panel: str) -> None:
    """Give the commands to the application."""
    for group, name in (
        (digest_app, "digest"),
        (sent_app, "sent"),
        (subscriptions_app, "subscriptions"),
        (schedule_app, "schedule"),
        (outbox_app, "outbox"),
    ):
        app.add_typer(group, name=name, rich_help_panel=panel)


@outbox_app.command("list")
def list_(
    config: ConfigOption = DEFAULT_CONFIG,
    all_: Annotated[bool, typer.Option("--all", help="Also what was sent or dropped.")] = False,
    format: TableOrLinesOption = TableOrLines.TABLE,
) -> int:
    """Show what waits, what is parked, and whether everything is held.

    Exit code 1 if an operator is needed.
    """
    from monitor.commands.outbox_list import list

    return list(config, everything=all_, as_json=format is TableOrLines.JSONL)


@outbox_app.command()
def show(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="A delivery, by its number.")],
    config: ConfigOption = DEFAULT_CONFIG,
    raw: Annotated[bool, typer.Option("--raw", help="The bytes of the message, as they are sent.")] = False,
) -> int:
    """Show one delivery and all that happened to it."""
    from monitor.commands.outbox_show import show

    return show(config, number, raw=raw)


@outbox_app.command()
def retry(numbers: _Numbers = None, parked: _Parked = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Send parked or dropped messages again, or waiting ones at once: the same bytes, the same Message-ID."""
    from monitor.commands.outbox_retry import retry

    return retry(config, numbers or [], parked=parked)


@outbox_app.command()
def drop(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the ledger.")],
    numbers: _Numbers = None,
    parked: _Parked = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Give messages up. They stay in the ledger, with the reason."""
    from monitor.commands.outbox_drop import drop

    return drop(config, numbers or [], reason, parked=parked)


@outbox_app.command()
def release(
    config: ConfigOption = DEFAULT_CONFIG,
    send: Annotated[bool, typer.Option("--send", help="Mail what waits.")] = False,
    as_told: Annotated[bool, typer.Option("--as-told", help="Take what waits as mailed already.")] = False,
) -> int:
    """End the hold of a restored database, once it is decided what happens to what waits."""
    from monitor.commands.outbox_release import release

    return release(config, send=send, as_told=as_told)


@outbox_app.command()
def bounces(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Mails that came back: files, folders, a Maildir.")
    ] = None,
    forgive: Annotated[
        list[str] | None, typer.Option("--forgive", metavar="ADDRESS", help="Send to this address again.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Read mails that came back: park what they are about, and send nothing more to addresses that do not exist."""
    from monitor.commands.outbox_bounces import bounces

    return bounces(config, paths or [], forgive or [])


@schedule_app.command("next")
def next_(
    subscription: Annotated[
        str | None, typer.Argument(metavar="[SUBSCRIPTION]", help="A subscription; none: all.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Show when the next five digests are due: in words, in local time, in UTC."""
    from monitor.commands.schedule_next import next

    return next(config, subscription)


@digest_app.callback()
def _digests() -> None:
    """Look at digests."""


@digest_app.command()
def preview(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A subscription (none: the first), or a stored digest.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it there as HTML.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> int:
    """Show the digest that waits for a subscription, without sending it or marking anything as told.

    A digest that was sent is named by its id, or by the path or address of its file. Exit code 1 if a template of
    your own failed.
    """
    from monitor.commands.digest_preview import preview

    return preview(config, name, html, show=open_)


@subscriptions_app.callback()
def _subscriptions() -> None:
    """Look at who gets what."""


@subscriptions_app.command("test")
def test_(
    name: Annotated[
        str | None, typer.Argument(metavar="[ALERT|ARTICLE|URL]", help="An alert, article, story or address by name.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    watchlist: Annotated[str | None, typer.Option("--watchlist", help="Suppose an alert of this watchlist.")] = None,
    severity: Annotated[Severity, typer.Option("--severity", help="Of this severity.")] = Severity.NORMAL,
    lang: Annotated[str, typer.Option("--lang", help="About an article in this language: en, zh.")] = "",
    novelty: Annotated[Novelty, typer.Option("--novelty", help="Of this novelty.")] = Novelty.NEW,
    expect: Annotated[
        list[str] | None, typer.Option("--expect", metavar="NAME", help="Who should get it; may be repeated.")
    ] = None,
    format: TableOrLinesOption = TableOrLines.TABLE,
) -> int:
    """Show who would get an alert, when, through which channel and why; and who not. Sends nothing.

    Exit code 1 if nobody would get it or, with --expect, if others would than those.
    """
    from monitor.commands.subscriptions_test import Supposed, test

    if (name is None) == (watchlist is None):
        raise typer.BadParameter("give an alert by name, or --watchlist; not both")
    supposed = Supposed(watchlist, severity, lang, novelty) if watchlist is not None else None
    return test(config, name, supposed, expect or [], as_json=format is TableOrLines.JSONL)


@sent_app.command("list")
def sent_list(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="What all has to be in it.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    since: Annotated[str | None, typer.Option("--since", metavar="SPAN", help='No longer ago: "7d".')] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The most messages to list.")] = 50,
    format: TableOrLinesOption = TableOrLines.TABLE,
) -> int:
    """List what was sent: when, to whom, through which channel, and what the other side said. The newest first.

    Exit code 1 if nothing was found.
    """
    from monitor.commands.sent_list import list

    return list(config, words or [], since, limit=limit, as_json=format is TableOrLines.JSONL)


@sent_app.command()
def why(
    question: Annotated[
        list[str], typer.Argument(metavar="STORY|ARTICLE|URL|WORDS...", help="An id, an address, or words.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The most articles to tell of.")] = 10,
    format: TableOrLinesOption = TableOrLines.TABLE,
) -> int:
    """Tell everything that happened to an article: seen, matched, told, mailed to whom and when, or why not.

    Exit code 1 if nothing was found.
    """
    from monitor.commands.sent_why import why

    return why(config, " ".join(question), limit=limit, as_json=format is TableOrLines.JSONL)
