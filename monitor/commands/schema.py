"""`monitor schema`: the JSON Schema of rule files, for editors, and that of what a webhook receives."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from monitor.errors import ConfigError
from monitor.model.record import Record
from monitor.terminal import say
from monitor.watchlist.schema import DIALECT, terms_schema, watchlist_schema


def schema(*, terms: bool, digest: bool = False) -> int:
    """Print the schema of rule files, of files of shared lists, or of a digest as data. Raises ConfigError for two."""
    if terms and digest:
        raise ConfigError("--terms and --digest are two schemas; ask for one")
    found = digest_schema() if digest else terms_schema() if terms else watchlist_schema()
    say(json.dumps(found, indent=2))
    return 0


def digest_schema() -> dict[str, Any]:
    """The schema of the JSON that a webhook receives; nothing else is ever in it."""
    found = TypeAdapter(Record).json_schema(mode="serialization")
    tables = [found, *found["$defs"].values()]
    for table in tables:
        table |= {"additionalProperties": False, "required": list(table["properties"])}
        table["description"] = " ".join(table.get("description", "").split())
    return {"$schema": DIALECT, **found}
