"""A filled outbox, and a channel with knobs."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.errors import DeliveryError
from monitor.model import Delivery, DeliveryState, FrozenDigest, Period
from monitor.store import Store
from tests.deliver.bench import NOW, Clock, a_message


def enqueue(
    store: Store, digest: str, *recipients: str, channel: str = "mail", at: datetime = NOW, raw: bytes | None = None
) -> None:
    """A digest in the outbox, one message for each recipient; `raw` are its bytes where it is no mail."""
    subscription, hour = digest.split("@")
    end = at + timedelta(hours=int(hour))
    mails = [a_message(recipient, f"{digest} for {recipient}") for recipient in recipients]
    messages = tuple(mail if raw is None else replace(mail, raw=raw) for mail in mails)
    frozen = FrozenDigest(digest, subscription, Period(end - timedelta(hours=1), end), at, channel, (), (), messages)
    assert store.save_digest(frozen)


def states(store: Store) -> list[DeliveryState]:
    return [delivery.state for delivery in store.deliveries()]


class FakeChannel:
    """Takes what it is sent; `script` says what happens to the next ones instead: an error, or a wait."""

    longest = timedelta(minutes=10)

    def __init__(self, name: str = "mail", on_ambiguous: OnAmbiguous = OnAmbiguous.RESEND) -> None:
        self.name = name
        self.on_ambiguous = on_ambiguous
        self.script: list[BaseException | asyncio.Event] = []
        self.taken: list[tuple[str, bytes]] = []
        self.tried: list[str] = []
        self.doubts: Counter[str] = Counter()
        self.sending = asyncio.Event()

    async def send(self, delivery: Delivery) -> str:
        self.tried.append(delivery.message.recipient)
        self.sending.set()
        step = self.script.pop(0) if self.script else None
        if isinstance(step, asyncio.Event):
            await step.wait()
        elif isinstance(step, BaseException):
            if isinstance(step, DeliveryError) and step.ambiguous:
                self._take(delivery)  # it arrived, only nobody said so
                self.doubts[delivery.message.recipient] += 1
            raise step
        self._take(delivery)
        return "250 ok"

    def _take(self, delivery: Delivery) -> None:
        self.taken.append((delivery.message.recipient, delivery.message.raw))


def postman_of(store: Store, clock: Clock, *channels: FakeChannel) -> Postman:
    return Postman(store, {channel.name: channel for channel in channels}, clock)
