"""The words of the commands that try rules on articles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JobsOption,
    OnOption,
    RulesConfigOption,
    RulesOption,
    SinceOption,
    TableOrLines,
    TextOrJson,
    TextOrJsonOption,
)


def add_trials(app: typer.Typer, panel: str) -> None:
    """Give the commands to the application."""
    for command in (match, explain, backtest, diff):
        app.command(rich_help_panel=panel)(command)
    app.command("near-misses", rich_help_panel=panel)(near_misses)


def match(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Articles to read.")],
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    format: Annotated[
        TableOrLines, typer.Option("--format", help="A table, or a line of JSON per match and fact.")
    ] = TableOrLines.TABLE,
) -> int:
    """Show which rules match which articles, and why. Stores nothing and sends nothing.

    Without --rules and --config the rules of ./config.toml are used, or, where there is none, the shipped ones.
    """
    from monitor.commands.match import match

    return match(paths, rules or [], config, as_jsonl=format is TableOrLines.JSONL)


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule: its id, or WATCHLIST/ID.")],
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE|FILE|TEXT", help="An article of the archive by id or URL, a file, a text.")
    ],
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Show why a rule matches an article, or why not: every clause with its evidence, or with how near it came."""
    from monitor.commands.explain import explain

    return explain(rule, article, rules or [], config, in_json=format is TextOrJson.JSON)


def near_misses(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule: its id, or WATCHLIST/ID.")],
    on: OnOption = None,
    since: SinceOption = None,
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="The most articles that are shown.")] = 20,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Show the articles that a rule does not match for one clause alone, and the clause."""
    from monitor.commands.near_misses import misses

    as_json = format is TextOrJson.JSON
    return misses(rule, rules or [], on or [], since, config, limit=limit, as_json=as_json)


def backtest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RULES]...", help="Rule files or folders; none: the rules of the configuration."),
    ] = None,
    on: OnOption = None,
    since: SinceOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it there as HTML too.")] = None,
    format: TextOrJsonOption = TextOrJson.TEXT,
    jobs: JobsOption = None,
) -> int:
    """Try rules on past articles: stories per day, counts per rule, values, samples. Stores nothing, sends nothing.

    Exit code 1 if a rule tells fewer or more stories a week than its `expect` says.
    """
    from monitor.commands.backtest import backtest

    as_json = format is TextOrJson.JSON
    return backtest(paths or [], on or [], since, config, html, as_json=as_json, processes=jobs)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A rule file, a folder, or REVISION:PATH of git.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, after the edit.")],
    on: OnOption = None,
    since: SinceOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: TextOrJsonOption = TextOrJson.TEXT,
    jobs: JobsOption = None,
) -> int:
    """Show what an edit of rules does to the inbox: matches gained and lost, stories a week, cases that changed.

    For example: monitor diff HEAD~1:rules rules --since 30d. Exit code 1 if a case fails that was well before.
    """
    from monitor.commands.diff import diff

    return diff(old, new, on or [], since, config, as_json=format is TextOrJson.JSON, processes=jobs)
