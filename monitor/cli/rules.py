"""The words of the commands on rule files: what is wrong in them, their layout, their lists, drafts of new ones."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    OnOption,
    RulesConfigOption,
    RulesOption,
    SinceOption,
    TextOrJson,
    TextOrJsonOption,
)


class CheckFormat(StrEnum):
    """How `check` prints problems."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class PageFormat(StrEnum):
    """How the page of all rules is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def add_rules(app: typer.Typer, panel: str) -> None:
    """Give the commands to the application."""
    for command in (check, test, fmt, terms, suggest, rules, schema):
        app.command(rich_help_panel=panel)(command)


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Rule files or folders; none: config and its rules."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    on: OnOption = None,
    since: SinceOption = None,
    format: Annotated[CheckFormat, typer.Option("--format", help="For people, or for programs.")] = CheckFormat.TEXT,
) -> int:
    """Check the configuration and the rules, and run the rules' own cases. With --on or --since, try them on the past.

    Every problem is shown with its line and what to write instead. Exit code 1 if there is an error.
    """
    from monitor.commands.check import Format, check

    return check(paths or [], config, on or [], since, form=Format(format))


def test(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Rule files or folders; none: the rules of the configuration."),
    ] = None,
    config: RulesConfigOption = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the results there as JUnit XML too.")
    ] = None,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Run the cases of the rules: match, no_match, todo_match. For each that fails the clause that decided is shown.

    Exit code 1 if a case fails, or if a todo_match has begun to match.
    """
    from monitor.commands.test import test

    return test(paths or [], config, junit, as_json=format is TextOrJson.JSON)


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Rule files or folders; none: the rules of the configuration."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; name the files that would change.")] = False,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Give rule files their canonical layout. Comments stay, and so does everything that a file means.

    With --check the exit code is 1 if a file would change.
    """
    from monitor.commands.fmt import fmt

    return fmt(paths or [], config, check=check, as_json=format is TextOrJson.JSON)


def terms(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A list: place, @place, or WATCHLIST/place.")],
    on: OnOption = None,
    since: SinceOption = None,
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Show a list with its spellings; with --on or --since what each matched there, and those never seen."""
    from monitor.commands.terms import terms

    return terms(name, rules or [], on or [], since, config, as_json=format is TextOrJson.JSON)


def schema(
    terms: Annotated[bool, typer.Option("--terms", help="That of the files of shared lists.")] = False,
    digest: Annotated[bool, typer.Option("--digest", help="That of what a webhook receives.")] = False,
) -> int:
    """Print the JSON Schema of rule files, with which editors complete and check them.

    monitor schema > rules.schema.json, and at the top of a rule file: #:schema ./rules.schema.json
    """
    from monitor.commands.schema import schema

    return schema(terms=terms, digest=digest)


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
