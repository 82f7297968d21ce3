"""One round over a real database: what is due is read, what fails stops nothing else, what waits goes out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.deliver.files import FileChannel
from monitor.deliver.postman import Postman
from monitor.digest.due import DueReason
from monitor.errors import SourceError, StoreError
from monitor.model import DeliveryState, Novelty, Outcome
from monitor.rounds import SourceOutcome, SourceReport, compose_due, compose_now, ingest_round, run_once
from monitor.store import Database, Store
from tests.round_bench import Clock, FakeSource, a_pipeline, subscription


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)


async def test_all_sources_are_read_and_told(store: Store, clock: Clock) -> None:
    sources = [
        FakeSource("inbox", [["Rome bars DeepSeek"], ["SoftBank grows"]]),
        FakeSource("post", [["Prague bars it"]]),
    ]
    reports: list[SourceReport] = []
    account = await ingest_round(a_pipeline(store), sources, clock, reports.append)
    assert (account.articles, account.matches) == (3, 2)
    assert {report.source: report.outcome for report in reports} == {
        "inbox": SourceOutcome.READ,
        "post": SourceOutcome.READ,
    }


async def test_a_source_that_waits_is_left_alone_also_after_a_restart(store: Store, clock: Clock) -> None:
    source = FakeSource("post", every=timedelta(minutes=60))
    reports: list[SourceReport] = []
    for minutes in (0, 59, 1):
        clock.forward(minutes=minutes)
        await ingest_round(a_pipeline(store), [source], clock, reports.append)
    assert source.reads == 2
    assert [report.outcome for report in reports] == [SourceOutcome.READ, SourceOutcome.WAITS, SourceOutcome.READ]
    assert reports[1].next_at == clock.now


async def test_one_failing_source_never_stops_another(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    sources = [
        FakeSource("down", [["Rome bars DeepSeek"]], error=SourceError("post: 503"), every=timedelta(hours=1)),
        FakeSource("buggy", error=ZeroDivisionError("oops")),
        FakeSource("good", [["Prague bars it"]]),
    ]
    reports: list[SourceReport] = []
    account = await ingest_round(a_pipeline(store), sources, clock, reports.append, at_once=1)
    assert account.articles == 2, "what was read before the failure is kept"
    assert [report.outcome for report in reports] == [SourceOutcome.FAILED, SourceOutcome.FAILED, SourceOutcome.READ]
    down, buggy = store.source_state("down"), store.source_state("buggy")
    assert (down.error, down.failures, down.next_at) == ("post: 503", 1, clock.now + timedelta(hours=2))
    assert "a bug in the monitor" in buggy.error
    assert any(record.exc_info for record in caplog.records if record.levelno == logging.ERROR)


async def test_a_broken_store_ends_the_round(store: Store, clock: Clock) -> None:
    broken = FakeSource("broken", error=StoreError("the disk is full"))
    slow = FakeSource("slow", gate=asyncio.Event())
    with pytest.raises(StoreError, match="disk is full"):
        await ingest_round(a_pipeline(store), [slow, broken], clock, lambda report: None)
    assert store.source_state("broken").failures == 0


async def test_no_more_are_read_at_once_than_allowed(store: Store, clock: Clock) -> None:
    gate = asyncio.Event()
    sources = [FakeSource(f"source {number}", gate=gate) for number in range(5)]
    round_ = asyncio.create_task(ingest_round(a_pipeline(store), sources, clock, lambda report: None, at_once=2))
    await asyncio.gather(sources[0].reading.wait(), sources[1].reading.wait())
    await asyncio.sleep(0.05)
    assert sum(source.reads for source in sources) == 2
    gate.set()
    await round_
    assert sum(source.reads for source in sources) == 5


@pytest.mark.case(84)
@pytest.mark.parametrize(("wanted", "digests"), [(False, 0), (True, 1)])
def test_a_day_without_news_is_silent_or_says_so_once(store: Store, clock: Clock, wanted: bool, digests: int) -> None:
    pipeline = a_pipeline(store, subscription(heartbeat=wanted))
    compose_due(pipeline, clock)
    clock.forward(hours=1)
    composed = [digest for _ in range(3) for digest in compose_due(pipeline, clock).digests]
    assert len(composed) == digests
    assert store.decided("morning") == clock.now
    assert all("othing new" in message.subject for digest in composed for message in digest.messages) or not digests


@pytest.mark.case(84)
def test_what_comes_after_a_silent_period_waits_for_the_next_scheduled_time(store: Store, clock: Clock) -> None:
    pipeline = a_pipeline(store)
    compose_due(pipeline, clock)
    clock.forward(hours=1)
    assert compose_due(pipeline, clock).reasons == {"morning": DueReason.ON_TIME}
    asyncio.run(ingest_round(pipeline, [FakeSource("inbox", [["Rome bars DeepSeek"]])], clock, lambda report: None))
    clock.forward(hours=5)
    assert compose_due(pipeline, clock).digests == []
    clock.forward(hours=19)
    assert len(compose_due(pipeline, clock).digests) == 1


def test_one_that_cannot_be_composed_stops_none_after_it_and_is_told(store: Store) -> None:
    clock = Clock(step=timedelta(microseconds=1))
    pipeline = a_pipeline(store, subscription(name="poison", channel="nowhere"), subscription(name="good"))
    asyncio.run(ingest_round(pipeline, [FakeSource("inbox", [["Rome bars it"]])], clock, lambda report: None))
    account = compose_now(pipeline, clock)
    assert [digest.subscription for digest in account.digests] == ["good"]
    assert list(account.failures) == ["poison"]
    assert [failure.subscription for failure in store.compose_failures()] == ["poison"]
    mended = a_pipeline(store, subscription(name="poison"), subscription(name="good"))
    assert [digest.subscription for digest in compose_now(mended, clock).digests] == ["poison"]
    assert store.compose_failures() == []


async def test_once_reads_composes_and_sends_whatever_the_schedule(store: Store, tmp_path: Path) -> None:
    clock = Clock(step=timedelta(microseconds=1))
    pipeline = a_pipeline(store, subscription("files"))
    postman = Postman(store, {"files": FileChannel("files", tmp_path / "out")}, clock)
    source = FakeSource("inbox", [["Rome bars DeepSeek", "SoftBank grows"]])
    reports: list[SourceReport] = []
    done = await run_once(pipeline, [source], postman, clock, reports.append)
    assert done.round.articles == 2
    assert done.sources == tuple(reports)
    assert [digest.subscription for digest in done.digests] == ["morning"]
    assert [attempt.outcome for attempt in done.attempts] == [Outcome.SENT]
    [html] = (tmp_path / "out").glob("*.html")
    assert "DeepSeek" in html.read_text()

    again = await run_once(pipeline, [source], postman, clock, reports.append)
    assert (again.digests, again.attempts) == ([], ())
    source.batches = [["Prague bars DeepSeek"]]
    told_again = await run_once(pipeline, [source], postman, clock, reports.append)
    assert (told_again.round.novelties[Novelty.FOLD], told_again.digests) == (1, []), "nothing is to be said"
    source.batches = [["A ferry union in Oslo bars cameras at the quays"]]
    third = await run_once(pipeline, [source], postman, clock, reports.append)
    assert len(third.digests) == 1
    assert third.digests[0].period.start == done.digests[0].period.end
    assert {delivery.state for delivery in store.deliveries()} == {DeliveryState.SENT}
