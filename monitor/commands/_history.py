"""The words of `monitor replay`, `monitor learn` and `monitor facts`, for `monitor.cli`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_Config = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration.", show_default=True)]
_CONFIG = Path("config.toml")
_Paths = Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Articles to read.")]
_Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Processes; none: one for each core.")]


class ReplayFormat(StrEnum):
    """How `replay` prints."""

    TABLE = "table"
    JSONL = "jsonl"


def add_history(app: typer.Typer) -> None:
    """Give the commands to the application."""
    for command in (replay, learn):
        app.command()(command)


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
        ReplayFormat, typer.Option("--format", help="A table, or a line of JSON per decision.")
    ] = ReplayFormat.TABLE,
    jobs: _Jobs = None,
) -> int:
    """Take in past articles in their own time, against a store that is gone in the end, and show every decision.

    A line of JSON holds article (its own id), duplicate_of, story, watchlist, rule, fact, novelty and reason.
    """
    from monitor.commands.replay import replay

    return replay(paths, rules or [], config, digests, as_jsonl=format is ReplayFormat.JSONL, processes=jobs)


def learn(paths: _Paths, config: _Config = _CONFIG, jobs: _Jobs = None) -> int:
    """Read an archive as history: what it tells is known to every reader from then on, and nobody is alerted.

    Not beside a running daemon. Ctrl-C loses nothing: the same command goes on where it was.
    """
    from monitor.commands.learn import learn

    return learn(paths, config, processes=jobs)
