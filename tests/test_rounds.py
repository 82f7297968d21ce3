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
from monitor.errors import SourceError, StoreError
from monitor.model import DeliveryState, Outcome
from monitor.rounds import SourceOutcome, SourceReport, ingest_round, run_once
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
    third = await run_once(pipeline, [source], postman, clock, reports.append)
    assert len(third.digests) == 1
    assert third.digests[0].period.start == done.digests[0].period.end
    assert {delivery.state for delivery in store.deliveries()} == {DeliveryState.SENT}
