"""The outbox: work as rows that are claimed, sent, and settled; the ledger of attempts; and what an operator does."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import StoreError
from monitor.model import Attempt, Delivery, DeliveryState, Message, Outcome
from monitor.store.codec import dumps, micros, micros_or_none, moment, printable
from monitor.store.holding import Holding

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """A delivery without its message, for lists. `composed` is when its digest was frozen; all times are UTC."""

    id: int
    digest: str
    channel: str
    recipient: str
    message_id: str
    subject: str
    state: DeliveryState
    attempts: int
    composed: datetime
    next_at: datetime
    last_error: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Something that happened to a delivery: an attempt and its outcome, or an operator's act and its reason."""

    at: datetime
    what: str
    detail: str


class Outbox(Holding):
    """Deliveries and attempts."""

    def claim(self, now: datetime, lease: timedelta, channels: Collection[str]) -> Delivery | None:
        """Take the delivery of `channels` that has been due the longest, for as long as `lease`; None if none is due.

        Its state `sending` is on the disk when this returns, so a crash while it is sent is noticed afterwards. That
        is why a claim refuses (RuntimeError) to be part of a larger transaction. While everything is held, nothing is
        due. Raises StoreError where it could not be recorded afterwards that the message was sent.
        """
        if self._database.in_transaction:
            raise RuntimeError("a claim must be committed by itself")
        with self._database.transaction():
            due = [row for channel in sorted(channels) if (row := self._next_due(now, channel)) is not None]
            if not due:
                return None
            self._require_room()
            chosen = min(due, key=lambda row: (row["next_at"], row["id"]))
            if self._database.run("claim", id=chosen["id"], lease_until=micros(now + lease)) != 1:
                return None
            self._database.run("count_sending")
            delivery = self._delivery(chosen["id"])
        self._mark_or_give_back(delivery)
        return delivery

    def finish(self, attempt: Attempt, state: DeliveryState, next_at: datetime | None) -> None:
        """Record an attempt and the state that it leads to; `next_at` (UTC) is when to try again.

        A sender that lost its lease may answer late: its attempt is recorded, but it changes the state only if it
        says that the message was sent. When all messages of a digest are sent, so is the digest.
        """
        with self._database.transaction():
            detail = printable(attempt.detail)
            at = micros(attempt.at)
            self._database.run(
                "add_attempt", delivery=attempt.delivery, at=at, outcome=attempt.outcome.value, detail=detail
            )
            error = "" if attempt.outcome is Outcome.SENT else detail
            self._database.run("count_attempt", id=attempt.delivery, error=error)
            self._database.run("settle", id=attempt.delivery, state=state.value, next_at=micros_or_none(next_at))
            if state is DeliveryState.SENT:
                self._database.run("mark_digest_sent", delivery=attempt.delivery, at=at)
            self._database.run("count_sending")
        try:
            self._advance()
        except StoreError as error:  # the attempt is recorded; the next claim will not go out without its marker
            log.warning("%s", error)

    def expired_leases(self, now: datetime) -> list[Delivery]:
        """The deliveries whose sender died, or stood still, while it sent them: nobody knows whether they arrived."""
        return [_delivery(row) for row in self._database.all("expired", now=micros(now))]

    def end_leases(self, now: datetime) -> None:
        """Whoever was sending is dead; to be called by the one that holds the lock of the database, before it sends."""
        self._database.run("end_leases", now=micros(now))

    def deliveries(self, state: DeliveryState | None = None) -> list[Delivery]:
        """The outbox, or the part of it in one state, oldest first."""
        if state is None:
            return [_delivery(row) for row in self._database.all("deliveries")]
        return [_delivery(row) for row in self._database.all("deliveries_in_state", state=state.value)]

    def outbox_counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state, also where there is none."""
        counted = {row["state"]: row["deliveries"] for row in self._database.all("count_deliveries")}
        return {state: counted.get(state.value, 0) for state in DeliveryState}

    def outbox(self, *states: DeliveryState) -> list[OutboxLine]:
        """The deliveries in these states, or all of them, without their messages, oldest first."""
        wanted = dumps([state.value for state in states or DeliveryState])
        return [_line(row) for row in self._database.all("outbox", states=wanted)]

    def outbox_line(self, delivery_id: int) -> OutboxLine | None:
        """One delivery without its message."""
        row = self._database.one("outbox_line", id=delivery_id)
        return None if row is None else _line(row)

    def message(self, delivery_id: int) -> bytes | None:
        """The frozen bytes of a delivery; None where upkeep has dropped them, or there never were any."""
        row = self._database.one("message", id=delivery_id)
        return None if row is None else bytes(row["raw"])

    def delivery_ledger(self, delivery_id: int) -> list[LedgerLine]:
        """All that happened to a delivery, in order."""
        rows = self._database.all("delivery_ledger", id=delivery_id)
        return [LedgerLine(moment(row["at"]), row["what"], row["detail"]) for row in rows]

    def retry(self, delivery_id: int, now: datetime) -> bool:
        """Send a delivery that is parked, dropped or waiting at `now`, with patience as at first.

        False if it is being sent just now, was sent, or does not exist.
        """
        with self._database.transaction():
            changed = self._database.run("retry", id=delivery_id, now=micros(now))
            return bool(changed) and self._note(delivery_id, now, "retry", "")

    def drop(self, delivery_id: int, reason: str, now: datetime) -> bool:
        """Never send a delivery that is parked or waiting; the ledger keeps it and `reason`.

        False if it is being sent just now, was sent or dropped, or does not exist.
        """
        with self._database.transaction():
            if not self._database.run("drop", id=delivery_id):
                return False
            self._database.run("mark_digest_sent", delivery=delivery_id, at=micros(now))
            return self._note(delivery_id, now, "drop", reason)

    def drop_all(self, reason: str, now: datetime) -> int:
        """Never send anything of what is in the outbox, also what was being sent when it was put aside; how many."""
        with self._database.transaction():
            numbers = [row["id"] for row in self._database.all("open_deliveries")]
            for number in numbers:
                self._database.run("drop_any", id=number)
                self._note(number, now, "drop", reason)
            return len(numbers)

    def queued_by_channel(self) -> dict[str, int]:
        """How many deliveries wait for each channel."""
        return {row["channel"]: row["deliveries"] for row in self._database.all("queued_by_channel")}

    def _note(self, delivery_id: int, now: datetime, verb: str, reason: str) -> bool:
        self._database.run(
            "add_intervention", delivery=delivery_id, at=micros(now), verb=verb, reason=printable(reason)
        )
        return True

    def _mark_or_give_back(self, delivery: Delivery) -> None:
        try:
            self._advance()
        except StoreError:
            self._database.run("give_back", id=delivery.id)
            raise

    def _next_due(self, now: datetime, channel: str) -> sqlite3.Row | None:
        return self._database.one("next_due", now=micros(now), channel=channel)

    def _delivery(self, delivery_id: int) -> Delivery:
        row = self._database.one("delivery", id=delivery_id)
        assert row is not None
        return _delivery(row)


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        digest=row["digest"],
        channel=row["channel"],
        message=Message(
            recipient=row["recipient"],
            message_id=row["message_id"],
            subject=row["subject"],
            raw=row["raw"],
            html=row["html"],
            text=row["text"],
        ),
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_at=moment(row["next_at"]),
        last_error=row["last_error"],
    )


def _line(row: sqlite3.Row) -> OutboxLine:
    return OutboxLine(
        id=row["id"],
        digest=row["digest"],
        channel=row["channel"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        subject=row["subject"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        composed=moment(row["composed"]),
        next_at=moment(row["next_at"]),
        last_error=row["last_error"],
    )
