"""Learning how often a source speaks: the longest pause that ended on each of the last days it was heard (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from monitor.model import Rhythm

MEMORY = timedelta(days=28)
"""Four weeks: every weekday four times, so that weekends and nights belong to the rhythm."""

FEWEST = 8
"""So many days are remembered however long ago they were, for sources that speak once a month."""


def heard(rhythm: Rhythm, times: Iterable[datetime], now: datetime) -> Rhythm:
    """The rhythm after articles of `times` (UTC). Older ones than the newest known say nothing new; none is later than
    `now`, whatever a publisher's clock says."""
    last, silences = rhythm.last, dict(rhythm.silences)
    for moment in sorted({min(moment, now) for moment in times}):
        if last is not None and moment <= last:
            continue
        if last is not None:
            day = moment.date().isoformat()
            silences[day] = max(silences.get(day, 0.0), (moment - last).total_seconds())
        last = moment
    return Rhythm(last, _recent(silences, now.date()))


def _recent(silences: dict[str, float], today: date) -> tuple[tuple[str, float], ...]:
    days = sorted(silences)
    since = (today - MEMORY).isoformat()
    kept = [day for day in days if day >= since]
    return tuple((day, silences[day]) for day in (kept if len(kept) >= FEWEST else days[-FEWEST:]))
