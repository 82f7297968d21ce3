"""`monitor sources list`: the folders and feeds of the configuration."""

from __future__ import annotations

import json
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.model.vitals import spell
from monitor.net.urls import redact
from monitor.settings import SourceSettings, load_config
from monitor.terminal import console, harmless, say


def list(config: Path, *, as_jsonl: bool) -> int:
    """Print name, kind, place and interval of every source. Raises ConfigError."""
    sources = load_config(config).settings.source
    if as_jsonl:
        for source in sources:
            say(json.dumps(dict(zip(("name", "kind", "place", "every"), row(source), strict=True))))
        return 0
    table = Table("name", "kind", "place", "every")
    for source in sources:
        table.add_row(*(Text(harmless(cell)) for cell in row(source)))
    console().print(table)
    return 0


def row(source: SourceSettings) -> tuple[str, str, str, str]:
    """Name, kind, place and interval; a feed's address without its secrets."""
    every = spell(source.every) if source.every else "as it asks" if source.feed else ""
    for kind in ("folder", "maildir", "feed", "path"):
        place = getattr(source, kind, None)
        if place is not None:
            return source.name, kind, redact(place) if kind == "feed" else str(place), every
    raise AssertionError("a source has a place")
