"""A history told again: the pipeline takes it in as it takes in what a source yields, at the times when it came.

One code path (case 55): recognition, stories, novelty and what becomes an alert are the pipeline's own; only the
matches were worked out before, by the same engine. A reader who gets everything stands at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from monitor.backtests.matching import Answered
from monitor.model import Article, Harvest, Match, SourceState, Subscription
from monitor.pipeline import Pipeline, RoundAccount

READER = Subscription(name="backtest", recipients=(), channel="")
"""Gets all alerts of all watchlists; its digest is never composed."""

LONGEST_BATCH = 100


class Foretold:
    """A matcher that knows its answers already."""

    def __init__(self) -> None:
        self._answers: dict[int, Sequence[Match]] = {}

    def learn(self, batch: Iterable[Answered]) -> None:
        """The answers for the articles that are asked about next, by the objects that they are."""
        self._answers = {id(each.moment.article): each.matches for each in batch}

    def match(self, article: Article) -> Sequence[Match]:
        """What the engine said of this article."""
        return self._answers[id(article)]


class History:
    """A source that yields a history, one batch for each day at most; `now` is the time of the batch's last article."""

    name = "backtest"

    def __init__(
        self,
        answered: Iterable[Answered],
        foretold: Foretold,
        done: Callable[[Answered], None],
        hear: Callable[[datetime], object],
    ) -> None:
        """`hear` is told up to when everything has been taken in, before each batch."""
        self.now = datetime(1970, 1, 1, tzinfo=UTC)
        self._answered = answered
        self._foretold = foretold
        self._done = done
        self._hear = hear

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:  # noqa: ARG002 - time is ours
        """The batches in order."""
        for batch in _by_day(self._answered):
            self._hear(batch[0].moment.at)
            self._foretold.learn(batch)
            self.now = batch[-1].moment.at
            yield Harvest(state, tuple(each.moment.article for each in batch))
            for each in batch:
                self._done(each)


def replay(
    pipeline: Pipeline, foretold: Foretold, answered: Iterable[Answered], done: Callable[[Answered], None]
) -> RoundAccount:
    """Take in a history in its order; `foretold` is the pipeline's matcher. What is `done` is committed.

    Ctrl-C stops between two batches: KeyboardInterrupt, and what was done before is in the pipeline's store.
    """
    account = RoundAccount()
    source = History(answered, foretold, done, lambda at: pipeline.hear(account, at, attentive=True))
    asyncio.run(pipeline.ingest(source, account, lambda: source.now))
    return account


def _by_day(answered: Iterable[Answered]) -> Iterator[list[Answered]]:
    batch: list[Answered] = []
    for each in answered:
        if batch and (len(batch) == LONGEST_BATCH or each.moment.at.date() != batch[0].moment.at.date()):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch
