"""The outbox's loop over a real database: never lost, repeated only in doubt and then with the same bytes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.deliver.files import FileChannel
from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.errors import DeliveryError, StoreError
from monitor.model import Attempt, Delivery, DeliveryState, Outcome
from monitor.store import Store
from tests.deliver.bench import DROP, NOW, BadServer, Clock
from tests.deliver.outbox_bench import FakeChannel, enqueue, postman_of, states

T = TypeVar("T")

SENT, QUEUED, FAILED, UNKNOWN = (
    DeliveryState.SENT,
    DeliveryState.QUEUED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)


async def test_nothing_waits(store: Store, clock: Clock) -> None:
    assert await postman_of(store, clock, FakeChannel()).deliver_one() is None
    assert await Postman(store, {}, clock).drain() == []


async def test_one_unit_of_work_at_a_time_and_in_order(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org", "ben@example.org")
    enqueue(store, "morning@2", "ana@example.org")
    channel = FakeChannel()
    postman = postman_of(store, clock, channel)
    first = await postman.deliver_one()
    assert first == Attempt(1, NOW, Outcome.SENT, "250 ok")
    assert states(store) == [SENT, QUEUED, QUEUED]
    assert [attempt.delivery for attempt in await postman.drain()] == [2, 3]
    assert states(store) == [SENT, SENT, SENT]
    assert [recipient for recipient, _ in channel.taken] == ["ana@example.org", "ben@example.org", "ana@example.org"]
    assert await postman.deliver_one() is None


async def test_drain_keeps_to_its_limit(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org", "ben@example.org")
    assert len(await postman_of(store, clock, FakeChannel()).drain(limit=1)) == 1


@pytest.mark.case(66)
async def test_one_later_one_refused_one_sent(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org", "ben@example.org", "cleo@example.org")
    channel = FakeChannel()
    channel.script = [DeliveryError("452 later"), DeliveryError("550 unknown", permanent=True)]
    postman = postman_of(store, clock, channel)
    await postman.drain()
    assert states(store) == [QUEUED, FAILED, SENT]
    assert [delivery.last_error for delivery in store.deliveries()][:2] == ["452 later", "550 unknown"]
    clock.forward(seconds=59)
    assert await postman.deliver_one() is None
    clock.forward(seconds=1)
    await postman.drain()
    assert states(store) == [SENT, FAILED, SENT]
    assert channel.tried == ["ana@example.org", "ben@example.org", "cleo@example.org", "ana@example.org"]


@pytest.mark.case(67)
async def test_in_doubt_the_same_bytes_go_again(store: Store, clock: Clock, bad_server: BadServer) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    settings = SmtpSettings(
        "127.0.0.1", bad_server.port, "w@example.org", Security.NONE, hello="m.test", timeout=5, answer_timeout=5
    )
    postman = Postman(store, {"mail": SmtpChannel("mail", settings)}, clock)
    bad_server.script["dot"] = DROP
    attempt = await postman.deliver_one()
    assert attempt is not None
    assert attempt.outcome is Outcome.AMBIGUOUS
    del bad_server.script["dot"]
    clock.forward(minutes=1)
    await postman.drain()
    assert states(store) == [SENT]
    assert len(bad_server.offered) == 2
    assert bad_server.offered[0] == bad_server.offered[1]


async def test_in_doubt_a_channel_may_hold(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    channel = FakeChannel(on_ambiguous=OnAmbiguous.HOLD)
    channel.script = [DeliveryError("no answer", ambiguous=True)]
    postman = postman_of(store, clock, channel)
    await postman.drain()
    clock.forward(days=9)
    assert await postman.drain() == []
    assert states(store) == [UNKNOWN]
    assert channel.tried == ["ana@example.org"]


@pytest.mark.case(72)
async def test_a_server_that_is_down_for_three_days_gets_everything_in_order_and_once(
    store: Store, clock: Clock
) -> None:
    channel = FakeChannel()
    postman = postman_of(store, clock, channel)
    for day in range(3):
        enqueue(store, f"morning@{day * 24}", "ana@example.org", "ben@example.org", at=clock.now)
        for _ in range(24 * 4):
            channel.script = [DeliveryError("connection refused", channel=True)]
            await postman.drain()
            clock.forward(minutes=15)
    assert states(store) == [QUEUED] * 6
    assert len(channel.tried) < 3 * 24 * 2
    channel.script, tried = [], len(channel.tried)
    clock.forward(hours=1)
    await postman.drain()
    assert states(store) == [SENT] * 6
    assert channel.tried[tried:] == ["ana@example.org", "ben@example.org"] * 3
    assert b"morning@0" in channel.taken[0][1]


@pytest.mark.case(65)
async def test_a_refused_password_stops_the_channel_not_the_queue(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(store, "morning@1", "ana@example.org", "ben@example.org")
    enqueue(store, "archive@1", "files@example.org", channel="files")
    mail, files = FakeChannel(), FakeChannel("files")
    mail.script = [DeliveryError("535 no", channel=True, permanent=True)]
    postman = postman_of(store, clock, mail, files)
    await postman.drain()
    assert (len(mail.tried), len(files.taken)) == (1, 1)
    assert states(store) == [QUEUED, QUEUED, SENT]
    assert "channel mail rests for 1:00:00: 535 no" in caplog.text
    clock.forward(minutes=59)
    assert await postman.drain() == []
    clock.forward(minutes=1)
    await postman.drain()
    assert states(store) == [SENT, SENT, SENT]


async def test_a_channel_that_hangs_does_not_hold_up_the_others(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    enqueue(store, "archive@1", "files@example.org", channel="files")
    mail, files, answer = FakeChannel(), FakeChannel("files"), asyncio.Event()
    mail.script = [answer]
    draining = asyncio.create_task(postman_of(store, clock, mail, files).drain())
    await files.sending.wait()
    while states(store)[1] is not SENT:
        await asyncio.sleep(0.01)
    assert states(store)[0] is DeliveryState.SENDING
    answer.set()
    assert len(await draining) == 2


async def test_a_row_whose_channel_is_gone_waits(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org", channel="pigeon")
    assert await postman_of(store, clock, FakeChannel()).drain() == []
    assert store.claim(clock.now, timedelta(minutes=1), ["pigeon"]) is not None
    clock.forward(minutes=1)
    await postman_of(store, clock, FakeChannel()).drain()
    assert states(store) == [QUEUED]


@pytest.mark.case(73)
async def test_what_a_dead_process_was_sending_is_in_doubt(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    enqueue(store, "evening@1", "ben@example.org", channel="careful")
    assert store.claim(clock.now, timedelta(minutes=30), ["mail"]) is not None
    assert store.claim(clock.now, timedelta(minutes=30), ["careful"]) is not None
    mail, careful = FakeChannel(), FakeChannel("careful", OnAmbiguous.HOLD)
    postman = postman_of(store, clock, mail, careful)
    clock.forward(minutes=29)
    assert await postman.drain() == []
    clock.forward(minutes=1)
    await postman.drain()
    assert states(store) == [QUEUED, UNKNOWN]
    clock.forward(minutes=1)
    await postman.drain()
    assert states(store) == [SENT, UNKNOWN]
    assert careful.tried == []


@pytest.mark.case(75)
async def test_asleep_while_sending_it_does_not_take_its_own_work_for_a_dead_ones(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    channel, answer = FakeChannel(), asyncio.Event()
    channel.script = [answer]
    postman = postman_of(store, clock, channel)
    sending = asyncio.create_task(postman.deliver_one())
    await channel.sending.wait()
    clock.forward(hours=3)
    assert await postman.deliver_one() is None
    answer.set()
    attempt = await sending
    assert attempt is not None
    assert attempt.outcome is Outcome.SENT
    assert channel.tried == ["ana@example.org"]
    assert states(store) == [SENT]


@pytest.mark.case(76)
async def test_two_postmen_never_send_one_delivery_twice(store: Store, clock: Clock) -> None:
    recipients = [f"reader{number}@example.org" for number in range(20)]
    enqueue(store, "morning@1", *recipients)
    channel = FakeChannel()
    one, other = postman_of(store, clock, channel), postman_of(store, clock, channel)
    await asyncio.gather(one.drain(), other.drain())
    assert sorted(channel.tried) == sorted(recipients)


@pytest.mark.case(74)
async def test_interrupted_before_the_end_it_is_tried_again(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    channel = FakeChannel()
    channel.script = [asyncio.Event()]
    sending = asyncio.create_task(postman_of(store, clock, channel).deliver_one())
    await channel.sending.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    [delivery] = store.deliveries()
    assert delivery.state is QUEUED
    assert delivery.last_error == "interrupted before the message was sent"


@pytest.mark.case(74)
async def test_interrupted_while_claiming_nothing_is_sent_and_nothing_stays_claimed(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org")
    for steps in range(40):
        channel = FakeChannel()
        sending = asyncio.create_task(postman_of(store, clock, channel).deliver_one())
        for _ in range(steps):
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        if channel.taken:
            assert states(store) == [SENT]
            break
        assert states(store) == [QUEUED]
        clock.forward(hours=1)


async def test_a_bug_in_a_channel_is_doubt_and_does_not_end_the_postman(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(store, "morning@1", "ana@example.org", "ben@example.org")
    channel = FakeChannel()
    channel.script = [ZeroDivisionError("oops")]
    attempts = await postman_of(store, clock, channel).drain()
    assert [attempt.outcome for attempt in attempts] == [Outcome.AMBIGUOUS, Outcome.SENT]
    assert attempts[0].detail == "ZeroDivisionError: oops"
    assert any(record.levelno == logging.ERROR and record.exc_info for record in caplog.records)


class FullDisk:
    """The store, on a disk that is full when told so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = False
        self.expired_leases = store.expired_leases

    def claim(self, *arguments: object) -> Delivery | None:
        return self._unless_full(self._store.claim, arguments)

    def finish(self, *arguments: object) -> None:
        return self._unless_full(self._store.finish, arguments)

    def _unless_full(self, call: Callable[..., T], arguments: tuple[object, ...]) -> T:
        if self.full:
            raise StoreError("the disk is full")
        return call(*arguments)


@pytest.mark.case(77)
async def test_a_full_disk_stops_the_sending_and_forgets_nothing(store: Store, clock: Clock) -> None:
    enqueue(store, "morning@1", "ana@example.org", "ben@example.org")
    channel, answer, outbox = FakeChannel(), asyncio.Event(), FullDisk(store)
    channel.script = [answer]
    postman = Postman(outbox, {"mail": channel}, clock)
    sending = asyncio.create_task(postman.drain())
    await channel.sending.wait()
    outbox.full = True
    answer.set()
    with pytest.raises(StoreError, match="disk is full"):
        await sending
    clock.forward(days=1)
    with pytest.raises(StoreError, match="disk is full"):
        await postman.drain()
    assert channel.tried == ["ana@example.org"]
    outbox.full = False
    await postman.drain()
    assert channel.tried == ["ana@example.org", "ben@example.org"]
    assert states(store) == [SENT, SENT]


async def test_files_and_mail_side_by_side(store: Store, clock: Clock, tmp_path: Path) -> None:
    enqueue(store, "archive@1", "ana@example.org", channel="files")
    postman = Postman(store, {"files": FileChannel("files", tmp_path / "out")}, clock)
    [attempt] = await postman.drain()
    assert all(Path(path).is_file() for path in attempt.detail.split(", "))
