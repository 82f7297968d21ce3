"""A history taken in at the time when it came, with the digests that fall due on the way.

The pipeline is the daemon's own; only the clock is not: the store and the schedules are told the time of the article
that is taken in. `monitor learn` goes the same way, with a pipeline that has no subscriptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.backtests.matching import Answered
from monitor.backtests.replay import LONGEST_BATCH, Foretold
from monitor.digest.due import next_occurrences
from monitor.model import Alert, FrozenDigest, Subscription
from monitor.pipeline import Pipeline, RoundAccount


class ArticleTime:
    """A clock that shows the time of the history."""

    def __init__(self) -> None:
        self.now = datetime(1970, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Timetable:
    """When the subscriptions of a pipeline are due; what is composed then is handed to `told`."""

    def __init__(self, pipeline: Pipeline, told: Callable[[FrozenDigest], None]) -> None:
        self._pipeline = pipeline
        self._told = told
        self._next: dict[str, datetime] = {}
        self._begun = False

    def begin(self, now: datetime) -> None:
        """From the first call on the subscriptions are known: the first period of each begins then."""
        if self._begun:
            return
        self._begun = True
        for subscription in self._pipeline.subscriptions:
            self._pipeline.desk.due(subscription, now)
            self._advance(subscription, now)

    def next(self) -> datetime | None:
        """The next time at which something is due (UTC); None where nothing ever is."""
        return min(self._next.values(), default=None)

    def compose(self, now: datetime) -> None:
        """Compose for those that are due at `now`, as the daemon does."""
        for subscription in self._pipeline.subscriptions:
            if (at := self._next.get(subscription.name)) is None or at > now:
                continue
            period = self._pipeline.desk.due(subscription, now).period
            if period and (digest := self._pipeline.desk.compose(subscription, period, now)):
                self._told(digest)
            self._advance(subscription, now)

    def end(self) -> list[datetime]:
        """The next time of each subscription, in order: what waits when the history ends is sent then."""
        return sorted(set(self._next.values()))

    def _advance(self, subscription: Subscription, now: datetime) -> None:
        self._next.pop(subscription.name, None)
        for upcoming in next_occurrences(subscription.schedule, subscription.zone, now, 1):
            self._next[subscription.name] = upcoming


@dataclass(frozen=True, slots=True)
class Journey:
    """A pipeline on its way through a history. `foretold` is its matcher, `clock` that of its store.

    Without a timetable no digest is composed. `absent` is told what rules over time tell while nothing comes.
    """

    pipeline: Pipeline
    foretold: Foretold
    clock: ArticleTime
    timetable: Timetable | None = None
    absent: Callable[[Sequence[Alert]], None] | None = None

    def travel(self, answered: Iterable[Answered], done: Callable[[Answered], None]) -> RoundAccount:
        """Take in a history in its order, one transaction for each part of a day. What is `done` is committed.

        Ctrl-C stops between two articles, and what was not done is not in the store.
        """
        account = RoundAccount()
        for batch in self._batches(answered):
            self._compose_before(batch[0].moment.at, account)
            self._hear(batch[0].moment.at, account)
            self.foretold.learn(batch)
            self.clock.now = batch[-1].moment.at
            self.pipeline.take([each.moment.article for each in batch], account, self.clock.now)
            for each in batch:
                done(each)
        for at in self.timetable.end() if self.timetable else ():
            self._compose_before(at, account)
        return account

    def _batches(self, answered: Iterable[Answered]) -> Iterator[list[Answered]]:
        """Short enough for one transaction, of one day, and not across a time at which a digest is due."""
        batch: list[Answered] = []
        for each in answered:
            if self.timetable:
                self.timetable.begin(each.moment.at)
            if batch and (len(batch) == LONGEST_BATCH or self._parts(batch[0].moment.at, each.moment.at)):
                yield batch
                batch = []
            batch.append(each)
        if batch:
            yield batch

    def _parts(self, first: datetime, at: datetime) -> bool:
        due = self.timetable.next() if self.timetable else None
        return first.date() != at.date() or (due is not None and first < due <= at)

    def _hear(self, at: datetime, account: RoundAccount) -> None:
        """Up to here all that came has been taken in."""
        if not self.pipeline.learning and (absences := self.pipeline.hear(account, at, attentive=True)) and self.absent:
            self.absent(absences)

    def _compose_before(self, at: datetime, account: RoundAccount) -> None:
        """Compose what is due up to the arrival of what comes next."""
        if self.timetable is None:
            return
        while (due := self.timetable.next()) and due <= at:
            self.clock.now = due
            self._hear(due, account)
            self.timetable.compose(due)
