"""`monitor schema`: the JSON Schema of rule files, for editors."""

from __future__ import annotations

import json

from monitor.terminal import say
from monitor.watchlist.schema import terms_schema, watchlist_schema


def schema(*, terms: bool) -> int:
    """Print the schema of rule files, or that of files of shared lists."""
    say(json.dumps(terms_schema() if terms else watchlist_schema(), indent=2))
    return 0
