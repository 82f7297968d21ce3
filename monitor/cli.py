"""Words on the command line -> one call into `monitor.commands` -> an exit code.

    0    done
    1    something that you can mend: one line per problem on standard error (`MonitorError`)
    2    the command line itself is wrong
    3    a bug of ours: a log file with the traceback is written and named
    130  interrupted with Ctrl-C

Commands are imported when they are called, so that `monitor check RULES` loads neither settings nor daemon.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.commands._deliveries import digest_app, outbox_app, schedule_app, sent_app, subscriptions_app
from monitor.commands._history import add_history
from monitor.commands._keeping import RulesConfigOption, RulesOption, add_keeping
from monitor.commands._operations import add_operations, run, service_app
from monitor.commands._sources import sources_app
from monitor.commands._stories import stories_app
from monitor.errors import MonitorError, ProblemsError
from monitor.terminal import complain, say

USER_ERROR, USAGE_ERROR, BUG, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="monitor",
    help="Alerting and watchlist monitor for news: it reads folders and feeds, finds what your rules describe, "
    "works out what is new in it, and sends digests.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(digest_app, name="digest")
app.add_typer(outbox_app, name="outbox")
app.add_typer(schedule_app, name="schedule")
app.add_typer(sent_app, name="sent")
app.add_typer(subscriptions_app, name="subscriptions")
app.add_typer(sources_app, name="sources")
app.add_typer(service_app, name="service")
add_operations(app)
add_history(app)
add_keeping(app)
app.add_typer(stories_app, name="stories")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration.", show_default=True)
]
DEFAULT_CONFIG = Path("config.toml")
OnOption = Annotated[
    list[Path] | None,
    typer.Option("--on", metavar="FOLDER|FILE", help="Articles to try the rules on; may be repeated."),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="SPAN", help='Try them on the last "30d" of the archive in the store.'),
]


class CheckFormat(StrEnum):
    """How `check` prints problems."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class BacktestFormat(StrEnum):
    """How `backtest` and `diff` print what they found."""

    TEXT = "text"
    JSON = "json"


class MatchFormat(StrEnum):
    """How `match` prints matches."""

    TABLE = "table"
    JSONL = "jsonl"


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


app.command()(run)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder; made if missing.")],
) -> int:
    """Write a commented configuration, the shipped rules and an empty inbox into DIR.

    Overwrites nothing.
    """
    from monitor.commands.init import init

    return init(directory)


@app.command()
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


@app.command()
def test(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Rule files or folders; none: the rules of the configuration."),
    ] = None,
    config: RulesConfigOption = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the results there as JUnit XML too.")
    ] = None,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
) -> int:
    """Run the cases of the rules: match, no_match, todo_match. For each that fails the clause that decided is shown.

    Exit code 1 if a case fails, or if a todo_match has begun to match.
    """
    from monitor.commands.test import test

    return test(paths or [], config, junit, as_json=format is BacktestFormat.JSON)


@app.command()
def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", help="Rule files or folders; none: the rules of the configuration."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; name the files that would change.")] = False,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
) -> int:
    """Give rule files their canonical layout. Comments stay, and so does everything that a file means.

    With --check the exit code is 1 if a file would change.
    """
    from monitor.commands.fmt import fmt

    return fmt(paths or [], config, check=check, as_json=format is BacktestFormat.JSON)


@app.command()
def match(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Articles to read.")],
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    format: Annotated[
        MatchFormat, typer.Option("--format", help="A table, or a line of JSON per match and fact.")
    ] = MatchFormat.TABLE,
) -> int:
    """Show which rules match which articles, and why. Stores nothing and sends nothing.

    Without --rules and --config the rules of ./config.toml are used, or, where there is none, the shipped ones.
    """
    from monitor.commands.match import match

    return match(paths, rules or [], config, as_jsonl=format is MatchFormat.JSONL)


JobsOption = Annotated[int | None, typer.Option("--jobs", min=1, help="Processes; none: one for each core.")]


@app.command()
def backtest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RULES]...", help="Rule files or folders; none: the rules of the configuration."),
    ] = None,
    on: OnOption = None,
    since: SinceOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it there as HTML too.")] = None,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
    jobs: JobsOption = None,
) -> int:
    """Try rules on past articles: stories per day, counts per rule, values, samples. Stores nothing, sends nothing.

    Exit code 1 if a rule tells fewer or more stories a week than its `expect` says.
    """
    from monitor.commands.backtest import backtest

    as_json = format is BacktestFormat.JSON
    return backtest(paths or [], on or [], since, config, html, as_json=as_json, processes=jobs)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A rule file, a folder, or REVISION:PATH of git.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, after the edit.")],
    on: OnOption = None,
    since: SinceOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
    jobs: JobsOption = None,
) -> int:
    """Show what an edit of rules does to the inbox: matches gained and lost, stories a week, cases that changed.

    For example: monitor diff HEAD~1:rules rules --since 30d. Exit code 1 if a case fails that was well before.
    """
    from monitor.commands.diff import diff

    return diff(old, new, on or [], since, config, as_json=format is BacktestFormat.JSON, processes=jobs)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule: its id, or WATCHLIST/ID.")],
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE|FILE|TEXT", help="An article of the archive by id or URL, a file, a text.")
    ],
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
) -> int:
    """Show why a rule matches an article, or why not: every clause with its evidence, or with how near it came."""
    from monitor.commands.explain import explain

    return explain(rule, article, rules or [], config, in_json=format is BacktestFormat.JSON)


@app.command("near-misses")
def near_misses(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule: its id, or WATCHLIST/ID.")],
    on: OnOption = None,
    since: SinceOption = None,
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="The most articles that are shown.")] = 20,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
) -> int:
    """Show the articles that a rule does not match for one clause alone, and the clause."""
    from monitor.commands.near_misses import misses

    as_json = format is BacktestFormat.JSON
    return misses(rule, rules or [], on or [], since, config, limit=limit, as_json=as_json)


@app.command()
def terms(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A list: place, @place, or WATCHLIST/place.")],
    on: OnOption = None,
    since: SinceOption = None,
    rules: RulesOption = None,
    config: RulesConfigOption = None,
    format: Annotated[
        BacktestFormat, typer.Option("--format", help="For people, or for programs.")
    ] = BacktestFormat.TEXT,
) -> int:
    """Show a list with its spellings; with --on or --since what each matched there, and those never seen."""
    from monitor.commands.terms import terms

    return terms(name, rules or [], on or [], since, config, as_json=format is BacktestFormat.JSON)


@app.command()
def schema(
    terms: Annotated[bool, typer.Option("--terms", help="That of the files of shared lists.")] = False,
    digest: Annotated[bool, typer.Option("--digest", help="That of what a webhook receives.")] = False,
) -> int:
    """Print the JSON Schema of rule files, with which editors complete and check them.

    monitor schema > rules.schema.json, and at the top of a rule file: #:schema ./rules.schema.json
    """
    from monitor.commands.schema import schema

    return schema(terms=terms, digest=digest)


@app.command()
def status(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Show how the sources are doing, what waits, what is in the outbox, and which rules are broken."""
    from monitor.commands.status import status

    return status(config)


def main() -> None:
    """The entry point: run the command line, leave with its exit code."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; whatever goes wrong is reported here and nowhere else."""
    try:
        code = int(app(args=list(arguments), prog_name="monitor", standalone_mode=False) or 0)
        if code == INTERRUPTED:  # typer's own answer to Ctrl-C, or a command's that has told what is done until then
            complain("monitor: interrupted")
        return code
    except ProblemsError as error:
        complain("\n".join(str(problem) for problem in error.problems) or f"monitor: {error}")
        return USER_ERROR
    except MonitorError as error:
        complain(f"monitor: {error}")
        return USER_ERROR
    except typer.TyperException as error:
        _explain_usage(error)
        return USAGE_ERROR
    except (KeyboardInterrupt, typer.Abort):
        complain("monitor: interrupted")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # typer makes the second of the first, and of nothing else
        return _leave_pipe()
    except Exception as error:
        return _report_bug(error, arguments)


def _explain_usage(error: typer.TyperException) -> None:
    """As typer itself does it in its standalone mode, which would swallow our exit codes."""
    from typer.rich_utils import rich_format_error

    rich_format_error(error)  # type: ignore[arg-type]


def _leave_pipe() -> int:
    """The reader of our output has gone (`monitor match ... | head`): nothing is wrong, nothing more can be said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report_bug(error: Exception, arguments: Sequence[str]) -> int:
    from monitor.logs import write_bug_report

    path = write_bug_report(error, arguments, datetime.now(UTC))
    complain(f"monitor: this is a bug of ours, sorry: {type(error).__name__}: {error}")
    complain(f"monitor: the details are in {path}" if path else "monitor: no log file could be written")
    return BUG
