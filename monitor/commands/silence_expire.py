"""`monitor silence expire`: end a silence before its time."""

from __future__ import annotations

from pathlib import Path

from monitor.app import utc_now
from monitor.commands._outbox import opened
from monitor.commands._silence_lines import silence_called, state_of
from monitor.errors import MonitorError
from monitor.terminal import say


def expire(config: Path, name: str, why: str) -> int:
    """End a silence now. Raises MonitorError where there is none of that id, or where it has ended already."""
    now = utc_now()
    with opened(config, to_change=True) as (_, store):
        silence = silence_called(name, store.silences())
        if not store.end_silence(silence.id, now, why.strip() or "by hand"):
            raise MonitorError(f"{silence.id} has ended already: {state_of(silence, now)}")
    say(f"{silence.id}: ended")
    return 0
