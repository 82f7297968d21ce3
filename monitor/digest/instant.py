"""When a mail goes out at once: new facts that press, a short wait for others, quiet hours, and a limit. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.digest.due import first_instant
from monitor.model import Instant, Quiet, WaitingAlert

LIMIT_SPAN = timedelta(hours=1)
"""The span in which mails are counted against `Instant.per_hour`."""


class InstantReason(StrEnum):
    """Why a mail goes out at once now, or why it waits; for the log and `subscriptions test`."""

    DUE = "it goes out at once"
    NOTHING = "nothing new presses"
    GATHERING = "waits a moment in case others join it"
    QUIET = "waits for the end of the quiet hours"
    LIMITED = "waits because enough were sent within the hour"


@dataclass(frozen=True, slots=True)
class InstantDue:
    """The decision; `at` is when it is to be looked at again (UTC), None where that is now or never."""

    reason: InstantReason
    at: datetime | None = None


def instant_due(
    instant: Instant, zone: str, raised: Sequence[datetime], sent: Sequence[datetime], now: datetime
) -> InstantDue:
    """Decide whether what presses goes out now.

    `raised` is when the alerts were raised that press, `sent` when earlier mails at once were composed. Times are
    aware. What has to wait is not lost: it goes out later, or with the next digest if that is sooner.
    """
    if not raised:
        return InstantDue(InstantReason.NOTHING)
    if (gathered := min(raised) + instant.wait) > now:
        return InstantDue(InstantReason.GATHERING, gathered)
    if instant.quiet and (end := quiet_until(instant.quiet, zone, now)):
        return InstantDue(InstantReason.QUIET, end)
    recent = sorted(moment for moment in sent if now - LIMIT_SPAN < moment <= now)
    if len(recent) >= instant.per_hour:
        return InstantDue(InstantReason.LIMITED, recent[-instant.per_hour] + LIMIT_SPAN)
    return InstantDue(InstantReason.DUE)


def quiet_until(quiet: Quiet, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies (UTC); None outside of them.

    The clock changes as in schedules: a time that is skipped comes at the end of the gap, one that comes twice counts
    the first time (`monitor.digest.due`).
    """
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    for back in (1, 0):
        day = today - timedelta(days=back)
        last = day + timedelta(days=quiet.end <= quiet.start)
        start = first_instant(datetime.combine(day, quiet.start), place)
        end = first_instant(datetime.combine(last, quiet.end), place)
        if start <= now < end:
            return end
    return None


def pressing_stories(waiting: Sequence[WaitingAlert], pressing: Container[str]) -> list[WaitingAlert]:
    """Of all that waits, what a mail at once tells: the stories of the alerts that press (by id), each whole."""
    stories = {item.alert.story for item in waiting if item.alert.id in pressing}
    return [item for item in waiting if item.alert.story in stories]
