"""The daemon in this process, over a real database: catching up, working on, and an orderly end (cases 74, 82, 83)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor import __version__
from monitor.daemon import Daemon, Intervals, _Worker
from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.errors import DeliveryError, SourceError, StoreError
from monitor.model import Delivery, DeliveryState
from monitor.store import Database, Store
from tests.round_bench import Clock, FakeSource, a_pipeline, subscription

SOON = timedelta(milliseconds=30)
INTERVALS = Intervals(SOON, SOON, SOON, SOON, finish=timedelta(milliseconds=200))


class Mailbox:
    """A channel that keeps what it is sent; `gate` holds a sending up, `doubtful` says what an interruption means."""

    longest = timedelta(minutes=10)
    on_ambiguous = OnAmbiguous.RESEND

    def __init__(self) -> None:
        self.name = "mail"
        self.taken: list[Delivery] = []
        self.gate: asyncio.Event | None = None
        self.doubtful = False
        self.sending = asyncio.Event()

    async def send(self, delivery: Delivery) -> str:
        self.sending.set()
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            if self.doubtful:
                raise DeliveryError("interrupted after the dot", ambiguous=True) from None
            raise
        self.taken.append(delivery)
        return "250 ok"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def a_daemon(
    store: Store,
    clock: Clock,
    mailbox: Mailbox,
    *sources: FakeSource,
    upkeep: Callable[[datetime], None] = lambda now: None,
    intervals: Intervals = INTERVALS,
) -> Daemon:
    return Daemon(a_pipeline(store), sources, Postman(store, {"mail": mailbox}, clock), clock, upkeep, intervals)


@asynccontextmanager
async def running(daemon: Daemon) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(daemon.run())
    try:
        yield task
    finally:
        daemon.stop()
        await asyncio.wait_for(task, 10)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_an_article_becomes_a_mail_at_eight_and_never_again(store: Store, clock: Clock, mailbox: Mailbox) -> None:
    source = FakeSource("inbox", [["Rome bars DeepSeek"]])
    async with running(a_daemon(store, clock, mailbox, source)):
        await until(lambda: source.reads > 2)
        assert store.deliveries() == []
        clock.now = clock.now.replace(hour=8)
        await until(lambda: mailbox.taken)
        clock.forward(hours=3)
        reads = source.reads
        await until(lambda: source.reads > reads + 3)
    [delivery] = store.deliveries()
    assert delivery.state is DeliveryState.SENT
    assert delivery.digest == "morning@20260504T080000Z"
    assert [taken.message.raw for taken in mailbox.taken] == [delivery.message.raw]


@pytest.mark.case(82)
async def test_what_was_missed_while_it_was_down_is_sent_once_at_start(
    store: Store, clock: Clock, mailbox: Mailbox
) -> None:
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars DeepSeek"]]))):
        await until(lambda: source.reads > 1)
    clock.forward(days=3, hours=4)
    clock.step = timedelta(microseconds=1)
    slow = Intervals(*[timedelta(hours=1)] * 4)
    night = FakeSource("inbox", [["Malta bars ChatGPT"]], gate=asyncio.Event())
    async with running(a_daemon(store, clock, mailbox, night, intervals=slow)):
        await night.reading.wait()
        await asyncio.sleep(0.05)
        assert not mailbox.taken, "what came while it was down is read first"
        night.gate.set()
        await until(lambda: mailbox.taken)
    async with running(a_daemon(store, clock, mailbox, again := FakeSource("inbox"), intervals=slow)):
        await until(lambda: again.reads)
    [delivery] = store.deliveries()
    assert delivery.digest == "morning@20260507T110000Z"
    assert len(mailbox.taken) == 1
    assert all(title in delivery.message.text for title in ("Rome bars DeepSeek", "Malta bars ChatGPT"))


@pytest.mark.case(82)
async def test_a_source_that_hangs_does_not_keep_the_missed_digest_back(
    store: Store, clock: Clock, mailbox: Mailbox
) -> None:
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars DeepSeek"]]))):
        await until(lambda: source.reads > 1)
    clock.forward(days=3, hours=4)
    hanging = FakeSource("post", gate=asyncio.Event())
    impatient = replace(INTERVALS, catch_up=SOON)
    async with running(a_daemon(store, clock, mailbox, hanging, intervals=impatient)):
        await until(lambda: mailbox.taken)


async def test_a_subscription_that_cannot_be_composed_is_told_once_and_stops_none_after_it(
    store: Store, clock: Clock, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = a_pipeline(store, subscription(name="poison", channel="nowhere"), subscription(name="good"))
    daemon = Daemon(
        pipeline,
        [source := FakeSource("inbox", [["Rome bars DeepSeek"]])],
        Postman(store, {"mail": mailbox}, clock),
        clock,
        lambda now: None,
        INTERVALS,
    )
    async with running(daemon):
        await until(lambda: source.reads > 1)
        clock.now = clock.now.replace(hour=8)
        await until(lambda: mailbox.taken)
        await until(lambda: store.compose_failures() and store.compose_failures()[0].failures > 2)
    [failure] = store.compose_failures()
    assert (failure.subscription, failure.since, failure.error) == ("poison", clock.now, "KeyError: 'nowhere'")
    assert [taken.digest for taken in mailbox.taken] == ["good@20260504T080000Z"]
    told = [record for record in caplog.records if "poison cannot be composed" in record.message]
    assert [bool(record.exc_info) for record in told] == [True]


@pytest.mark.case(81)
async def test_a_clock_that_went_back_is_told(
    store: Store, clock: Clock, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars DeepSeek"]]))):
        await until(lambda: source.reads > 1)
        clock.now = clock.now.replace(hour=8)
        await until(lambda: mailbox.taken)
        clock.now = clock.now.replace(hour=5)
        await until(lambda: "the clock is behind the last digest" in caplog.text)
    assert len(mailbox.taken) == 1


@pytest.mark.case(77)
async def test_a_held_database_is_read_into_but_nothing_leaves_it(
    store: Store, clock: Clock, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    store.first_known("morning", clock.now)
    store._database.run("set_meta", name="hold", value="restored")
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars DeepSeek"]]))):
        await until(lambda: source.reads > 1)
        clock.now = clock.now.replace(hour=8)
        await until(lambda: "nothing is composed and nothing is sent: restored" in caplog.text)
        assert len(store.waiting("morning", clock.now)) == 1
        store.lift_hold()
        await until(lambda: mailbox.taken)


@pytest.mark.case(83)
async def test_work_that_takes_longer_than_its_interval_neither_overlaps_nor_is_skipped(
    store: Store, clock: Clock, mailbox: Mailbox
) -> None:
    gate = asyncio.Event()
    source = FakeSource("inbox", gate=gate)
    async with running(a_daemon(store, clock, mailbox, source)):
        await source.reading.wait()
        await asyncio.sleep(0.2)
        assert source.reads == 1
        gate.set()
        await until(lambda: source.reads > 1)


async def test_a_failing_source_a_failing_upkeep_and_a_bug_stop_nothing(
    store: Store, clock: Clock, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [StoreError("the disk is full"), ZeroDivisionError("oops")]

    def upkeep(now: datetime) -> None:
        if faults:
            raise faults.pop(0)

    down, good = FakeSource("down", error=SourceError("post: 503")), FakeSource("good", [["Rome bars DeepSeek"]])
    async with running(a_daemon(store, clock, mailbox, down, good, upkeep=upkeep)):
        await until(lambda: not faults and down.reads > 2 and good.reads > 2)
    assert "upkeep: the disk is full" in caplog.text
    assert "upkeep: a bug" in caplog.text
    assert store.source_state("down").failures > 1


async def test_a_worker_does_not_wait_for_ever_for_a_bell_that_a_clock_put_back_keeps_silent() -> None:
    async def nothing() -> None:
        pass

    silent = _Worker("silent", SOON, nothing)
    await asyncio.wait_for(silent.wait(), 5)
    await silent.ring()
    await silent.ring()
    await silent.wait()
    assert not silent.bell.is_set()


@pytest.mark.case(74)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_the_sending_finish(
    store: Store, clock: Clock, mailbox: Mailbox, number: signal.Signals
) -> None:
    former = signal.getsignal(number)
    mailbox.gate = asyncio.Event()
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars it"]]))) as task:
        await until(lambda: source.reads > 1)
        clock.now = clock.now.replace(hour=8)
        await mailbox.sending.wait()
        os.kill(os.getpid(), number)
        await until(lambda: signal.getsignal(number) is signal.SIG_DFL)  # the next one would end us at once
        reads = source.reads
        mailbox.gate.set()
        await asyncio.wait_for(task, 5)
    assert [delivery.state for delivery in store.deliveries()] == [DeliveryState.SENT]
    assert source.reads == reads
    assert signal.getsignal(number) is former


@pytest.mark.case(74)
@pytest.mark.parametrize("doubtful", [False, True])
async def test_a_sending_that_does_not_finish_is_interrupted_and_marked(
    store: Store, clock: Clock, mailbox: Mailbox, doubtful: bool, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.gate, mailbox.doubtful = asyncio.Event(), doubtful
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars it"]]))) as task:
        await until(lambda: source.reads > 1)
        clock.now = clock.now.replace(hour=8)
        await mailbox.sending.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, 5)
    [delivery] = store.deliveries()
    assert delivery.state is DeliveryState.QUEUED
    assert delivery.attempts == 1
    assert ("after the dot" in delivery.last_error) is doubtful
    assert "outbox: interrupted" in caplog.text


async def test_a_read_that_hangs_does_not_hold_up_the_end(store: Store, clock: Clock, mailbox: Mailbox) -> None:
    source = FakeSource("inbox", [["Rome bars it"]], gate=asyncio.Event())
    async with running(a_daemon(store, clock, mailbox, source)) as task:
        await source.reading.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, 5)
    assert store.source_state("inbox").failures == 0


async def test_its_log_says_what_it_did(
    store: Store, clock: Clock, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    async with running(a_daemon(store, clock, mailbox, source := FakeSource("inbox", [["Rome bars it"]]))):
        await until(lambda: source.reads > 1)
        clock.now = clock.now.replace(hour=8)
        await until(lambda: mailbox.taken)
    for line in (
        f"started: 1 sources, 1 subscriptions, version {__version__}",
        "ingest: 1 articles, 0 edited, 0 copies, 1 stories, 1 matches, 0 rejected",
        "digest morning@20260504T080000Z: 1 alerts, 1 messages",
        "delivery 1 of morning@20260504T080000Z to ana@example.org: sent (250 ok)",
        "stopped",
    ):
        assert line in caplog.text
    assert "apscheduler" not in {record.name.split(".")[0] for record in caplog.records}


async def test_a_change_in_a_source_s_folder_wakes_the_reader(
    store: Store, clock: Clock, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.daemon._AT_REST", 50)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    source = FakeSource("inbox", folder=inbox)
    seldom = Intervals(*[timedelta(hours=1)] * 4, finish=timedelta(milliseconds=200))
    async with running(a_daemon(store, clock, mailbox, source, intervals=seldom)):
        await until(lambda: source.reads == 1)
        for number in range(100):
            (inbox / f"{number}.txt").write_text("Rome bars DeepSeek")
            await asyncio.sleep(0.1)
            if source.reads > 1:
                break
        assert source.reads > 1
