"""When a source is read again: pure functions of its state, the outcome and the clock (R5 to R8, R15 to R17, R29)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.errors import FeedFormatError, FetchError, SourceError
from monitor.model import Fault, Move, SourceState
from monitor.model.vitals import spell

EVERY = 3600.0
"""Seconds between two reads of a feed for which the operator has set no `every` (R5)."""

UNCONDITIONAL_EVERY = 24 * 3600.0
"""The same for a feed whose server gives no validators, so that every read costs it the whole feed (R5)."""

MAX_ASKED = 24 * 3600.0
"""Seconds; a longer pause than this, asked for by Cache-Control or `ttl`, would look like silence."""

JITTER = 0.1
"""The share of the interval by which sources are spread, so that they do not all come at the full hour (R21)."""

MAX_BACK_OFF = 24 * 3600.0
"""Seconds; a failing source is tried at least this often, unless its own interval or the server's wish is longer."""

MAX_RETRY_AFTER = 30 * 24 * 3600.0
"""Seconds; a server may send us away for a month, not for ever."""

GONE_WAITS = (24 * 3600.0, 30 * 24 * 3600.0)
"""Seconds after the first 410, which a broken deployment may send too, and after its confirmation (R17, case 31)."""

SIGHTINGS = 3
"""So many reads in a row must see a permanent redirect before its target is asked in place of the feed (R16)."""

_HOURS_OF_A_WEEK = 7 * 24


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a source is read, in seconds.

    `every` is 0 for sources that are always due. `by_operator` says that a person chose it: then the wishes of server
    and feed give way, but never a Retry-After.
    """

    every: float = 0.0
    by_operator: bool = False


def succeeded(state: SourceState, now: datetime, pace: Pace = Pace()) -> SourceState:
    """The state after a good read; its validators and wishes must be those of this read already."""
    return replace(
        state,
        next_at=_next_read(state, now, pace) if pace.every else None,
        last_try=now,
        last_read=now,
        failing_since=None,
        failures=0,
        error="",
    )


def failed(state: SourceState, error: SourceError, now: datetime, pace: Pace = Pace()) -> SourceState:
    """The state after a failed read: what was known stays, the next look comes later (case 28).

    A server that refuses (429, 503, 4xx) is left alone for at least twice the interval, doubling; a network that
    fails is tried after one interval first. Retry-After is obeyed, never to come back sooner than otherwise.
    """
    failures = state.failures + 1
    gone_before = state.failures if state.fault is Fault.GONE else 0
    wait = back_off(error, failures, pace.every, gone_before)
    fault = fault_of(error)
    return replace(
        state,
        next_at=now + timedelta(seconds=wait * (1 + JITTER * spread(state.name))) if pace.every else None,
        last_try=now,
        failing_since=state.failing_since or now,
        failures=failures,
        error=str(error),
        fault=fault,
        fault_since=state.fault_since if fault is state.fault and state.fault_since else now,
    )


def back_off(error: SourceError, failures: int, every: float, gone_before: int = 0) -> float:
    """Seconds to wait after the `failures`-th failure in a row."""
    status = error.status if isinstance(error, FetchError) else None
    doublings = failures if status is not None and status >= 400 else failures - 1
    wait = min(every * 2.0 ** min(doublings, 20), max(MAX_BACK_OFF, every))
    if isinstance(error, FetchError) and error.gone:
        wait = max(wait, GONE_WAITS[min(gone_before, len(GONE_WAITS) - 1)])
    return max(wait, min(error.retry_after or 0.0, MAX_RETRY_AFTER))


def fault_of(error: SourceError) -> Fault:
    """What kind of failure an error is."""
    if isinstance(error, FeedFormatError):
        return error.fault
    if isinstance(error, FetchError) and error.status is not None:
        return Fault.GONE if error.gone else Fault.REFUSED
    return Fault.UNREACHABLE


def polite_pause(state: SourceState) -> float:
    """Seconds that politeness puts between two reads: an hour, a day without validators, or what was asked for."""
    conditional = bool(state.etag or state.last_modified)
    return max(EVERY if conditional else UNCONDITIONAL_EVERY, min(state.asked, MAX_ASKED))


def impoliteness(state: SourceState, pace: Pace) -> str:
    """Why the operator's `every` is impolite, to be shown to the operator; empty if it is not."""
    polite = polite_pause(state)
    if not pace.by_operator or state.last_read is None or pace.every >= polite:
        return ""
    if state.asked >= polite:
        reason = "its server asks for a pause of"
    elif state.etag or state.last_modified:
        reason = "politeness asks for a pause of"
    else:
        reason = "its server must send the whole feed every time, which asks for a pause of"
    return f"every = {spell(timedelta(seconds=pace.every))} is impolite: {reason} {spell(timedelta(seconds=polite))}"


def _next_read(state: SourceState, now: datetime, pace: Pace) -> datetime:
    pause = pace.every if pace.by_operator else max(pace.every, polite_pause(state))
    moment = now + timedelta(seconds=pause * (1 + JITTER * spread(state.name)))
    return moment if pace.by_operator else _not_skipped(state, moment)


def _not_skipped(state: SourceState, moment: datetime) -> datetime:
    """The first moment that falls in no hour or day (GMT) that the feed wants skipped; if it wants all, none is."""
    wishes = state.wishes
    if len(wishes.skip_hours) > 23 or len(wishes.skip_days) > 6:
        return moment
    into_the_hour = moment - moment.replace(minute=0, second=0, microsecond=0)
    for _ in range(_HOURS_OF_A_WEEK):
        there = moment.astimezone(UTC)
        if there.hour not in wishes.skip_hours and there.weekday() not in wishes.skip_days:
            break
        moment += timedelta(hours=1)
    return moment.replace(minute=0, second=0, microsecond=0) + into_the_hour


def seen_move(move: Move, origin: str, target: str) -> Move:
    """What is known of a permanent redirect after a read that saw one to `target` (none: empty) from `origin`."""
    if not target or (origin.startswith("https:") and not target.startswith("https:")):
        return Move()
    again = move.origin == origin and move.target == target
    return Move(origin, target, min(move.seen + 1, SIGHTINGS) if again else 1)


def address(move: Move, origin: str) -> str:
    """Where the feed of a configured URL is asked for: there, or where it has moved to for good."""
    return move.target if move.origin == origin and move.seen >= SIGHTINGS else origin


def spread(name: str) -> float:
    """A number in [0, 1) that is always the same for a name (R21)."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:4]) / 2**32
