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


@dataclass(frozen=True, slots=True)
class SourceAlarm:
    """That readers were told of a source: what its sign was, since when, and when that was found (UTC)."""

    source: str
    sign: VitalSign
    since: datetime
    found: datetime


@dataclass(frozen=True, slots=True)
class SourceShare:
    """How many of a rule's stories one source told, out of all that it had within `DEPENDENCE_SPAN`."""

    source: str
    watchlist: str
    rule: str
    stories: int
    of: int


DEPENDENCE_SPAN = timedelta(days=30)
"""How far back stories count when it is asked what a rule owes to a source."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """A rule that depends on a source: it names it, or had `stories` of its `of` stories from there."""

    watchlist: str
    rule: str
    named: bool
    stories: int = 0
    of: int = 0


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


def alarm(state: SourceState) -> Vital | None:
    """What is worth a mail of its own to those who depend on the source; None where all is well, or may soon be.

    Judged as of our own last look: while we were down, nobody can be said to have been silent. A failure counts once
    it has lasted for `SHORTEST`; a feed that is gone for good, at once.
    """
    looks = [look for look in (state.last_try, state.last_read) if look is not None]
    if not looks:
        return None
    found = vital(state, max(looks))
    if not found.sign.is_alarming:
        return None
    lasted = max(looks) - found.since if found.since is not None else timedelta()
    return found if found.sign is VitalSign.GONE or lasted >= SHORTEST else None


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
