"""The words of `monitor stories`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import TableOrLines

stories_app = typer.Typer(help="Look at stories: the articles that tell of one event.", no_args_is_help=True)


@stories_app.callback()
def _stories() -> None:
    """Look at stories: the articles that tell of one event."""


@stories_app.command()
def group(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Articles, in the order they came.")],
    format: Annotated[
        TableOrLines, typer.Option("--format", help="A table, or a line of JSON per article.")
    ] = TableOrLines.TABLE,
) -> int:
    """Group articles into stories, and say why. Stores nothing.

    A line of JSON holds article (its own id), story, reason and score (the logarithm of the odds).
    """
    from monitor.commands.stories_group import group

    return group(paths, as_jsonl=format is TableOrLines.JSONL)
