"""`monitor outbox retry`: send again what was given up, or at once what waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.app import utc_now
from monitor.commands._outbox import for_each, opened, wanted


def retry(config: Path, ids: Sequence[int], *, parked: bool) -> int:
    """Put deliveries back into the queue, due at once: the same bytes, the same Message-ID.

    1 if one of them was sent already or is being sent. Raises MonitorError where none is named.
    """
    with opened(config, to_change=True) as (settings, store):
        now = utc_now()
        return for_each(
            settings,
            store,
            wanted(ids, parked, store),
            "will be sent again",
            lambda number: store.retry(number, now),
        )
