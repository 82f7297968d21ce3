"""When a source is read again: pure functions of its state, the outcome and the clock (R5 to R8, R21, R23, R29)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchError, SourceError
from monitor.model import SourceState

JITTER = 0.1
"""The share of the interval by which sources are spread, so that they do not all come at the full hour."""

MAX_BACK_OFF = 24 * 3600.0
"""Seconds; a failing source is tried at least this often, unless its own interval or the server's wish is longer."""

MAX_RETRY_AFTER = 30 * 24 * 3600.0
"""Seconds; a server may send us away for a month, not for ever."""

GONE_WAIT = 7 * 24 * 3600.0
"""Seconds between looks at a feed that its server calls gone (410)."""


def is_due(state: SourceState, now: datetime) -> bool:
    """Whether a feed may be polled: never before the stored time, which survives restarts (case 33)."""
    return state.next_at is None or state.next_at <= now


def succeeded(state: SourceState, now: datetime, *, every: float = 0.0) -> SourceState:
    """The state after a good read. `every` is the interval in seconds; 0 for sources that are always due."""
    return replace(
        state,
        next_at=now + timedelta(seconds=every * (1 + JITTER * spread(state.name))) if every else None,
        last_read=now,
        failing_since=None,
        failures=0,
        error="",
    )


def failed(state: SourceState, error: SourceError, now: datetime, *, every: float = 0.0) -> SourceState:
    """The state after a failed read: what was known stays, the next look comes later (case 28).

    A server that refuses (429, 503, 4xx) is left alone for at least twice the interval, doubling; a network that
    fails is tried after one interval first. Retry-After is obeyed, never to come back sooner than otherwise.
    """
    failures = state.failures + 1
    wait = back_off(error, failures, every)
    return replace(
        state,
        next_at=now + timedelta(seconds=wait * (1 + JITTER * spread(state.name))) if every else None,
        failing_since=state.failing_since or now,
        failures=failures,
        error=str(error),
    )


def back_off(error: SourceError, failures: int, every: float) -> float:
    """Seconds to wait after the `failures`-th failure in a row."""
    status = error.status if isinstance(error, FetchError) else None
    doublings = failures if status is not None and status >= 400 else failures - 1
    wait = min(every * 2.0 ** min(doublings, 20), max(MAX_BACK_OFF, every))
    if isinstance(error, FetchError) and error.gone:
        wait = max(wait, GONE_WAIT)
    return max(wait, min(error.retry_after or 0.0, MAX_RETRY_AFTER))


def spread(name: str) -> float:
    """A number in [0, 1) that is always the same for a name (R21)."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:4]) / 2**32
