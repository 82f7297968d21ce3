"""The words of the commands that begin and keep a set of rules (`suggest`, `rules`), for `monitor.cli`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", metavar="PATH", help="Rule file or folder; may be repeated. None: as configured."),
]
RulesConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", metavar="FILE", help="The configuration that names the rules.")
]


class PageFormat(StrEnum):
    """How the page of all rules is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def add_keeping(app: typer.Typer) -> None:
    """Give the commands to the application."""
    for command in (suggest, rules):
        app.command()(command)


def suggest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders of articles.")],
    topic: Annotated[str, typer.Option("--topic", help="Only the sentences that hold one of these words.")] = "",
    into: Annotated[Path | None, typer.Option("--into", help="The rule file to write; it must not exist.")] = None,
    rules: RulesOption = None,
    config: RulesConfigOption = None,
) -> int:
    """Read articles and draft a watchlist: names, what is done to them, a first query, and cases."""
    from monitor.commands.suggest import suggest

    return suggest(paths, topic, into, rules or [], config)


def rules(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATHS]", help="Rule files or folders; none: as configured.")
    ] = None,
    since: Annotated[str, typer.Option("--since", metavar="SPAN", help="What is counted and tried.")] = "28d",
    on: Annotated[
        list[Path] | None, typer.Option("--on", metavar="FOLDER|FILE", help="Articles in place of the archive.")
    ] = None,
    config: RulesConfigOption = None,
    format: Annotated[PageFormat, typer.Option("--format", help="For people, repositories, or programs.")] = (
        PageFormat.TABLE
    ),
) -> int:
    """Show how each rule does: alerts a week, judgements, cases, owner, review, exclusions, dead spellings."""
    from monitor.commands.rules import rules

    as_json, as_markdown = format is PageFormat.JSON, format is PageFormat.MARKDOWN
    return rules(paths or [], since, on or [], config, as_json=as_json, as_markdown=as_markdown)
