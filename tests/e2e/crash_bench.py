"""Lives of a monitor that ends badly, the mail server that they speak to, and the books that must balance."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from monitor.deliver.smtp import stuffed
from monitor.store import Database, Store
from tests.deliver.bench import BadServer, Phase
from tests.e2e.crash_child import SUBSCRIPTIONS, Job, line_of

START = datetime(2026, 5, 4, 6, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[2]

DOUBT = ("drop", "hello?", "hang")
"""What a server may do instead of an answer to the end of the message; then nobody knows."""


class Nursery:
    """The warm process that forks a child for each life."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Nursery]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.e2e.crash_child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None,
            cwd=REPOSITORY,
        )
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def live(self, job: Job, born: Callable[[int], object] = lambda pid: None) -> int:
        """Run one life; `born` is told its pid. How it ended: an exit code, or minus the signal."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(line_of(job).encode() + b"\n")
        await process.stdin.drain()
        born(int(await process.stdout.readline()))
        return int(await process.stdout.readline())


@dataclass
class Server(BadServer):
    """The bad server, which remembers what became of each message whose end it saw."""

    fate: list[tuple[str, str]] = field(default_factory=list)
    """Message-ID, and what was answered to the message."""
    talks: int = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks += 1
        try:
            await super().converse(reader, writer)
        finally:
            self.talks -= 1

    async def silence(self) -> None:
        """Wait until all that a dead client had still sent is heard."""
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            while self.talks:
                await asyncio.sleep(0.005)

    async def _answer(self, writer: asyncio.StreamWriter, phase: Phase, default: str = "250 ok") -> str:
        if phase == "dot":  # the message that ended just now is the last one offered
            self.fate.append((message_id(self.offered[-1][1]), self.script.get("dot", default)))
        return await super()._answer(writer, phase, default)


def message_id(body: bytes) -> str:
    return str(message_from_bytes(body)["Message-ID"]).strip()


def write_article(folder: Path, chance: random.Random, number: int) -> str:
    """An article that is like no other, moved into the inbox as a well-behaved program does it; its title."""

    def word() -> str:
        return "".join(chance.choice("bcdfghklmnprstvz") + chance.choice("aeiou") for _ in range(4)).capitalize()

    title = f"{word()} bars {word()}"
    body = " ".join(word() for _ in range(30))
    part = folder / "inbox" / f".{number}.part"
    part.write_text(f"{title}\n\n{title}, said {word()}. {body}.\n", encoding="utf-8")
    part.rename(folder / "inbox" / f"{number}.txt")
    return title


def new_house(folder: Path) -> None:
    """A database that knows its subscriptions, and an empty inbox."""
    (folder / "inbox").mkdir(parents=True)
    with Database.open(folder / "state" / "monitor.db", create=True) as database:
        for subscription in SUBSCRIPTIONS:
            Store(database, lambda: START).first_known(subscription.name, START)


def steps(at: datetime, *verbs: str) -> tuple[tuple[str, str], ...]:
    return tuple((verb, at.isoformat()) for verb in verbs)


def aftermath(at: datetime) -> tuple[tuple[str, str], ...]:
    """What a monitor does that is started again and then works on undisturbed: all that can leave, leaves."""
    whole = steps(at, "ingest", "compose", "send")
    for hours in (1, 2, 3, 4):
        whole += steps(at + timedelta(hours=hours), "compose", "send")
    return whole


@dataclass
class Books:
    """What must hold after any number of deaths, read from the database and from what the server saw."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    parked: int = 0
    sent: int = 0
    repeats: int = 0

    @property
    def balanced(self) -> bool:
        return not (self.lost or self.doubled or self.altered or self.broken)


def books(folder: Path, server: Server, titles: list[str], allowed: Counter[str]) -> Books:
    """Balance the books. `allowed` says how often each message was in doubt, and so may have been repeated."""
    found = Books(broken=structure(folder / "state" / "monitor.db"))
    copies = Counter(name for name, answer in server.fate if answer[0] == "2" or answer in DOUBT)
    taken = Counter(message_id(body) for _, body in server.taken)
    offered: dict[str, set[bytes]] = defaultdict(set)
    for _, body in server.offered:
        offered[message_id(body)].add(body.removesuffix(b".\r\n"))
    with closing(sqlite3.connect(folder / "state" / "monitor.db")) as database:
        _lost_matches(database, titles, found)
        rows = database.execute(
            "SELECT message_id, state, raw FROM delivery JOIN message ON message.delivery = delivery.id"
        ).fetchall()
    for name, state, raw in rows:
        found.sent += state == "sent"
        found.parked += state in ("unknown", "failed")
        found.repeats += max(0, copies[name] - 1)
        if state not in ("sent", "unknown", "failed") or (state == "sent" and not taken[name]):
            found.lost.append(f"{name} is {state}, taken {taken[name]} times")
        if copies[name] > 1 + allowed[name]:
            found.doubled.append(f"{name}: {copies[name]} copies, {allowed[name]} doubts")
        if offered[name] - {stuffed(raw)}:
            found.altered.append(name)
    return found


def _lost_matches(database: sqlite3.Connection, titles: list[str], found: Books) -> None:
    """Every article of the inbox is stored, and its alert sits in exactly one digest of each subscription."""
    seats = Counter(
        database.execute(
            "SELECT article.title, place.subscription FROM article JOIN alert ON alert.article = article.id "
            "JOIN place ON place.alert = alert.id JOIN digest ON digest.id = place.digest"
        ).fetchall()
    )
    for title in titles:
        for subscription in SUBSCRIPTIONS:
            if seats[title, subscription.name] != 1:
                found.lost.append(f"{title} in {seats[title, subscription.name]} digests of {subscription.name}")
    messages = Counter(
        (digest, recipient) for digest, recipient in database.execute("SELECT digest, recipient FROM delivery")
    )
    found.doubled += [str(key) for key, number in messages.items() if number > 1]


def structure(path: Path) -> list[str]:
    """What is wrong with a database, whenever it was cut off: half a transaction, a message without its bytes."""
    wrong = []
    with closing(sqlite3.connect(path)) as database:
        wrong += [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [f"foreign key: {row}" for row in database.execute("PRAGMA foreign_key_check")]
        for subscription in SUBSCRIPTIONS:
            wrong += [
                f"{digest} has {count} messages"
                for digest, count in database.execute(
                    "SELECT digest.id, count(message.delivery) FROM digest "
                    "LEFT JOIN delivery ON delivery.digest = digest.id "
                    "LEFT JOIN message ON message.delivery = delivery.id "
                    "WHERE subscription = ? GROUP BY digest.id",
                    (subscription.name,),
                )
                if count != len(subscription.recipients)
            ]
        for question, words in _EMPTY:
            wrong += [f"{words}: {row}" for row in database.execute(question)]
    return wrong


_EMPTY = (
    (
        "SELECT alert FROM place LEFT JOIN telling ON telling.digest = place.digest AND telling.key = "
        "(SELECT key FROM alert WHERE alert.id = place.alert) WHERE place.digest IS NOT NULL AND telling.key IS NULL",
        "in a digest but not in the ledger",
    ),
    ("SELECT id FROM digest WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.digest = digest.id)", "an empty digest"),
    (
        "SELECT id FROM article WHERE NOT EXISTS (SELECT 1 FROM alert WHERE article = article.id)",
        "a match without alert",
    ),
    (
        f"SELECT id FROM alert WHERE (SELECT count(*) FROM place WHERE alert = alert.id) <> {len(SUBSCRIPTIONS)}",
        "an alert without its places",
    ),
    (
        "SELECT id FROM delivery WHERE state = 'sent' AND NOT EXISTS "
        "(SELECT 1 FROM attempt WHERE delivery = delivery.id AND outcome = 'sent')",
        "sent without an attempt",
    ),
)


def in_doubt(folder: Path, server: Server, since: int) -> list[str]:
    """The messages that were offered whole since the entry `since` of the server's memory and are not marked sent."""
    offered = {name for name, answer in server.fate[since:] if answer[0] == "2" or answer in DOUBT}
    with closing(sqlite3.connect(folder / "state" / "monitor.db")) as database:
        sent = {row[0] for row in database.execute("SELECT message_id FROM delivery WHERE state = 'sent'")}
    return sorted(offered - sent)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
