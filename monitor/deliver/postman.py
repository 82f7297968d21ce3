"""The outbox's own loop: claim one delivery, send it, mark it. One unit of work a call, no decision of its own.

A row is claimed (committed as `sending`, with a lease) before the first byte leaves and marked after the answer came.
What dies in between leaves a row whose lease runs out; that counts as an ambiguous end (design, section 6). An attempt
that cannot be marked, because the disk is full, is kept in memory, and nothing more is sent until it is (case 77).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.deliver.channel import Channel
from monitor.deliver.policy import After, OnAmbiguous, after, outcome_of, pause
from monitor.errors import DeliveryError
from monitor.model import Attempt, Delivery, DeliveryState, Outcome

log = logging.getLogger(__name__)

_MARGIN = timedelta(minutes=5)
"""By how much a lease outlasts the longest send: a busy machine must not lose its claim to itself."""


class Outbox(Protocol):
    """What the postman needs of the database. Calls are short and blocking; each is one transaction."""

    def claim(self, now: datetime, lease: timedelta, channels: Collection[str]) -> Delivery | None:
        """Take the first queued delivery of these channels whose time has come, by `next_at`, then `id`.

        Its state becomes `sending`, its lease ends at `now + lease`, and this is committed on return. None if there
        is none, and for no channels.
        """
        ...

    def finish(self, attempt: Attempt, state: DeliveryState, next_at: datetime | None) -> None:
        """Record the attempt, set the delivery's state and next time, count the attempt, drop the lease."""
        ...

    def expired_leases(self, now: datetime) -> Sequence[Delivery]:
        """The deliveries in state `sending` whose lease ended at `now` or before."""
        ...


@dataclass(slots=True)
class _Rest:
    """A channel that is left alone for a while."""

    until: datetime
    strikes: int = 0


class Postman:
    """Carries deliveries from the outbox to their channels, in the order of the queue of each channel.

    `channels` are keyed by their names; `clock` gives the current time, aware.
    """

    def __init__(self, outbox: Outbox, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._channels = dict(channels)
        self._clock = clock
        self._resting: dict[str, _Rest] = {}
        self._carried: set[int] = set()
        self._unmarked: list[tuple[Attempt, After]] = []
        self._books = asyncio.Lock()

    def use(self, channels: Mapping[str, Channel]) -> None:
        """Carry through these channels from now on, the resting ones too: an operator has just looked at them.

        To be called while nothing is being sent.
        """
        self._channels = dict(channels)
        self._resting = {}

    async def deliver_one(self) -> Attempt | None:
        """Send the next delivery whose time has come; None if there is none.

        Cancelled, it interrupts the sending, marks the delivery by what is then known of it, and only then ends.
        Raises StoreError if the outbox cannot be read or written; nothing is sent that could not be claimed.
        """
        return await self._deliver(list(self._channels))

    async def drain(self, limit: int = 1_000) -> list[Attempt]:
        """Send until nothing waits, at most `limit` per channel. A channel that hangs does not hold up the others.

        Raises StoreError as `deliver_one` does, once every channel has come to its end.
        """
        lanes = [self._drain_lane(name, limit) for name in self._channels]
        attempts: list[Attempt] = []
        faults: list[BaseException] = []
        for lane in await asyncio.gather(*lanes, return_exceptions=True):
            if isinstance(lane, BaseException):
                faults.append(lane)
            else:
                attempts.extend(lane)
        if faults:
            raise faults[0]
        return attempts

    async def _drain_lane(self, name: str, limit: int) -> list[Attempt]:
        attempts: list[Attempt] = []
        while len(attempts) < limit and (attempt := await self._deliver([name])) is not None:
            attempts.append(attempt)
        return attempts

    async def _deliver(self, names: Sequence[str]) -> Attempt | None:
        errand = _Errand()
        work = asyncio.create_task(self._carry_one(errand, names))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            errand.interrupt()
            await work
            raise

    async def _carry_one(self, errand: _Errand, names: Sequence[str]) -> Attempt | None:
        await self._settle()
        delivery = await self._claim(names)
        if delivery is None:
            return None
        channel = self._channels[delivery.channel]
        outcome, detail = await self._send(errand, channel, delivery)
        attempt = Attempt(delivery.id, self._clock(), outcome, detail)
        self._unmarked.append((attempt, self._decide(delivery, attempt)))
        self._carried.discard(delivery.id)
        await self._settle()
        return attempt

    async def _claim(self, names: Sequence[str]) -> Delivery | None:
        now = self._clock()
        awake = [name for name in names if name not in self._resting or self._resting[name].until <= now]
        if not awake:
            return None
        lease = max(self._channels[name].longest for name in awake) + _MARGIN
        delivery = await asyncio.to_thread(self._outbox.claim, now, lease, awake)
        if delivery is not None:
            self._carried.add(delivery.id)
        return delivery

    async def _send(self, errand: _Errand, channel: Channel, delivery: Delivery) -> tuple[Outcome, str]:
        try:
            answer = await errand.run(channel.send(delivery))
        except DeliveryError as error:
            self._judge(channel.name, error)
            return outcome_of(error), str(error)
        except asyncio.CancelledError:
            return Outcome.RETRY, "interrupted before the message was sent"
        except Exception as error:  # a bug in a channel; what it did before, nobody knows
            log.exception("channel %s failed on delivery %s", channel.name, delivery.id)
            return Outcome.AMBIGUOUS, f"{type(error).__name__}: {error}"
        self._resting.pop(channel.name, None)
        return Outcome.SENT, answer

    def _judge(self, name: str, error: DeliveryError) -> None:
        """Let a channel rest after a fault of its own; any other answer shows that it works."""
        if not error.channel:
            self._resting.pop(name, None)
            return
        rest = self._resting.get(name)
        strikes = rest.strikes if rest else 0
        wait = pause(strikes, permanent=error.permanent, asked=error.retry_after)
        self._resting[name] = _Rest(self._clock() + wait, strikes + 1)
        log.error("channel %s rests for %s: %s", name, wait, error)

    def _decide(self, delivery: Delivery, attempt: Attempt) -> After:
        channel = self._channels.get(delivery.channel)  # a row may outlive its channel's place in the configuration
        policy = OnAmbiguous.RESEND if channel is None else channel.on_ambiguous
        decision = after(delivery, attempt.outcome, attempt.at, policy)
        bad = decision.state in (DeliveryState.FAILED, DeliveryState.UNKNOWN)
        log.log(
            logging.ERROR if bad else logging.INFO,
            "delivery %s of %s to %s: %s (%s)",
            delivery.id,
            delivery.digest,
            delivery.message.recipient,
            decision.reason.value,
            attempt.detail,
        )
        return decision

    async def _settle(self) -> None:
        """Mark what could not be marked before, then what was being sent when a process died."""
        async with self._books:
            while self._unmarked:
                attempt, decision = self._unmarked[0]
                await asyncio.to_thread(self._outbox.finish, attempt, decision.state, decision.next_at)
                self._unmarked.pop(0)
            now = self._clock()
            for delivery in await asyncio.to_thread(self._outbox.expired_leases, now):
                if delivery.id not in self._carried:
                    attempt = Attempt(delivery.id, now, Outcome.AMBIGUOUS, "the process ended while it was sending")
                    decision = self._decide(delivery, attempt)
                    await asyncio.to_thread(self._outbox.finish, attempt, decision.state, decision.next_at)


class _Errand:
    """One sending that can be interrupted, also before it began."""

    def __init__(self) -> None:
        self._interrupted = False
        self._sending: asyncio.Task[str] | None = None

    async def run(self, sending: Coroutine[object, object, str]) -> str:
        if self._interrupted:
            sending.close()
            raise asyncio.CancelledError
        self._sending = asyncio.create_task(sending)
        return await self._sending

    def interrupt(self) -> None:
        self._interrupted = True
        if self._sending is not None:
            self._sending.cancel()
