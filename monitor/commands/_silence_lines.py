"""A silence as it is listed, and found by its id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.errors import MonitorError
from monitor.model import Silence


def as_json(silence: Silence, alerts: int, now: datetime) -> dict[str, Any]:
    """A silence as values that JSON knows; `alerts` is how many it has kept back."""
    scope = silence.scope
    return {
        "id": silence.id,
        "active": silence.is_active(now),
        "watchlist": scope.watchlist or None,
        "rule": scope.rule or None,
        "fact": dict(scope.fact),
        "story": scope.story or None,
        "source": scope.source or None,
        "words": scope.words or None,
        "subscription": scope.subscription or None,
        "author": silence.author,
        "reason": silence.reason,
        "created": silence.created.isoformat(),
        "until": silence.until.isoformat() if silence.until else None,
        "until_new": silence.until_new or None,
        "ended": silence.ended.isoformat() if silence.ended else None,
        "ending": silence.ending,
        "alerts": alerts,
    }


def state_of(silence: Silence, now: datetime) -> str:
    """`active`, `expired`, or when it was ended, and how."""
    if silence.ended is not None:
        how = f": {silence.ending}" if silence.ending else ""
        return f"ended {silence.ended:%Y-%m-%d %H:%M} UTC{how}"
    return "active" if silence.is_active(now) else "expired"


def silence_called(name: str, silences: Sequence[Silence]) -> Silence:
    """The silence of this id, which may be shortened. Raises MonitorError."""
    found = [each for each in silences if name and each.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise MonitorError(f"{name} means several silences: say more of it")
    raise MonitorError(f"there is no silence {name}; `monitor silence list --all` shows them")
