"""A pipeline over a real database, with sources and a matcher that tests steer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.digest.freeze import Letterhead
from monitor.errors import SourceError
from monitor.model import Article, Evidence, Harvest, Match, Severity, SourceState, Subscription
from monitor.pipeline import Pipeline
from monitor.store import Store
from monitor.stories.kept import KeptStories
from monitor.stories.novelty import NoveltySettings

NOW = datetime(2026, 5, 4, 7, tzinfo=UTC)


@dataclass
class Clock:
    """Time that stands still until it is moved, or goes on by a `step` with every look at it."""

    now: datetime = NOW
    step: timedelta = timedelta()

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class Word:
    """Matches every article whose title holds the word "bars"."""

    def match(self, article: Article) -> Sequence[Match]:
        start = article.title.find("bars")
        if start < 0:
            return ()
        evidence = Evidence("title", ((start, start + 4),))
        return (Match("bans", "ban", "ban", Severity.HIGH, article.title, evidence=(evidence,)),)


@dataclass
class FakeSource:
    """Yields one batch per list of titles, then fails if it is told to; `gate` holds it up first."""

    name: str
    batches: list[list[str]] = field(default_factory=list)
    error: Exception | None = None
    gate: asyncio.Event | None = None
    every: timedelta | None = None
    lane: str = ""
    folder: Path | None = None
    reads: int = 0
    reading: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        self.reads += 1
        self.reading.set()
        if self.gate is not None:
            await self.gate.wait()
        after = replace(state, last_read=now, next_at=now + self.every if self.every else None, error="", failures=0)
        batches, self.batches = self.batches, []
        for titles in batches:
            yield Harvest(after, tuple(self._article(title, now) for title in titles))
        if self.error is not None:
            raise self.error
        if not batches:
            yield Harvest(after, unchanged=True)

    def failed(self, state: SourceState, error: SourceError, now: datetime) -> SourceState:
        later = now + 2 * self.every if self.every else None
        return replace(state, next_at=later, failures=state.failures + 1, error=str(error), failing_since=now)

    def _article(self, title: str, now: datetime) -> Article:
        url = f"https://{self.name}.example/{title.replace(' ', '-')}"
        return Article(url, self.name, title, now, body=f"{title}, it says.", url=url, identities=(url,))


def subscription(channel: str = "mail", **changes: object) -> Subscription:
    plain = Subscription("morning", ("ana@example.org",), channel, schedule="0 8 * * *", zone="UTC")
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_pipeline(store: Store, *subscriptions: Subscription) -> Pipeline:
    heads = {name: Letterhead("test", "Watch <watch@example.org>") for name in ("mail", "files")}
    return Pipeline(store, Word(), subscriptions or (subscription(),), heads, NoveltySettings(), KeptStories(store))
