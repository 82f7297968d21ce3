"""The outbox: work as rows that are claimed, sent, and settled; and the ledger of attempts."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.model import Attempt, Delivery, DeliveryState, Message, Outcome
from monitor.store.codec import micros, micros_or_none, moment, printable
from monitor.store.resource import Resource


class Outbox(Resource):
    """Deliveries and attempts."""

    def claim(self, now: datetime, lease: timedelta, channels: Collection[str]) -> Delivery | None:
        """Take the delivery of `channels` that has been due the longest, for as long as `lease`; None if none is due.

        Its state `sending` is on the disk when this returns, so a crash while it is sent is noticed afterwards. That
        is why a claim refuses (RuntimeError) to be part of a larger transaction.
        """
        if self._database.in_transaction:
            raise RuntimeError("a claim must be committed by itself")
        with self._database.transaction():
            due = [row for channel in sorted(channels) if (row := self._next_due(now, channel)) is not None]
            if not due:
                return None
            chosen = min(due, key=lambda row: (row["next_at"], row["id"]))
            if self._database.run("claim", id=chosen["id"], lease_until=micros(now + lease)) != 1:
                return None
            return self._delivery(chosen["id"])

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

    def expired_leases(self, now: datetime) -> list[Delivery]:
        """The deliveries whose sender died, or stood still, while it sent them: nobody knows whether they arrived."""
        return [_delivery(row) for row in self._database.all("expired", now=micros(now))]

    def deliveries(self, state: DeliveryState | None = None) -> list[Delivery]:
        """The outbox, or the part of it in one state, oldest first."""
        if state is None:
            return [_delivery(row) for row in self._database.all("deliveries")]
        return [_delivery(row) for row in self._database.all("deliveries_in_state", state=state.value)]

    def outbox_counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state, also where there is none."""
        counted = {row["state"]: row["deliveries"] for row in self._database.all("count_deliveries")}
        return {state: counted.get(state.value, 0) for state in DeliveryState}

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
