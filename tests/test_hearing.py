"""Absences are told by rounds: after sources were read, in one transaction, and by the daemon too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.counting import Timing
from monitor.daemon import Daemon, Intervals
from monitor.deliver.postman import Postman
from monitor.errors import SourceError, StoreError
from monitor.model import Article, Fact, Match, TimedRule, When, WhenKind
from monitor.pipeline import Pipeline, RoundAccount
from monitor.rounds import compose_now, ingest_round
from monitor.store import Database, Store
from tests.round_bench import NOW, Clock, FakeSource, Word, a_pipeline

WEEK = timedelta(days=7)
RULE = TimedRule("bans", "ban", When(WhenKind.ABSENCE, stories=1, within=WEEK), title="Bans")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)


class Place(Word):
    """Whoever bars something is the fact."""

    def match(self, article: Article) -> Sequence[Match]:
        place = Fact.of({"place": article.title.split()[0]})
        return [replace(match, fact=place) for match in super().match(article)]


def pipeline_of(store: Store) -> Pipeline:
    return replace(a_pipeline(store), timing=Timing({RULE.name: RULE}))


def a_round(pipeline: Pipeline, clock: Clock, *sources: FakeSource) -> RoundAccount:
    return asyncio.run(ingest_round(pipeline, sources, clock, lambda report: None))


def titles(store: Store, clock: Clock) -> list[str]:
    waiting = store.waiting("morning", clock.now + timedelta(days=1))
    return [each.alert.match.title for each in waiting]


def test_a_round_tells_it_once_its_time_has_come(store: Store, clock: Clock) -> None:
    pipeline = pipeline_of(store)
    a_round(pipeline, clock, FakeSource("inbox", [["Rome bars DeepSeek"]]))
    for days, told in ((6, []), (1, ["Nothing for 7 days: Bans"]), (5, ["Nothing for 7 days: Bans"])):
        clock.forward(days=days)
        a_round(pipeline, clock, FakeSource("inbox"))
        assert titles(store, clock) == told
    composed = compose_now(pipeline, clock)
    assert composed.failures == {}
    (digest,) = composed.digests
    assert "no story for 7 days; the last was on 4 May 2026" in " ".join(digest.messages[0].text.split())


def test_where_no_source_could_be_read_nothing_is_known_to_be_absent(store: Store, clock: Clock) -> None:
    pipeline = pipeline_of(store)
    a_round(pipeline, clock, FakeSource("inbox", [["Rome bars DeepSeek"]]))
    clock.forward(days=8)
    a_round(pipeline, clock, FakeSource("inbox", error=SourceError("inbox: gone")))
    assert titles(store, clock) == []
    clock.forward(days=2)
    a_round(pipeline, clock, FakeSource("inbox"), FakeSource("other", error=SourceError("other: gone")))
    assert titles(store, clock) == [], "nobody listened for more than a week: it begins anew"


def test_what_is_read_in_the_round_is_no_absence(store: Store, clock: Clock) -> None:
    pipeline = pipeline_of(store)
    a_round(pipeline, clock, FakeSource("inbox", [["Rome bars DeepSeek"]]))
    clock.forward(days=7)
    a_round(pipeline, clock, FakeSource("inbox", [["Prague bars it"]]))
    assert titles(store, clock) == []


def test_all_of_it_is_stored_or_nothing(store: Store, clock: Clock) -> None:
    """A crash between the alert and the note that it was told would lose it, or tell it again."""
    pipeline = pipeline_of(store)
    pipeline.hear(RoundAccount(), clock.now)
    clock.forward(days=7)
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON alert BEGIN SELECT RAISE(ABORT, 'refused'); END"
    store._database._connection.execute(refuse)
    with pytest.raises(StoreError):
        pipeline.hear(RoundAccount(), clock.now)
    listening = store.listening(RULE.name)
    assert listening is not None
    assert listening.heard == NOW
    store._database._connection.execute("DROP TRIGGER refuse")
    assert len(pipeline.hear(RoundAccount(), clock.now)) == 1
    assert pipeline.hear(RoundAccount(), clock.now) == []


def test_a_count_and_its_alert_are_stored_together(store: Store, clock: Clock) -> None:
    timed = replace(RULE, when=When(WhenKind.FREQUENCY, stories=2, within=WEEK))
    pipeline = replace(a_pipeline(store), matcher=Place(), timing=Timing({timed.name: timed}))
    a_round(pipeline, clock, FakeSource("inbox", [["Rome bars a lorry from its harbour"]]))
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON alert BEGIN SELECT RAISE(ABORT, 'refused'); END"
    store._database._connection.execute(refuse)
    second = [["SoftBank bars visitors from its flooded office tower in Tokyo after an earthquake"]]
    with pytest.raises(StoreError):
        a_round(pipeline, clock, FakeSource("inbox", second))
    store._database._connection.execute("DROP TRIGGER refuse")
    assert titles(store, clock) == []
    a_round(pipeline, clock, FakeSource("inbox", [list(titles_) for titles_ in second]))
    assert len(titles(store, clock)) == 1


async def test_the_daemon_tells_it(store: Store, clock: Clock) -> None:
    pipeline = pipeline_of(store)
    pipeline.hear(RoundAccount(), clock.now)
    clock.forward(days=7)
    fast = Intervals(ingest=timedelta(seconds=0.05), digests=timedelta(hours=1))
    daemon = Daemon(pipeline, [FakeSource("inbox")], Postman(store, {}, clock), clock, lambda now: None, fast)
    running = asyncio.create_task(daemon.run())
    async with asyncio.timeout(20):
        while not titles(store, clock):
            await asyncio.sleep(0.02)
    daemon.stop()
    await running
    assert titles(store, clock) == ["Nothing for 7 days: Bans"]


@pytest.mark.parametrize(("every", "within"), [(1, timedelta(hours=12)), (1, timedelta(days=1)), (7, WEEK)])
def test_a_round_a_day_or_a_week_is_no_break(store: Store, clock: Clock, every: int, within: timedelta) -> None:
    rule = replace(RULE, when=replace(RULE.when, within=within))
    pipeline = replace(a_pipeline(store), timing=Timing({rule.name: rule}))
    a_round(pipeline, clock, FakeSource("inbox", [["Rome bars DeepSeek"]]))
    clock.forward(days=every, minutes=1)
    a_round(pipeline, clock, FakeSource("inbox"))
    assert len(titles(store, clock)) == 1
