"""`monitor outbox drop`: give deliveries up, with a reason that the ledger keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.app import utc_now
from monitor.commands._outbox import for_each, opened, wanted
from monitor.errors import MonitorError


def drop(config: Path, ids: Sequence[int], reason: str, *, parked: bool) -> int:
    """Never send these deliveries. Their alerts stay told: what they said is not said again.

    1 if one of them was sent already or is being sent. Raises MonitorError where none is named, or without a reason.
    """
    if not reason.strip():
        raise MonitorError("a reason is needed: it stays in the ledger (--reason)")
    with opened(config, to_change=True) as (settings, store):
        now = utc_now()
        return for_each(
            settings,
            store,
            wanted(ids, parked, store),
            "dropped",
            lambda number: store.drop(number, reason, now),
        )
