"""`monitor silence list`: what is muted, until when, by whom and why, and how much each has kept back."""

from __future__ import annotations

import json
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.alerts.silences import end_words, scope_words
from monitor.app import utc_now
from monitor.commands._outbox import opened
from monitor.commands._silence_lines import as_json as line_of
from monitor.commands._silence_lines import state_of
from monitor.terminal import complain, console, count, harmless, say


def list(config: Path, *, everything: bool, as_json: bool) -> int:
    """Print the silences that hold, or all of them with `everything`. Raises ConfigError, StoreError."""
    now = utc_now()
    with opened(config) as (_, store):
        found = [each for each in store.silences() if everything or each.is_active(now)]
        counts = {each.id: store.silenced_alerts(each.id) for each in found}
    if as_json:
        say(json.dumps([line_of(each, counts[each.id], now) for each in found], indent=2, ensure_ascii=False))
        return 0
    table = Table("id", "what", "end", "state", "author", "reason", "kept back")
    for each in found:
        cells = (each.id, scope_words(each.scope), end_words(each), state_of(each, now), each.author, each.reason)
        table.add_row(*(Text(harmless(" ".join(cell.split()))) for cell in (*cells, str(counts[each.id]))))
    if table.row_count:
        console().print(table)
    complain(f"{count(sum(each.is_active(now) for each in found), 'silence')} active")
    return 0
