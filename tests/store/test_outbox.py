"""The outbox: claim, send, settle."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from store_nouns import DAY, HOUR, NOW, PERIOD, Clock, digest, message

from monitor.errors import StoreError
from monitor.model import Attempt, Delivery, DeliveryState, DigestState, Outcome, Period
from monitor.store import Database, Store

LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def enqueue(store: Store, number: int, *messages: int, channel: str = "mail") -> None:
    period = Period(PERIOD.start + number * DAY, PERIOD.end + number * DAY)
    composed = NOW + number * MINUTE
    assert store.save_digest(
        digest(
            id=f"digest-{number}",
            period=period,
            composed=composed,
            channel=channel,
            alerts=(),
            keys=(),
            messages=tuple(message(item) for item in messages),
        )
    )


def claim(store: Store, *channels: str, minutes: int = 60) -> Delivery:
    delivery = store.claim(NOW + minutes * MINUTE, LEASE, channels or ("mail",))
    assert delivery is not None
    return delivery


def test_nothing_is_claimed_where_nothing_is_due(store: Store) -> None:
    assert store.claim(NOW, LEASE, ["mail"]) is None
    enqueue(store, 1, 1)
    assert store.claim(NOW, LEASE, ["mail"]) is None, "not yet"
    assert store.claim(NOW + HOUR, LEASE, ["folder"]) is None, "another channel"
    assert store.claim(NOW + HOUR, LEASE, []) is None


def test_the_oldest_due_is_claimed_first(store: Store) -> None:
    enqueue(store, 2, 3)
    enqueue(store, 1, 1, 2)
    enqueue(store, 0, 4, channel="folder")
    claimed = [claim(store, "mail", "folder") for _ in range(4)]
    assert [delivery.message for delivery in claimed] == [message(4), message(1), message(2), message(3)]
    assert {delivery.state for delivery in claimed} == {DeliveryState.SENDING}
    assert {delivery.attempts for delivery in claimed} == {0}
    assert store.claim(NOW + DAY, LEASE, ["mail", "folder"]) is None
    assert store.outbox_counts()[DeliveryState.SENDING] == 4


def test_a_claim_is_on_the_disk_when_it_returns(store: Store, path: Path, clock: Clock) -> None:
    enqueue(store, 1, 1)
    claimed = claim(store)
    with Database.open(path, create=False) as other:
        assert [delivery.id for delivery in Store(other, clock).deliveries(DeliveryState.SENDING)] == [claimed.id]


def test_a_claim_is_never_part_of_a_larger_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.claim(NOW, LEASE, ["mail"])


def test_a_sent_digest_is_marked_once_all_have_it(store: Store) -> None:
    enqueue(store, 1, 1, 2)
    first, second = claim(store), claim(store)
    store.finish(Attempt(first.id, NOW, Outcome.SENT, "250 ok"), DeliveryState.SENT, None)
    assert store.recent_digests(1)[0].state is DigestState.FROZEN
    store.finish(Attempt(second.id, NOW, Outcome.SENT, "250 ok"), DeliveryState.SENT, None)
    assert store.recent_digests(1)[0].state is DigestState.SENT
    assert store.outbox_counts() == dict.fromkeys(DeliveryState, 0) | {DeliveryState.SENT: 2}


def test_a_try_that_failed_is_counted_and_comes_again(store: Store) -> None:
    enqueue(store, 1, 1)
    delivery = claim(store)
    store.finish(Attempt(delivery.id, NOW, Outcome.RETRY, "451 later"), DeliveryState.QUEUED, NOW + 2 * HOUR)
    assert store.claim(NOW + HOUR, LEASE, ["mail"]) is None
    again = claim(store, minutes=120)
    assert (again.id, again.attempts, again.last_error) == (delivery.id, 1, "451 later")
    store.finish(Attempt(delivery.id, NOW, Outcome.SENT, "250 ok"), DeliveryState.SENT, None)
    (sent,) = store.deliveries(DeliveryState.SENT)
    assert (sent.attempts, sent.last_error) == (2, "")


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
def test_what_is_parked_is_not_claimed(store: Store, state: DeliveryState) -> None:
    enqueue(store, 1, 1)
    store.finish(Attempt(claim(store).id, NOW, Outcome.FAILED, "550 no"), state, None)
    assert store.claim(NOW + 30 * DAY, LEASE, ["mail"]) is None
    assert [delivery.last_error for delivery in store.deliveries(state)] == ["550 no"]


@pytest.mark.case(73)
def test_the_lease_of_a_dead_sender_expires(store: Store) -> None:
    enqueue(store, 1, 1, 2)
    claimed = claim(store)
    end = NOW + HOUR + LEASE
    assert store.expired_leases(end - MINUTE) == []
    assert [delivery.id for delivery in store.expired_leases(end)] == [claimed.id]
    store.finish(Attempt(claimed.id, end, Outcome.AMBIGUOUS), DeliveryState.QUEUED, end)
    assert store.expired_leases(end + DAY) == []


@pytest.mark.case(73)
def test_who_holds_the_lock_knows_that_a_sender_is_dead_and_need_not_wait(store: Store) -> None:
    enqueue(store, 1, 1, 2)
    claimed = claim(store)
    now = NOW + HOUR + MINUTE
    store.end_leases(now)
    assert [delivery.id for delivery in store.expired_leases(now)] == [claimed.id]
    assert len(store.deliveries(DeliveryState.QUEUED)) == 1, "the others wait as before"


@pytest.mark.case(75)
def test_a_late_answer_changes_nothing_unless_the_message_went_out(store: Store) -> None:
    enqueue(store, 1, 1)
    stopped = claim(store)
    store.finish(Attempt(stopped.id, NOW, Outcome.AMBIGUOUS, "died"), DeliveryState.UNKNOWN, None)
    store.finish(Attempt(stopped.id, NOW, Outcome.RETRY, "451"), DeliveryState.QUEUED, NOW)
    assert [delivery.attempts for delivery in store.deliveries(DeliveryState.UNKNOWN)] == [2]
    store.finish(Attempt(stopped.id, NOW, Outcome.SENT, "250"), DeliveryState.SENT, None)
    assert store.outbox_counts()[DeliveryState.SENT] == 1


def test_an_attempt_at_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.finish(Attempt(9, NOW, Outcome.SENT), DeliveryState.SENT, None)


def test_a_server_s_answer_may_be_any_text(store: Store) -> None:
    enqueue(store, 1, 1)
    store.finish(Attempt(claim(store).id, NOW, Outcome.FAILED, "550 \udcff"), DeliveryState.FAILED, None)
    assert store.deliveries()[0].last_error == r"550 \udcff"


@pytest.mark.case(76)
def test_two_processes_and_many_threads_never_claim_the_same(store: Store, path: Path, clock: Clock) -> None:
    enqueue(store, 1, *range(40))
    claimed: list[int] = []

    def work(mine: Store) -> None:
        while (delivery := mine.claim(NOW + HOUR, LEASE, ["mail"])) is not None:
            claimed.append(delivery.id)

    with Database.open(path, create=False) as other:
        stores = [store, store, Store(other, clock), Store(other, clock)]
        threads = [threading.Thread(target=work, args=(mine,)) for mine in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(claimed) == sorted(delivery.id for delivery in store.deliveries())
