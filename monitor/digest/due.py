"""When a digest is due: a cron line and an IANA zone, turned into half-open periods in UTC.

A cron line names times on the wall. Which instants these are is decided here once, so that looking back (what is due?)
and looking forward (what comes next?) can never disagree:

- a wall time that a clock change skips happens at the first minute after the gap (as in Debian's cron);
- a wall time that comes twice counts the first time. Only lines whose minute or hour field begins with `*` (they mean
  "every so often") run through the repeated hour again.

Two wall times may fall on one instant; that is one occurrence. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from monitor.model import Period, Subscription

ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
"""The five names of crontab(5) that stand for a line; cronsim knows none of them."""

_WIDEST_FOLD = timedelta(hours=4)
"""More than any clock is ever put back: how far a wall time may lie ahead of the wall and still be in the past."""

_INSTANT = timedelta(microseconds=1)
"""The finest step of a datetime: what lies before an occurrence."""

_SECOND = timedelta(seconds=1)
"""What parts the ends of two periods at least: a digest's id names its end to the second."""


LATE = timedelta(minutes=15)
"""How long after its scheduled time a digest still covers only what came before that time. Later, the machine slept or
the daemon was down: then the digest takes in all that was read at waking, for nobody wants last night's news tomorrow
(case 82)."""


class DueReason(StrEnum):
    """Why a subscription gets a digest now, or why not; for the log and `status`."""

    ON_TIME = "its scheduled time has come"
    LATE = "its scheduled time was missed; the digest goes up to now"
    MISSED = "several scheduled times were missed; one digest makes up for all"
    NOT_YET = "waits for its next scheduled time"
    FIRST = "waits for its first scheduled time"
    CLOCK_BACK = "the clock is behind the last digest"


@dataclass(frozen=True, slots=True)
class Due:
    """The decision for one subscription; `period` is there exactly when a digest is due."""

    reason: DueReason
    period: Period | None = None


def due(subscription: Subscription, since: datetime | None, now: datetime, decided: datetime | None = None) -> Due:
    """Decide whether the subscription's next period has ended.

    `since` is the end of its last period or, before the first, the time at which it was first known. Without either
    nothing is due: a fresh install never fires for an occurrence of the past. Nor is anything due again for the time
    before `decided`, up to which it was found that there was nothing to tell. The period runs from `since` to the
    latest occurrence that is not after `now`, or to `now` itself where that occurrence is more than `LATE` ago. So
    consecutive periods touch, whatever was missed in between and however schedule or zone were changed, and a clock
    that jumps back makes none. Times are aware, periods are UTC. Raises ValueError for a schedule or zone in which
    `schedule_fault` finds a fault.
    """
    cron = _parsed(subscription.schedule, subscription.zone)
    if since is None:
        return Due(DueReason.FIRST)
    told = max(since, decided or since)
    if now < told:
        return Due(DueReason.CLOCK_BACK)
    occurrence = cron.latest(now)
    if occurrence is None or occurrence <= told:
        return Due(DueReason.NOT_YET)
    before = cron.latest(occurrence - _INSTANT)
    missed = before is not None and before > told
    late = now - occurrence > LATE
    reason = DueReason.MISSED if missed else DueReason.LATE if late else DueReason.ON_TIME
    return Due(reason, Period(since.astimezone(UTC), now.astimezone(UTC) if late else occurrence))


def once(last_end: datetime | None, now: datetime) -> Period:
    """The period of a digest that is asked for out of turn (`run --once`): all since the last one, up to `now`.

    Where there was none before, it shows the day that ends now. Its end is always later than `last_end`, if only by
    a second, so that a clock that jumped back does not lead back in time.
    """
    if last_end is None:
        return Period((now - timedelta(days=1)).astimezone(UTC), now.astimezone(UTC))
    return Period(last_end.astimezone(UTC), max(now, last_end + _SECOND).astimezone(UTC))


def next_occurrences(schedule: str, zone: str, now: datetime, count: int) -> list[datetime]:
    """The next `count` occurrences after `now`, in UTC. Raises ValueError where `schedule_fault` finds a fault."""
    return list(islice(_parsed(schedule, zone).after(now), count))


def explain_schedule(schedule: str) -> str:
    """The cron line in English, e.g. "At 08:00 on Monday through Friday". Raises ValueError for a faulty line."""
    return _simulated(_five_fields(schedule), datetime(2000, 1, 1)).explain()  # noqa: DTZ001 - only the line counts


def schedule_fault(schedule: str, zone: str) -> str:
    """What is wrong with a schedule and its zone, as one clause; empty if nothing is."""
    try:
        cron = _parsed(schedule, zone)
        if next(cron.after(datetime(2000, 1, 1, tzinfo=UTC)), None) is None:
            return f"the schedule {schedule!r} never comes"
    except ValueError as error:
        return str(error)
    return ""


def zone_fault(zone: str) -> str:
    """What is wrong with an IANA zone, as one clause; empty if nothing is."""
    try:
        _zone(zone)
    except ValueError as error:
        return str(error)
    return ""


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a time on the wall (naive) first happens, in UTC; one that is skipped happens at the end of the gap."""
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    while first.astimezone(zone).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
        first = wall.replace(tzinfo=zone).astimezone(UTC)
    return first


@dataclass(frozen=True, slots=True)
class _Cron:
    """A sound cron line in its zone: a set of instants that can be walked in both directions."""

    line: str
    zone: ZoneInfo

    def latest(self, now: datetime) -> datetime | None:
        """The last occurrence that is not after `now`."""
        best = None
        start = self._wall(now).replace(microsecond=0) + _WIDEST_FOLD + timedelta(seconds=1)
        for wall in _simulated(self.line, start, reverse=True):
            first, second = self._instants(wall)
            if second <= now:
                return max(second, best or second)
            if first <= now:
                best = max(first, best or first)
        return best

    def after(self, now: datetime) -> Iterator[datetime]:
        """All occurrences after `now`, in order, each once.

        The first instants of wall times never decrease, so whatever waits in the heap and lies before the next
        wall time's first instant is safe to hand out.
        """
        waiting: list[datetime] = []
        last = now.astimezone(UTC)
        for wall in _simulated(self.line, self._wall(now).replace(microsecond=0) - _WIDEST_FOLD):
            first, second = self._instants(wall)
            while waiting and waiting[0] <= first:
                if (instant := heappop(waiting)) > last:
                    last = instant
                    yield instant
            heappush(waiting, first)
            heappush(waiting, second)

    def _wall(self, now: datetime) -> datetime:
        return now.astimezone(self.zone).replace(tzinfo=None)

    def _instants(self, wall: datetime) -> tuple[datetime, datetime]:
        """When a wall time happens, first and last: two instants in a repeated hour if the line runs through it."""
        first = first_instant(wall, self.zone)
        if not self._recurs:
            return first, first
        wall = first.astimezone(self.zone).replace(tzinfo=None)
        return first, wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)

    @property
    def _recurs(self) -> bool:
        minute, hour = self.line.split()[:2]
        return minute.startswith("*") or hour.startswith("*")


def _parsed(schedule: str, zone: str) -> _Cron:
    line = _five_fields(schedule)
    _simulated(line, datetime(2000, 1, 1))  # noqa: DTZ001 - wall time, see the module's head
    return _Cron(line, _zone(zone))


def _five_fields(schedule: str) -> str:
    line = ALIASES.get(schedule.strip().lower(), schedule)
    if line.startswith("@"):
        raise ValueError(f"unknown schedule {schedule!r}; the names are {', '.join(ALIASES)}")
    fields = line.split()
    if len(fields) != 5:
        raise ValueError(f"the schedule {schedule!r} has {len(fields)} fields; a cron line has five")
    return " ".join(fields)


def _simulated(line: str, start: datetime, *, reverse: bool = False) -> CronSim:
    """cronsim on wall times without a zone, where it knows nothing of clock changes."""
    try:
        return CronSim(line, start, reverse=reverse)
    except CronSimError as error:
        raise ValueError(f"the schedule {line!r} is no cron line: {str(error).lower()}") from None


def _zone(name: str) -> ZoneInfo:
    """The IANA zone. Its database is a folder of files, so a hostile name fails in many ways, all of them here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}; write it as in 'Europe/Prague'") from None
