"""A source gone mad must not crowd out the others: its stories come last, and the account says so (case 85).

Nothing of it is dropped: what does not fit waits, or stands on the page of the whole digest, like anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.model import WaitingAlert

FLOOD = 200
"""Alerts of one source within `SPAN` from which nobody believes in news any more."""

SPAN = timedelta(hours=1)


def floods(waiting: Iterable[WaitingAlert]) -> dict[str, int]:
    """The sources that flood, each with the most alerts that it brought within an hour, by name.

    By publication: what the daemon takes in at once after a night is no flood. What has no date goes by its arrival.
    """
    arrivals: defaultdict[str, list[datetime]] = defaultdict(list)
    for each in waiting:
        arrivals[each.article.source].append(each.article.published or each.article.arrived)
    most = {source: _busiest(moments) for source, moments in arrivals.items() if len(moments) >= FLOOD}
    return {source: count for source, count in sorted(most.items()) if count >= FLOOD}


def _busiest(moments: list[datetime]) -> int:
    """The most moments that lie within one hour."""
    moments.sort()
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= SPAN:
            first += 1
        most = max(most, last - first + 1)
    return most
