"""The archive as a history: what was taken in, in that order, to be told again to other rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from monitor.model import Article
from monitor.store.articles import Articles
from monitor.store.codec import micros, moment


class Archive(Articles):
    """Articles by the time when they came."""

    def archive(self, since: datetime) -> tuple[int, Iterator[tuple[datetime, Article]]]:
        """How many versions of articles were taken in since an instant, and each with its time (UTC), in order.

        Copies are left out: they were recognised, and told nobody anything. All versions of an article have one
        identity of the archive's own, so that they are recognised again as what they were. The articles are read one
        by one: an archive need not fit into memory.
        """
        rows = self._database.all("archive", since=micros(since))
        found = ((moment(row["taken"]), self._archived(row["id"], row["version"])) for row in rows)
        return len(rows), found

    def _archived(self, article: str, version: int) -> Article:
        return replace(self._article_as_of(article, version), identities=(f"archive:{article}",))
