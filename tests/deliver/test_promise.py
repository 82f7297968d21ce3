"""The promise of delivery, under a server and a process that do whatever they like."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from monitor.deliver.policy import OnAmbiguous
from monitor.errors import DeliveryError
from monitor.model import DeliveryState
from monitor.store import Store
from tests.deliver.bench import Clock
from tests.deliver.outbox_bench import FakeChannel, enqueue, postman_of


@pytest.mark.case(73)
@pytest.mark.parametrize("seed", range(25))
async def test_never_lost_and_repeated_only_in_doubt(store: Store, clock: Clock, seed: int) -> None:
    """Whatever server and process do: all copies of a message are equal, there is one more of them than there were
    doubts at most, and in the end there is one, unless the channel holds what is in doubt."""
    chance = random.Random(seed)
    channel = FakeChannel(on_ambiguous=chance.choice(list(OnAmbiguous)))
    enqueue(store, "morning@1", *[f"reader{number}@example.org" for number in range(4)])
    for _ in range(60):
        faults = [
            DeliveryError("451 later"),
            DeliveryError("down", channel=True),
            DeliveryError("no answer", ambiguous=True),
            asyncio.Event(),
        ]
        channel.script = [chance.choice(faults) for _ in range(chance.randint(0, 2))]
        if chance.random() < 0.2 and (killed := store.claim(clock.now, timedelta(minutes=5), ["mail"])):
            channel.doubts[killed.message.recipient] += 1
            if chance.random() < 0.5:  # killed after the dot
                channel.taken.append((killed.message.recipient, killed.message.raw))
        draining = asyncio.create_task(postman_of(store, clock, channel).drain())  # a new process
        await asyncio.wait([draining], timeout=0.05)
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        clock.forward(minutes=chance.randint(1, 90))
    channel.script = []
    for _ in range(4):
        clock.forward(hours=2)
        await postman_of(store, clock, channel).drain()
    for delivery in store.deliveries():
        recipient = delivery.message.recipient
        copies = [raw for taker, raw in channel.taken if taker == recipient]
        assert set(copies) <= {delivery.message.raw}
        assert len(copies) <= 1 + channel.doubts[recipient]
        assert delivery.state is DeliveryState.SENT or (
            delivery.state is DeliveryState.UNKNOWN and channel.doubts[recipient]
        )
        assert copies or delivery.state is DeliveryState.UNKNOWN
        if channel.on_ambiguous is OnAmbiguous.HOLD:
            assert len(copies) <= 1
