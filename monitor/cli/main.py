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
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.history import add_history
from monitor.cli.operations import add_operations, init, run
from monitor.cli.readers import add_readers
from monitor.cli.rules import add_rules
from monitor.cli.silences import silence_app
from monitor.cli.sources import sources_app
from monitor.cli.stories import stories_app
from monitor.cli.trials import add_trials
from monitor.errors import MonitorError, ProblemsError
from monitor.terminal import complain, say

USER_ERROR, USAGE_ERROR, BUG, INTERRUPTED = 1, 2, 3, 130
_BEGIN, _RULES, _TRIALS = "Begin", "Write rules", "Try rules on articles"
_READERS, _KNOWN, _DAEMON = "What readers get", "What is known", "The daemon and its sources"

app = typer.Typer(
    name="monitor",
    help="Alerting and watchlist monitor for news: it reads folders and feeds, finds what your rules describe, "
    "works out what is new in it, and sends digests.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(rich_help_panel=_BEGIN)(init)
app.command(rich_help_panel=_BEGIN)(run)
add_rules(app, _RULES)
add_trials(app, _TRIALS)
add_readers(app, _READERS)
app.add_typer(silence_app, name="silence", rich_help_panel=_READERS)
add_history(app, _KNOWN)
app.add_typer(stories_app, name="stories", rich_help_panel=_KNOWN)
add_operations(app, _DAEMON)
app.add_typer(sources_app, name="sources", rich_help_panel=_DAEMON)


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
