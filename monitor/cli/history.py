"""The words of `monitor replay`, `monitor learn` and `monitor facts`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JobsOption,
    TableOrJson,
    TableOrJsonOption,
    TableOrLines,
    TextOrJson,
    TextOrJsonOption,
)
from monitor.model import Opinion

_Paths = Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Articles to read.")]


facts_app = typer.Typer(help="Look at what is known, and mend it.", no_args_is_help=True)


def add_history(app: typer.Typer, panel: str) -> None:
    """Give the commands to the application."""
    for command in (replay, learn, judge, warm):
        app.command(rich_help_panel=panel)(command)
    app.add_typer(facts_app, name="facts", rich_help_panel=panel)


def replay(
    paths: _Paths,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", "-r", metavar="PATH", help="Rule file or folder; may be repeated."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", metavar="FILE", help="The configuration, for rules and readers.")
    ] = None,
    digests: Annotated[
        Path | None,
        typer.Option("--digests", metavar="DIR", help="Write what the subscriptions would have been sent there."),
    ] = None,
    format: Annotated[
        TableOrLines, typer.Option("--format", help="A table, or a line of JSON per decision.")
    ] = TableOrLines.TABLE,
    jobs: JobsOption = None,
) -> int:
    """Take in past articles in their own time, against a store that is gone in the end, and show every decision.

    A line of JSON holds article (its own id), duplicate_of, story and why it is in it, watchlist, rule, fact, novelty
    and reason, with the former state and the added numbers and places.
    """
    from monitor.commands.replay import replay

    return replay(paths, rules or [], config, digests, as_jsonl=format is TableOrLines.JSONL, processes=jobs)


def learn(
    paths: _Paths,
    config: ConfigOption = DEFAULT_CONFIG,
    again: Annotated[
        bool, typer.Option("--again", help="Try what is known too, with the rules of today: for rules that are new.")
    ] = False,
    jobs: JobsOption = None,
) -> int:
    """Read an archive as history: what it tells is known to every reader from then on, and nobody is alerted.

    Not beside a running daemon. Ctrl-C loses nothing: the same command goes on where it was.
    """
    from monitor.commands.learn import learn

    return learn(paths, config, again=again, processes=jobs)


def judge(
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="The id of an alert, or its first characters.")],
    opinion: Annotated[Opinion, typer.Argument(help="What it was.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="In your words; it is kept.")] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Of a bad one: put the proposed case and except into the rule file.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Say what an alert was worth: how good each rule is, is counted from that.

    For a bad one a `no_match` case is proposed, and an `except` with which every other case of the file still comes
    out. Nothing is written unless `--write` says so.
    """
    from monitor.commands.judge import judge

    return judge(config, alert, opinion, why, write=write, as_json=format is TextOrJson.JSON)


def warm(
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="A rule over time, by its id or WATCHLIST/ID; none: all.")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="SPAN", help='How much of the archive in the store: "90d".')
    ] = "90d",
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Let rules over time count what is in the store already, so that a new one has a past. Tells nobody.

    May run beside the daemon, and again: nothing counts twice.
    """
    from monitor.commands.warm import warm

    return warm(config, rule, since)


@facts_app.command("list")
def list_(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="What a fact must hold.")] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help="Of one rule: its id, or WATCHLIST/ID.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: TableOrJsonOption = TableOrJson.TABLE,
) -> int:
    """Show what is known per rule: since when, from which sources, and what was struck and why.

    Exit code 1 if nothing was found.
    """
    from monitor.commands.facts_list import list

    return list(config, words or [], rule, as_json=format is TableOrJson.JSON)


@facts_app.command()
def strike(
    name: Annotated[str, typer.Argument(metavar="KEY", help="A fact, by its key or its short name.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it stays in the ledger.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Forget a fact that is wrong: its next telling is new, also for readers who were told the wrong one."""
    from monitor.commands.facts_strike import strike

    return strike(config, name, why)


@facts_app.command()
def add(
    memory: Annotated[str, typer.Argument(metavar="WATCHLIST/ABOUT", help="The memory that the fact belongs to.")],
    values: Annotated[list[str], typer.Argument(metavar="SLOT=VALUE...", help="Its slots, and those of its state.")],
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d"], help="Since when it is known (UTC)."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Make a fact known to every reader, without an article: its next telling is background."""
    from monitor.commands.facts_add import add

    return add(config, memory, values, since.replace(tzinfo=UTC) if since else None)


_FactsFile = Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="One fact a line.")]


@facts_app.command("export")
def export(file: _FactsFile, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Write all facts, one line of JSON each; `-` to standard output."""
    from monitor.commands.facts_export import export

    return export(config, file)


@facts_app.command("import")
def import_(file: _FactsFile, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Take in facts, known to every reader from then on; all of the file, or nothing if a line is wrong."""
    from monitor.commands.facts_import import import_

    return import_(config, file)
