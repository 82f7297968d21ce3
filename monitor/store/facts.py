"""What is known, as an operator looks at it: every fact with its sources, and those that were struck."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import KeyMemory, Match
from monitor.store.codec import dumps, load_match, micros, moment
from monitor.store.memories import Memories, memory_of


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A memory; `match` is the newest one that told it, None for what came from no article."""

    memory: KeyMemory
    match: Match | None


@dataclass(frozen=True, slots=True)
class StruckFact:
    """A key that an operator struck: when (UTC), why, and when it had been seen first and last."""

    key: str
    at: datetime
    why: str
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class FactSource:
    """An article that tells a fact; `arrived` in UTC."""

    article: str
    title: str
    publisher: str
    source: str
    url: str
    arrived: datetime


class Facts(Memories):
    """The memory of keys, to be listed and mended."""

    def known_facts(self) -> list[KnownFact]:
        """All that is known, by key."""
        return [
            KnownFact(memory_of(row), load_match(row["match"]) if row["match"] else None)
            for row in self._database.all("known_facts")
        ]

    def struck_facts(self) -> list[StruckFact]:
        """All that was struck, in that order; a key that was struck may be known again."""
        return [
            StruckFact(row["key"], moment(row["at"]), row["why"], *_sights(row["memory"]))
            for row in self._database.all("struck_facts")
        ]

    def fact_sources(self, key: str, most: int) -> Sequence[FactSource]:
        """The newest articles that tell a fact, at most so many."""
        return [
            FactSource(row["id"], row["title"], row["publisher"], row["source"], row["url"], moment(row["arrived"]))
            for row in self._database.all("fact_sources", key=key, limit=most)
        ]

    def strike(self, key: str, why: str, at: datetime) -> bool:
        """Forget a key, for the monitor and for all readers, and enter that into the ledger. False if it is unknown."""
        with self._database.transaction():
            row = self._database.one("memory", key=key)
            if row is None:
                return False
            self._database.run("keep_struck", key=key, at=micros(at), why=why, memory=dumps(dict(row)))
            self._database.run("forget_memory", key=key)
            return True

    def waiting_places(self, key: str) -> int:
        """How many alerts about a key wait for a digest."""
        row = self._database.one("waiting_places", key=key)
        assert row is not None
        return int(row["places"])


def _sights(column: str) -> tuple[datetime, datetime]:
    row = json.loads(column)
    return moment(row["first_seen"]), moment(row["last_seen"])
