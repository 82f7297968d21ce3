"""Whether a source is alive: silence must not look like calm. Pure functions of its state and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.source import Fault, Rhythm, SourceState

LATE, QUIET = 1.5, 4.0
"""How many times its longest usual pause a source must have been silent to be late, and to be quiet."""

SHORTEST = timedelta(hours=6)
"""No source is late before it was silent for so long."""

UNTAUGHT = timedelta(days=3)
"""The longest usual pause of a source that was not yet heard on eight days: it may keep weekends."""

ENOUGH_DAYS = 8
UNKNOWN = timedelta(days=7)
"""The same for a source of which only one article is known."""


class VitalSign(StrEnum):
    """How a source is doing."""

    OK = "ok"
    LATE = "late"
    QUIET = "quiet"
    FAILING = "failing"
    EMPTY = "empty"
    NOT_A_FEED = "not a feed"
    GONE = "gone"
    NOT_READ = "not read yet"

    @property
    def is_alarming(self) -> bool:
        """Whether somebody should look."""
        return self not in (VitalSign.OK, VitalSign.LATE, VitalSign.NOT_READ)


@dataclass(frozen=True, slots=True)
class Vital:
    """A sign, since when (UTC; None where it is not known), and what to say of it beside the last error."""

    sign: VitalSign
    since: datetime | None = None
    note: str = ""


_SIGNS = {Fault.GONE: VitalSign.GONE, Fault.EMPTY: VitalSign.EMPTY, Fault.NOT_A_FEED: VitalSign.NOT_A_FEED}


def vital(state: SourceState, now: datetime) -> Vital:
    """How the source of a state is doing at `now`. A failure says more than a silence, which it explains."""
    if state.failing_since is not None:
        return Vital(_SIGNS.get(state.fault, VitalSign.FAILING), state.failing_since, state.error)
    if state.last_read is None:
        return Vital(VitalSign.NOT_READ)
    if state.fault is Fault.EMPTY:
        return Vital(VitalSign.EMPTY, state.fault_since, "it can be read, but has no entries")
    last = state.rhythm.last
    if last is None:
        return Vital(VitalSign.OK)
    usual, silent = usual_pause(state.rhythm), now - last
    for sign, times in ((VitalSign.QUIET, QUIET), (VitalSign.LATE, LATE)):
        if silent > max(usual * times, SHORTEST):
            return Vital(sign, last, f"its longest usual pause is {spell(usual)}")
    return Vital(VitalSign.OK, last)


def usual_pause(rhythm: Rhythm) -> timedelta:
    """The longest pause that a source makes in the ordinary way, as far as it was learned."""
    longest = timedelta(seconds=max((seconds for _, seconds in rhythm.silences), default=0.0))
    if not rhythm.silences:
        return UNKNOWN
    return longest if len(rhythm.silences) >= ENOUGH_DAYS else max(longest, UNTAUGHT)


def spell(span: timedelta) -> str:
    """A span in its largest sensible unit: `40 min`, `14 h`, `3 days`."""
    minutes = span.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"
