"""A day in the life of a monitor, in simulated time: `make soak`.

A thousand sources bring fifty thousand articles; a rule file changes every minute (some of the changes are broken); the
mail server refuses, hangs up, and takes mails without saying so; the house is closed and opened again every two hours.
In the end every article that matched is in exactly one digest per reader, every digest was mailed exactly once (twice
only where the server hung up after it had taken the mail, and then byte for byte the same), and neither memory nor file
handles have grown in the second half of the day: in the first one fills what is kept of words, pages and stories.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import logging
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor import app
from monitor.app import House, open_house
from monitor.errors import SourceError
from monitor.health import complaints, health_file, read_health, write_health
from monitor.model import Article, DeliveryState, Harvest, SourceState
from monitor.pipeline import Pipeline
from monitor.query import kept
from monitor.rounds import compose_due, ingest_round
from monitor.store import database
from monitor.stories import features, rarity, signature
from monitor.stories.assign import GroupingSettings
from monitor.stories.kept import KeptStories

START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WINDOW = timedelta(hours=3)
"""How long a story stays in memory: seven days in a monitor, so short here that a day shows what else would grow."""

PAGES = 4096
"""KiB of the database that stay in memory: 32 MiB in a monitor."""

WORDS = 8192
"""Pieces of text, words and terms that are remembered in each place: up to 200,000 in a monitor. The numbers that the
articles here are full of fill that in an hour, and not in a day, so that a day shows what else would grow."""

DAY = 1440
FLAT = 0.05
"""By how much the second half of the day may take more memory than there was at its beginning."""

PLACES = "Rome Valletta Prague Oslo Madrid Paris Vienna Athens Dublin Lisbon Warsaw Sofia".split()
PRODUCTS = "DeepSeek ChatGPT Gemini Claude Qwen Kimi Grok Mistral".split()
FILLER = (
    "Markets were calm on the day. Analysts expected little from the meeting. The minister left early. "
    "Shares of the maker fell a little. A spokesman declined to comment. More is to be said next week. "
).split(". ")

CONFIG = """\
[[source]]
name = "unused"
folder = "inbox"

[channel.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Watch <watch@example.org>"

[[subscription]]
name = "quarterly"
to = ["ana@example.org", "ben@example.org"]
channel = "mail"
schedule = "*/15 * * * *"
max_stories = 500

[[subscription]]
name = "hourly"
to = ["cem@example.org"]
channel = "mail"
schedule = "0 * * * *"
zone = "Asia/Kathmandu"
max_stories = 500

[[subscription]]
name = "morning"
to = ["dan@example.org"]
channel = "mail"
schedule = "0 8 * * *"
zone = "Europe/Prague"
max_stories = 500
"""

RULES = """\
title = "Bans"
owner = "owner@example.org"

[terms]
ban = ["ban", "block", "outlaw"]
place = {places}
product = {products}

[[rule]]
id = "ban"
title = "{{place}}: {{product}} banned"
query = '@place NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
match = ["Rome blocked the DeepSeek app."]

[[rule]]
id = "launch"
query = 'launch NEAR/S @product'
match = ["They launched Gemini{extra} today."]
"""


class Clock:
    """Simulated time."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Feed:
    """A source that makes its articles up: `rate` articles an hour on average, read once an hour."""

    name: str
    rate: float
    dice: random.Random
    made: int = 0
    lane: str = ""
    folder: Path | None = None

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        if self.dice.random() < 0.02:
            raise SourceError(f"{self.name}: 503")
        count = int(self.rate) + (self.dice.random() < self.rate % 1)
        after = replace(
            state,
            last_read=now,
            next_at=now + timedelta(minutes=self.dice.uniform(30, 90)),
            failing_since=None,
            error="",
            failures=0,
        )
        yield Harvest(after, tuple(self._article(now) for _ in range(count)))

    def failed(self, state: SourceState, error: SourceError, now: datetime) -> SourceState:
        return replace(
            state,
            next_at=now + timedelta(minutes=20),
            failures=state.failures + 1,
            error=str(error),
            failing_since=state.failing_since or now,
        )

    def _article(self, now: datetime) -> Article:
        self.made += 1
        dice = self.dice
        place, product = dice.choice(PLACES), dice.choice(PRODUCTS)
        lead = ""
        if dice.random() < 0.03:
            lead = f"{place} banned {product} in {dice.randrange(2, 900)} offices. "
        elif dice.random() < 0.03:
            lead = f"A lab launched {product} {dice.randrange(2, 90)} on the day. "
        body = lead + ". ".join(dice.choice(FILLER) + f" {dice.randrange(10**6)}" for _ in range(12)) + "."
        url = f"https://{self.name}.example/{self.made}"
        return Article(
            url,
            self.name,
            f"{place} and {product}, item {self.made}",
            now,
            body=body,
            url=url,
            lang="en",
            identities=(url,),
        )


@dataclass
class MailServer:
    """Takes mails, and misbehaves one time in eight."""

    dice: random.Random
    taken: dict[str, set[str]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    doubtful: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.dice.random() < 0.06:
            self.faults["451 at RCPT"] += 1
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self.dice.random()
        if fault < 0.04:
            self.faults["452 after DATA"] += 1
            return "452 no room"
        assert isinstance(envelope.content, bytes)
        name = str(message_from_bytes(envelope.content)["Message-ID"]).strip()
        self.times[name] += 1
        self.taken.setdefault(name, set()).add(hashlib.sha256(envelope.content).hexdigest())
        if fault < 0.06:
            self.faults["hung up after taking it"] += 1
            self.doubtful.add(name)
            assert isinstance(server.transport, asyncio.Transport), "a link over TCP"
            server.transport.abort()
        return "250 taken"


class Sample(NamedTuple):
    """What the process takes: megabytes in memory, open files."""

    rss: float
    handles: int


@dataclass
class Soak:
    """One run; `failures` is what was not as it should be."""

    folder: Path
    clock: Clock
    feeds: list[Feed]
    mail: MailServer
    minutes: int
    dice: random.Random
    reloads: list[float] = field(default_factory=list)
    closes: list[float] = field(default_factory=list)
    opens: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    articles: int = 0
    matches: int = 0
    failures: list[str] = field(default_factory=list)

    async def run(self) -> None:
        minute = 0
        while minute < self.minutes:
            began = time.perf_counter()
            async with open_house(self.folder / "config.toml", settle=0, clock=self.clock) as house:
                self.opens.append(time.perf_counter() - began)
                minute = await self._live(house, minute, min(minute + 120, self.minutes))
                began = time.perf_counter()
            self.closes.append(time.perf_counter() - began)
        async with open_house(self.folder / "config.toml", settle=0, clock=self.clock) as house:
            await self._finish(house)

    async def _live(self, house: House, minute: int, until: int) -> int:
        for loop in ("ingest", "digests", "outbox", "rules"):
            house.pulse.expect(loop, timedelta(minutes=20))
        pipeline = house.pipeline
        while minute < until:
            self._sample(minute)
            self._change_rules(minute)
            began = time.perf_counter()
            fresh = await house.changes.look()
            self.reloads.append(time.perf_counter() - began)
            if fresh is None:
                self.failures.append(f"minute {minute}: a change was not seen")
            else:
                pipeline = fresh.pipeline
            house.pulse.tick("rules")
            await self._minute(house, pipeline, minute)
            minute += 1
            self.clock.now += MINUTE
        return minute

    async def _minute(self, house: House, pipeline: Pipeline, minute: int) -> None:
        account = await ingest_round(pipeline, self.feeds, house.pulse.clock_of("ingest"), lambda report: None)
        self.articles += account.articles
        self.matches += account.matches
        composed = await asyncio.to_thread(compose_due, pipeline, self.clock)
        self.expected |= {message.message_id for digest in composed.digests for message in digest.messages}
        self.failures += [f"minute {minute}: {name}: {why}" for name, why in composed.failures.items()]
        await house.postman.drain()
        if minute % 60 == 59:
            await asyncio.to_thread(house.keep_up, self.clock())
        path = health_file(house.settings.store.path)
        await asyncio.to_thread(write_health, path, house.pulse.report())
        self.failures += [f"minute {minute}: {line}" for line in complaints(read_health(path), self.clock())]

    def _change_rules(self, minute: int) -> None:
        """Another text every minute: a new product, half a file, a case that fails, and whole again."""
        text = rules("" if minute % 2 else " 3")
        if minute % 10 == 3:
            text = text[: len(text) // 2]
        elif minute % 10 == 6:
            text = text.replace("They launched Gemini", "Nobody mentioned Gemini")
        part = self.folder / "rules" / ".bans.toml.part"
        part.write_text(f"# minute {minute}\n{text}", encoding="utf-8")
        part.replace(self.folder / "rules" / "bans.toml")

    async def _finish(self, house: House) -> None:
        """Let the outbox run dry, then add up."""
        for _ in range(600):
            self.clock.now += MINUTE
            await house.postman.drain()
            counts = house.store.outbox_counts()
            if not counts[DeliveryState.QUEUED] and not counts[DeliveryState.SENDING]:
                break
        self._sample(self.minutes)
        self._flat()
        tell_tables(self.folder)
        for delivery in house.store.deliveries():
            name = delivery.message.message_id
            if delivery.state is not DeliveryState.SENT:
                self.failures.append(f"{delivery.digest} to {delivery.message.recipient} is {delivery.state}")
            if len(self.mail.taken.get(name, ())) != 1:
                self.failures.append(f"{name}: {len(self.mail.taken.get(name, ()))} different mails")
            if self.mail.times[name] > 1 and name not in self.mail.doubtful:
                self.failures.append(f"{name}: mailed {self.mail.times[name]} times without a reason")
        stored = {delivery.message.message_id for delivery in house.store.deliveries()}
        if lost := self.expected - stored:
            self.failures.append(f"{len(lost)} digests lost")
        if strange := self.mail.times.keys() - stored:
            self.failures.append(f"{len(strange)} mails of nobody")
        self._account(house)

    def _account(self, house: House) -> None:
        """Every alert has its place in one digest of each reader, or still waits for one that is not yet due."""
        for subscription in house.pipeline.subscriptions:
            told = {
                alert
                for each in house.store.recent_digests(100_000)
                if each.subscription == subscription.name
                if (whole := house.store.digest(each.id)) is not None
                for alert in whole.alerts
            }
            waiting = {each.alert.id for each in house.store.waiting(subscription.name, self.clock())}
            if told & waiting:
                self.failures.append(f"{subscription.name}: {len(told & waiting)} alerts told and waiting")
            if len(told) + len(waiting) != self.matches:
                self.failures.append(f"{subscription.name}: {len(told)} told, {len(waiting)} wait, of {self.matches}")

    def _sample(self, minute: int) -> None:
        if minute % 120 == 0:
            gc.collect()
            handles = sum(1 for _ in Path("/proc/self/fd").iterdir())
            self.samples.append(Sample(rss(), handles))
            print(
                f"  {minute // 60:>3} h  {rss():6.1f} MB  {sys.getallocatedblocks() / 1e6:.2f} million blocks  "
                f"{handles} handles  {self.articles} articles",
                flush=True,
            )

    def _flat(self) -> None:
        """The second half of the day is as the first one was when it ended; the first one fills what is kept."""
        half = self.samples[len(self.samples) // 2 :]
        grown = max(each.rss for each in half) / half[0].rss - 1
        print(f"second half of the day: memory {grown:+.1%} at most")
        if grown > FLAT and self.minutes >= DAY:  # a shorter run has not filled what is kept
            self.failures.append(f"memory has grown by {grown:.1%} over the second half of the day")
        if max(each.handles for each in half) > half[0].handles:
            self.failures.append("file handles have grown over the second half of the day")


def rules(extra: str) -> str:
    quoted = {
        name: "[" + ", ".join(f'"{word}"' for word in words) + "]" for name, words in (("p", PLACES), ("q", PRODUCTS))
    }
    return RULES.format(places=quoted["p"], products=quoted["q"], extra=extra)


def tell_tables(folder: Path) -> None:
    """What lies in the database at the end of the day, table by table with their indexes."""
    with closing(sqlite3.connect(next(folder.rglob("*.sqlite")))) as database:
        rows = database.execute(
            "SELECT tbl_name, sum(pgsize) / 1e6 FROM dbstat JOIN sqlite_schema USING (name) "
            "GROUP BY tbl_name ORDER BY 2 DESC LIMIT 8"
        ).fetchall()
    print("database: " + ", ".join(f"{table} {size:.1f} MB" for table, size in rows))


def rss() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def keep_little() -> None:
    """Let everything that is bounded reach its bound early in the day."""
    database.KEPT_IN_MEMORY = PAGES
    vars(app)["KeptStories"] = partial(KeptStories, grouping=GroupingSettings(span=WINDOW))
    for module, name in ((kept, "MOST_KEPT"), (rarity, "_MOST_TERMS"), (features._Tokens, "_MOST")):
        setattr(module, name, WORDS)
    vars(signature)["_hashed"] = lru_cache(WORDS)(signature._hashed.__wrapped__)


async def soak(minutes: int, feeds: int, articles: int, seed: int) -> Soak:
    keep_little()
    dice = random.Random(seed)
    rate = articles / feeds / (minutes / 60)
    loop = asyncio.get_running_loop()
    mail = MailServer(dice)
    server = await loop.create_server(lambda: SMTP(mail, hostname="localhost", loop=loop), "127.0.0.1", 0)
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        (folder / "inbox").mkdir()
        (folder / "rules" / "bans.toml").write_text(rules(""), encoding="utf-8")
        config = CONFIG.format(port=server.sockets[0].getsockname()[1])
        (folder / "config.toml").write_text(config, encoding="utf-8")
        run = Soak(folder, Clock(), [Feed(f"feed-{n}", rate, dice) for n in range(feeds)], mail, minutes, dice)
        began = time.perf_counter()
        await run.run()
        print(f"{minutes} minutes in {time.perf_counter() - began:.0f} s")
    server.close()
    return run


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=int, default=DAY)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--articles", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    logging.getLogger("monitor").setLevel(logging.ERROR)  # it is full of faults that are meant
    run = asyncio.run(soak(given.minutes, given.feeds, given.articles, given.seed))
    median = sorted(run.reloads)[len(run.reloads) // 2]
    print(f"{run.articles} articles, {run.matches} alerts, {len(run.expected)} mails, faults {dict(run.mail.faults)}")
    print(f"{len(run.reloads)} reloads: median {median:.2f} s, most {max(run.reloads):.2f} s")
    print(f"{len(run.opens)} starts: most {max(run.opens):.2f} s; closed in {max(run.closes):.2f} s at most")
    print(f"mailed twice for a reason: {sum(count > 1 for count in run.mail.times.values())}")
    for line in run.failures[:20]:
        print(f"FAILED {line}")
    print("FAILED" if run.failures else "ok")
    return int(bool(run.failures))


if __name__ == "__main__":
    sys.exit(main())
