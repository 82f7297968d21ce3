"""A monitor that is killed at one named point after the other, life after life, over one database and one mail server.

Nothing is lost, and a message is repeated only where its end had reached the server and the answer was not yet on the
disk: with the same bytes and the same Message-ID (cases 67, 73).
"""

from __future__ import annotations

import json
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.deliver.bench import serving
from tests.e2e.crash_bench import (
    START,
    Books,
    Nursery,
    Server,
    aftermath,
    books,
    in_doubt,
    kill,
    new_house,
    steps,
    structure,
    write_article,
)
from tests.e2e.crash_child import Job

SMTP = [f"smtp: {phase}" for phase in ("banner", "ehlo", "mail", "rcpt", "data", "body", "dot", "quit")]
"""What the server has just heard when the monitor dies."""

POINTS = [
    *("store: before source_state", "source: before it is read", "source: parsed", "store: before find_article"),
    *("matcher: after match", "sql: add_article", "sql: add_identity", "store: after add_article"),
    *("sql: save_story", "sql: remember", "sql: add_alert", "sql: add_place", "store: after add_alert"),
    *("sql: save_source", "sql: save_source_file", "store: after save_source", "transaction: before its commit"),
    *("transaction: after its commit", "source: taken"),
    *(
        "store: after pressing",
        "store: after waiting",
        "store: after accounting",
        "sql: compose_decided",
        "store: before save_digest",
    ),
    *("sql: add_digest", "sql: fill_place", "sql: add_telling", "sql: add_delivery", "sql: add_message"),
    "store: after save_digest",
    *("outbox: before claim", "sql: claim", "sql: count_sending", "marker: before", "marker: after"),
    *("outbox: after claim", "channel: before sending", *SMTP),
    *("channel: after sending", "outbox: before finish", "sql: add_attempt", "sql: count_attempt", "sql: settle"),
    *("sql: mark_digest_sent", "outbox: after finish", "store: before tidy"),
    "sql: PRAGMA wal_checkpoint(TRUNCATE)",
]

WINDOW = {
    *("smtp: dot", "smtp: quit", "channel: after sending", "outbox: before finish"),
    *("sql: add_attempt", "sql: count_attempt", "sql: settle", "sql: mark_digest_sent"),
}
"""Between the end of the message and the commit of the answer: the window that SMTP leaves open (RFC 1047)."""

AT_ITS_EDGE = {"smtp: body", "outbox: after finish"}
"""The server has read a line, and the rest may have left already, its end included; one channel has finished, and the
other one may be anywhere."""


class Family:
    """Lives over one database, one after the other, half an hour apart."""

    def __init__(self, folder: Path, nursery: Nursery, server: Server, port: int) -> None:
        self.folder, self.nursery, self.server, self.port = folder, nursery, server, port
        self.chance = random.Random(7)
        self.titles: list[str] = []
        self.allowed: Counter[str] = Counter()
        self.now = START
        self.deaths = 0

    async def live_until(self, point: str) -> list[str]:
        """One life with a new article that ends at a point; the messages that are in doubt after it."""
        self.titles.append(write_article(self.folder, self.chance, len(self.titles)))
        morning, self.now = self.now + timedelta(minutes=10), self.now + timedelta(minutes=30)
        whole = steps(morning, "send", "ingest") + steps(self.now, "compose", "send", "tidy")
        phase = point.removeprefix("smtp: ") if point in SMTP else ""
        job = Job(str(self.folder), self.port, whole, kill_at="" if phase else point, armed=1)
        since = len(self.server.fate)

        def born(pid: int) -> None:
            self.server.on_phase = lambda reached: kill(pid) if reached == phase else None

        self.server.script = {"body": ""} if phase == "body" else {}
        ended = await self.nursery.live(job, born)
        self.deaths += ended == -signal.SIGKILL
        assert ended in (0, -signal.SIGKILL), f"{point}: ended with {ended}"
        await self.server.silence()
        doubtful = in_doubt(self.folder, self.server, since)
        self.allowed.update(doubtful)
        assert structure(self.folder / "state" / "monitor.db") == [], point
        return doubtful

    async def balance(self) -> Books:
        """Work on undisturbed, then balance the books."""
        self.server.on_phase, self.server.script = None, {}
        end = self.now + timedelta(minutes=40)
        assert await self.nursery.live(Job(str(self.folder), self.port, aftermath(end))) == 0
        return books(self.folder, self.server, self.titles, self.allowed)


@asynccontextmanager
async def family(folder: Path) -> AsyncIterator[Family]:
    new_house(folder)
    server = Server()
    async with Nursery.open() as nursery, serving(server.converse) as port:
        yield Family(folder, nursery, server, port)


@pytest.mark.case(67)
@pytest.mark.case(73)
async def test_killed_at_every_named_point(tmp_path: Path) -> None:
    assert len(POINTS) == len(set(POINTS)) >= 25
    async with family(tmp_path) as lives:
        for point in POINTS:
            doubtful = await lives.live_until(point)
            assert point in AT_ITS_EDGE or bool(doubtful) == (point in WINDOW), point
        found = await lives.balance()
    assert lives.deaths == len(POINTS)
    assert found.balanced, found
    assert 0 < found.repeats <= len(WINDOW | AT_ITS_EDGE)
    assert found.sent > found.parked > 0


@pytest.mark.slow
@pytest.mark.case(73)
async def test_killed_at_every_point_that_a_life_passes(tmp_path: Path) -> None:
    seen = tmp_path / "points.json"
    async with family(tmp_path / "house") as lives:
        lives.titles.append(write_article(lives.folder, lives.chance, 0))
        whole = steps(START, "ingest") + steps(START + timedelta(minutes=30), "compose", "send", "tidy")
        lives.now += timedelta(minutes=30)
        assert await lives.nursery.live(Job(str(lives.folder), lives.port, whole, points_to=str(seen))) == 0
        passed = [point for point in json.loads(seen.read_text()) if not point.startswith("sql: -- ")]
        for point in passed:
            await lives.live_until(point)
        found = await lives.balance()
    assert len(passed) > 100, "the life from which the points are taken came to an early end"
    assert lives.deaths >= 0.95 * len(passed), "later lives do not pass by these points"
    assert found.balanced, found
    assert found.sent > 0
