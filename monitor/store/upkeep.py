"""Keeping the database small: old texts go, what is known and what was told stays.

An old article keeps its row, its title and its identities, so that it is recognised when a feed lists it again; only
its text goes, and before that what copies of it are known by. Memories, the ledger of what was told, digests and
deliveries are never touched; of an old digest only the frozen bytes go, once every recipient has them. What stories are
known by goes with the window of days that they are in, except where a rule without a fact told one: then it is memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.store.codec import micros, moment_or_none
from monitor.store.stories import Stories

log = logging.getLogger(__name__)

_BATCH = 500
"""Rows in one transaction: a write of the daemon waits no longer than for these."""

_COPIED = timedelta(days=90)
"""How long copies of a text are known as such: syndication takes days."""

_SHORTER = (1.0, 0.75, 0.5, 0.25)
"""By how much the ages are shortened, one step after the other, while the database is larger than it may be."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long texts are kept. `size` is what the database may take on the disk, in bytes; 0 is no limit."""

    articles: timedelta
    versions: timedelta
    digests: timedelta
    size: int = 0

    def shortened(self, share: float) -> Retention:
        """The same with a share of the ages."""
        return Retention(self.articles * share, self.versions * share, self.digests * share, self.size)


@dataclass(frozen=True, slots=True)
class Thinned:
    """How many texts went."""

    articles: int = 0
    versions: int = 0
    messages: int = 0
    rejections: int = 0
    signatures: int = 0

    def __add__(self, other: Thinned) -> Thinned:
        return Thinned(
            self.articles + other.articles,
            self.versions + other.versions,
            self.messages + other.messages,
            self.rejections + other.rejections,
            self.signatures + other.signatures,
        )


class Upkeep(Stories):
    """Retention and vacuum."""

    def thin_out(self, retention: Retention, now: datetime) -> Thinned:
        """Drop what is older than `retention` says, and more of the old where the database is too large even then."""
        thinned = Thinned()
        for share in _SHORTER:
            thinned += self._thin(retention.shortened(share), now)
            if not retention.size or self.used() <= retention.size:
                return thinned
        log.warning("the database holds %d bytes, more than `retention.size`, and nothing more may go", self.used())
        return thinned

    def used(self) -> int:
        """Bytes of the database that hold something; what is free inside of it is used again."""
        return self._database.used()

    def oldest_waiting(self) -> datetime | None:
        """When the oldest message that waits in the outbox was composed (UTC); None if none waits."""
        row = self._database.one("oldest_waiting")
        return None if row is None else moment_or_none(row["composed"])

    def tidy(self) -> None:
        """What a database likes to have done from time to time, outside of transactions."""
        self._database.tidy()

    def _thin(self, retention: Retention, now: datetime) -> Thinned:
        articles, versions, digests = (
            {"before": micros(now - age), "limit": _BATCH}
            for age in (retention.articles, retention.versions, retention.digests)
        )
        return Thinned(
            articles=_repeat(lambda: self._database.run("thin_articles", **articles)),
            versions=_repeat(lambda: self._database.run("drop_versions", **versions)),
            messages=_repeat(lambda: self._database.run("drop_messages", **digests)),
            rejections=_repeat(lambda: self._database.run("drop_rejections", **versions)),
            signatures=_repeat(lambda: self.drop_old_signatures(now - min(retention.articles, _COPIED), _BATCH)),
        )


def _repeat(batch: Callable[[], int]) -> int:
    total = 0
    while changed := batch():
        total += changed
    return total
