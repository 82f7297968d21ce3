"""Options that many commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration.", show_default=True)
]
DEFAULT_CONFIG = Path("config.toml")
RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", metavar="PATH", help="Rule file or folder; may be repeated. None: as configured."),
]
RulesConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", metavar="FILE", help="The configuration that names the rules.")
]
OnOption = Annotated[
    list[Path] | None,
    typer.Option("--on", metavar="FOLDER|FILE", help="Articles to try the rules on; may be repeated."),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="SPAN", help='Try them on the last "30d" of the archive in the store.'),
]
JobsOption = Annotated[int | None, typer.Option("--jobs", min=1, help="Processes; none: one for each core.")]


class TextOrJson(StrEnum):
    """For people, or for programs."""

    TEXT = "text"
    JSON = "json"


class TableOrJson(StrEnum):
    """A table for people, or JSON for programs."""

    TABLE = "table"
    JSON = "json"


class TableOrLines(StrEnum):
    """A table for people, or a line of JSON each for programs."""

    TABLE = "table"
    JSONL = "jsonl"


TextOrJsonOption = Annotated[TextOrJson, typer.Option("--format", help="For people, or for programs.")]
TableOrJsonOption = Annotated[TableOrJson, typer.Option("--format", help="For people, or for programs.")]
TableOrLinesOption = Annotated[TableOrLines, typer.Option("--format", help="A table, or a line of JSON each.")]
