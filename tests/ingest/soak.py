"""A thousand feeds over a simulated day, with faults: every article exactly once, and memory that stays flat.

`make feed-soak` runs it at full size; `test_soak` a small one. What a monitor keeps in memory is the stories of the
last days, and pages of its database up to a limit. Here it is those of the last hours, and few pages, so that a day is
many times as long as anything that may grow; that nothing grows is a part of the result.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.ingest.feed import FeedSource
from monitor.ingest.http import HttpClient
from monitor.ingest.parsing import ParserPool
from monitor.rounds import ingest_round
from monitor.store import Database, Store, database
from monitor.stories.assign import GroupingSettings
from monitor.stories.kept import KeptStories

from .feedserver import START, Answer, FakeClock, FeedServer, Request, Wire, serving
from .scorecard import HOUR, TICK, pipeline_of, stored_titles

HOSTS = [f"127.0.{number // 200}.{number % 200 + 1}" for number in range(250)]
FAULTS = ("down", "busy", "cut", "drip", "hop", "empty", "page", "torn")
SHARE = 0.15
"""Of the requests that meet with a fault."""

TIMEOUT = 2.0
WINDOW = 6
"""For how many hours a story stays in memory; memory is to be flat once it is full."""

PAGES = 512
"""KiB of the database that stay in memory: more would fill for a day, and look like something that grows."""

GROWTH = 3.0
"""MiB by which memory may differ between the start of the day and its end."""


@dataclass
class Faulty:
    """A feed whose server misbehaves now and then."""

    wire: Wire
    path: str
    dice: random.Random
    seen: Counter[str]
    calm: bool = False

    def __call__(self, request: Request, now: datetime) -> Answer:
        answer = self.wire(request, now)
        if self.calm or self.dice.random() > SHARE:
            return answer
        fault = self.dice.choice(FAULTS)
        self.seen[fault] += 1
        match fault:
            case "down":
                return Answer(self.dice.choice((500, 502, 503)))
            case "busy":
                return Answer(429, headers={"Retry-After": str(self.dice.choice((60, 7200)))})
            case "cut":
                return replace(answer, cut=True) if answer.body else answer
            case "drip":
                return replace(answer, drip=TIMEOUT * 1.5) if self.dice.random() < 0.05 else answer
            case "hop":
                return Answer(self.dice.choice((301, 302, 307)), headers={"Location": f"{self.path}/hop"})
            case "empty":
                return Answer(200)
            case "page":
                return Answer(200, b"<html><body>Checking your browser</body></html>")
            case _:
                middle = answer.body.rfind(b"</item>")
                return replace(answer, body=answer.body[:middle]) if middle > 0 else answer


@dataclass
class Result:
    feeds: int
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    articles: int = 0
    versions: int = 0
    memory: list[float] = field(default_factory=list)
    most_at_once: int = 0
    seconds: float = 0.0


def wire_of(number: int, dice: random.Random) -> Wire:
    drifting = number % 3 == 0
    return Wire(
        f"feed-{number}",
        START - timedelta(minutes=dice.randrange(1, 600)),
        pace=timedelta(minutes=dice.randrange(60, 400)),
        window=40,
        guid=(lambda item, now: f"{item}-{now:%H%M}") if drifting else (lambda item, now: f"item-{item}"),
        honest=number % 10 != 0,
        etag=number % 4 != 0,
    )


async def soak(folder: Path, feeds: int, hours: int) -> Result:
    """Read so many feeds for so many simulated hours, then all of them once without faults, and count."""
    clock = FakeClock(START)
    server = FeedServer(clock, keeps_log=False)
    result = Result(feeds)
    database.KEPT_IN_MEMORY = PAGES
    behaviours = []
    for number in range(feeds):
        dice = random.Random(number)
        behaviour = Faulty(wire_of(number, dice), f"/{number}", dice, result.faults)
        behaviours.append(behaviour)
        server.behaviours |= {behaviour.path: behaviour, f"{behaviour.path}/hop": behaviour.wire}
    began = time.perf_counter()
    pool = ParserPool(workers=2)
    client = HttpClient(timeout=TIMEOUT)
    store = Store(Database.open(folder / "soak.db", create=True), clock)
    hosts = HOSTS[: max(1, feeds // 4)] if sys.platform == "linux" else ["127.0.0.1"]
    async with serving(server, hosts):
        sources = [
            FeedSource(
                f"source {number}",
                url=server.url(f"/{number}", hosts[number % len(hosts)]),
                client=client,
                allow_private=True,
                parse=pool.parse,
                every=3600.0,
            )
            for number in range(feeds)
        ]
        pipeline = replace(pipeline_of(store), stories=KeptStories(store, GroupingSettings(span=WINDOW * HOUR)))
        while clock.now < START + hours * HOUR:
            account = await ingest_round(pipeline, sources, clock, lambda report: None)
            result.versions += account.versions
            clock.now += TICK
            if clock.now.minute == 0:
                result.memory.append(resident())
        for behaviour in behaviours:
            behaviour.calm = True
        for state in store.source_states():
            store.save_source(replace(state, next_at=None))
        account = await ingest_round(pipeline, sources, clock, lambda report: None)
        result.versions += account.versions
    await client.close()
    await pool.close()
    store.close()
    _account(result, server, [behaviour.wire for behaviour in behaviours], stored_titles(folder / "soak.db"))
    result.seconds = time.perf_counter() - began
    return result


def _account(result: Result, server: FeedServer, wires: list[Wire], titles: list[str]) -> None:
    stored = Counter(titles)
    wanted = [f"{wire.name}: story number {number}" for wire in wires for number in range(wire.count(server.clock.now))]
    result.requests = server.requests
    result.articles = len(titles)
    result.missing = [title for title in wanted if title not in stored]
    result.twice = [title for title, times in stored.items() if times > 1]
    result.most_at_once = max(server.most_at_once.values())


def resident() -> float:
    """MiB of this process in memory."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def main() -> int:
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(soak(Path(folder), 1000, WINDOW + 24))
    print(f"{result.feeds:,} feeds, {WINDOW} and 24 simulated hours, ", end="")
    print(f"{result.requests:,} requests in {result.seconds:.0f} s")
    print("faults: " + ", ".join(f"{count:,} {fault}" for fault, count in sorted(result.faults.items())))
    print(f"{result.articles:,} articles stored, {len(result.missing)} missing, {len(result.twice)} twice, ", end="")
    print(f"{result.versions} taken for edited; at most {result.most_at_once} request at a time per host")
    warm = result.memory[WINDOW:]
    print("memory (MiB) by the hour: " + " ".join(f"{size:.0f}" for size in result.memory))
    print(f"at the start of the day {warm[0]:.1f}, in the middle {warm[len(warm) // 2]:.1f}, at the end {warm[-1]:.1f}")
    grown = warm[-1] - warm[0] > GROWTH
    return int(bool(result.missing or result.twice or result.versions or result.most_at_once > 1 or grown))


if __name__ == "__main__":
    sys.exit(main())
