"""The promise of delivery for what is posted: that of mail, against a server and deaths that do as they like."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.deliver.webhook import WebhookChannel, posts
from monitor.model import DeliveryState
from monitor.store import Database, Store
from tests.deliver.bench import Clock
from tests.deliver.http_bench import BadHttp, Misdeed, Reply, exchanging, web
from tests.deliver.outbox_bench import enqueue
from tests.deliver.records import a_post

SENDER = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from monitor.deliver.post import Place
from monitor.deliver.postman import Postman
from monitor.deliver.webhook import WebhookChannel
from monitor.net.exchange import Exchange
from monitor.store import Database, Store

path, url, now = Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3])
async def main():
    with Database.open(path, create=False) as database:
        clock = lambda: now
        hook = WebhookChannel("ops", Exchange(), Place(url, allow_private=True), clock)
        await Postman(Store(database, clock), {"ops": hook}, clock).drain()
asyncio.run(main())
"""

DOUBTS = (Misdeed.CUT, Misdeed.CUT_STATUS, Misdeed.HANG, Misdeed.NONSENSE, Reply(504), Reply(999))
REFUSALS = (Reply(500), Reply(503), Reply(408), Reply(429), Reply(404), Reply(302), Misdeed.CUT_UNREAD)


def put(store: Store, number: int) -> None:
    enqueue(store, f"morning@{number}", "ops", channel="ops", raw=a_post(posts).message.raw)


async def send(path: Path, server: BadHttp, clock: Clock, kill_at: str = "") -> int:
    arguments = (str(path), server.url, clock.now.isoformat())
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SENDER, *arguments)
    server.on_phase = lambda phase: os.kill(process.pid, signal.SIGKILL) if phase == kill_at else None
    code = await asyncio.wait_for(process.wait(), 60)
    server.on_phase = lambda phase: None
    return code


@pytest.mark.case(73)
@pytest.mark.parametrize("phase", ["connected", "heard"])
async def test_killed_while_posting(tmp_path: Path, clock: Clock, phase: str) -> None:
    path = tmp_path / "monitor.db"
    with Database.open(path, create=True) as database:
        put(Store(database, clock), 1)
    async with web() as server:
        assert await send(path, server, clock, kill_at=phase) == -signal.SIGKILL
        assert await send(path, server, clock) == 0, "its lease holds: nothing happens yet"
        for _ in range(2):
            clock.forward(hours=1)
            assert await send(path, server, clock) == 0
    with Database.open(path, create=False) as database:
        assert [delivery.state for delivery in Store(database, clock).deliveries()] == [DeliveryState.SENT]
    assert 1 <= len(server.heard) <= 2
    assert len({(heard.body, heard.headers["webhook-id"]) for heard in server.heard}) == 1


@pytest.mark.case(73)
@pytest.mark.parametrize("seed", range(8))
async def test_never_lost_and_repeated_only_in_doubt(store: Store, clock: Clock, seed: int) -> None:
    """Whatever the server does: all copies of a post are equal, one more at most than there were doubts."""
    chance = random.Random(seed)
    policy = chance.choice(list(OnAmbiguous))
    for number in range(1, 4):
        put(store, number)
    async with web() as server, exchanging(deadline=0.2) as exchange:
        hook = WebhookChannel("ops", exchange, server.place(policy), clock)
        postman = Postman(store, {"ops": hook}, clock)
        for _ in range(12):
            server.script = [chance.choice(DOUBTS if chance.random() < 0.3 else REFUSALS) for _ in range(3)]
            await postman.drain()
            clock.forward(minutes=chance.randint(1, 90))
        server.script = []
        for _ in range(4):
            clock.forward(hours=2)
            await postman.drain()
    copies: dict[str, set[bytes]] = defaultdict(set)
    for heard in server.heard:
        copies[heard.headers["webhook-id"]].add(heard.body)
    for delivery in store.deliveries():
        identity = delivery.message.message_id.strip("<>")
        attempts = [line.what for line in store.delivery_ledger(delivery.id)]
        doubts = attempts.count("attempt: ambiguous")
        assert copies[identity] <= {delivery.message.raw}
        assert delivery.state is DeliveryState.SENT or (delivery.state is DeliveryState.UNKNOWN and doubts)
        assert attempts.count("attempt: sent") == (delivery.state is DeliveryState.SENT)
        if policy is OnAmbiguous.HOLD and doubts:
            assert delivery.state is DeliveryState.UNKNOWN
