"""A monitor put together for being killed: real rooms, watched at every step, in a child of one warm process.

Run as a program it reads one job a line (JSON) from standard input, forks a child for each, says the child's pid, and
then how it ended. The rooms are the shipped ones; what is ours is the composition root. It puts watchers around the
store, the source, the matcher and the channels, listens to what SQLite is about to do, and kills its own process
where the job says so. Nothing in `monitor/` knows of it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.digest.freeze import Letterhead
from monitor.errors import MonitorError
from monitor.ingest.folder import FolderSource
from monitor.model import (
    Article,
    Delivery,
    Evidence,
    Fact,
    Harvest,
    Instant,
    Match,
    Severity,
    SourceState,
    Subscription,
)
from monitor.pipeline import Pipeline
from monitor.rounds import compose_due, ingest_round
from monitor.store import Database, Lock, Store
from monitor.store.queries import queries
from monitor.stories.kept import KeptStories
from monitor.stories.novelty import NoveltySettings

log = logging.getLogger("crash")
log.addHandler(logging.NullHandler())
logging.getLogger("monitor").addHandler(logging.NullHandler())

AT_ONCE = Instant((Severity.HIGH,), timedelta(minutes=1), per_hour=60)

SUBSCRIPTIONS = (
    Subscription("morning", ("ana@example.org", "ben@example.org"), "mail", schedule="*/30 * * * *"),
    Subscription("desk", ("cem@example.org",), "careful", schedule="*/30 * * * *"),
    Subscription("flash", ("dan@example.org",), "mail", schedule="0 0 1 1 *", instant=AT_ONCE),
)
POLICIES = {"mail": OnAmbiguous.RESEND, "careful": OnAmbiguous.HOLD}


@dataclass(frozen=True)
class Job:
    """What a child does: `steps` in order, each a pair of a verb and a time; and where it dies.

    `kill_at` is a point, `nth` which time it is reached, counted from the step number `armed` on. `pages` is by how
    many pages the database may grow before the disk is full, `file_size` how large any file may become.
    """

    folder: str
    port: int
    steps: tuple[tuple[str, str], ...]
    kill_at: str = ""
    nth: int = 1
    pages: int | None = None
    file_size: int | None = None
    armed: int = 0
    patience: float = 5.0
    points_to: str = ""

    @property
    def database(self) -> Path:
        return Path(self.folder) / "state" / "monitor.db"


@dataclass
class Points:
    """Counts the points that are reached, and dies at one of them."""

    kill_at: str
    nth: int
    armed: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    def reach(self, name: str) -> None:
        if not self.armed:
            return
        self.seen[name] += 1
        if name == self.kill_at and self.seen[name] == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)


class Ticking:
    """A clock that the job sets; it goes on by a microsecond with every look."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


class WatchedStore(Store):
    """The store, with the marker watched: it is written between a commit and the first byte."""

    points: Points

    def _advance(self) -> None:
        self.points.reach("marker: before")
        super()._advance()
        self.points.reach("marker: after")


class Watched:
    """Stands before a room and reaches a point before and after every call."""

    def __init__(self, room: Any, name: str, points: Points) -> None:
        self._room, self._name, self._points = room, name, points

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._room, attribute)
        if not callable(value) or attribute == "transaction":
            return value

        @wraps(value)
        def call(*arguments: Any, **named: Any) -> Any:
            self._points.reach(f"{self._name}: before {attribute}")
            result = value(*arguments, **named)
            self._points.reach(f"{self._name}: after {attribute}")
            return result

        return call


class WatchedPipelineStore(Watched):
    """The store as the pipeline sees it, its transactions watched too."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._room.transaction():
            self._points.reach("transaction: begun")
            yield
            self._points.reach("transaction: before its commit")
        self._points.reach("transaction: after its commit")


class WatchedSource:
    """A folder, with every harvest watched."""

    def __init__(self, folder: FolderSource, points: Points) -> None:
        self._folder, self._points = folder, points

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._folder, attribute)

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        self._points.reach("source: before it is read")
        async for harvest in self._folder.read(state, now):
            self._points.reach("source: parsed")
            yield harvest
            self._points.reach("source: taken")


class WatchedChannel:
    """A channel, with its sending watched."""

    def __init__(self, channel: SmtpChannel, points: Points) -> None:
        self._channel, self._points = channel, points
        self.name, self.on_ambiguous, self.longest = channel.name, channel.on_ambiguous, channel.longest

    async def send(self, delivery: Delivery) -> str:
        self._points.reach("channel: before sending")
        answer = await self._channel.send(delivery)
        self._points.reach("channel: after sending")
        return answer


class EveryBan:
    """Matches every article whose title holds "bars"; what is barred is the fact."""

    def match(self, article: Article) -> Sequence[Match]:
        start = article.title.find(" bars ")
        if start < 0:
            return ()
        evidence = (Evidence("title", ((start + 1, start + 5),)),)
        fact = Fact((("what", article.title),))
        return (Match("bans", "ban", "ban", Severity.HIGH, article.title, fact, evidence=evidence),)


_STATEMENTS = sorted(
    ((" ".join(sql.split(":")[0].split()), name) for name, sql in queries().items()), key=lambda item: -len(item[0])
)


def statement_name(sql: str) -> str:
    """The name of a statement that SQLite is about to run, parameters filled in; COMMIT and the like as they are."""
    words = " ".join(sql.split())
    return next((name for head, name in _STATEMENTS if words.startswith(head)), words[:40])


def open_store(job: Job, clock: Ticking, points: Points) -> WatchedStore:
    """The database of a job, alone, its statements watched and its growth limited."""
    database = Database.open(job.database, create=True)
    store = WatchedStore(database, clock)
    store.points = points
    store.guard()
    if job.pages is not None:
        pages = database._connection.execute("PRAGMA page_count").fetchone()[0]
        database._connection.execute(f"PRAGMA max_page_count = {pages + job.pages}")
    if job.file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.file_size, resource.RLIM_INFINITY))
    if points.kill_at.startswith("sql: ") or job.points_to:
        database._connection.set_trace_callback(lambda sql: points.reach(f"sql: {statement_name(sql)}"))
    return store


def channel(name: str, job: Job) -> SmtpChannel:
    settings = SmtpSettings(
        "127.0.0.1",
        job.port,
        "watch@example.org",
        Security.NONE,
        hello="monitor.test",
        timeout=job.patience,
        answer_timeout=job.patience,
    )
    return SmtpChannel(name, settings, POLICIES[name])


async def live(job: Job, points: Points) -> None:
    """Do the steps. An error that an operator could mend ends a step, as it does in the daemon."""
    clock = Ticking(datetime.fromisoformat(job.steps[0][1]))
    with Lock.acquire(job.database, clock.now):
        store = open_store(job, clock, points)
        heads = {name: Letterhead("crash", "Watch <watch@example.org>") for name in POLICIES}
        seen = WatchedPipelineStore(store, "store", points)
        matcher = Watched(EveryBan(), "matcher", points)
        pipeline = Pipeline(seen, matcher, SUBSCRIPTIONS, heads, NoveltySettings(), KeptStories(seen))  # type: ignore[arg-type]
        source = WatchedSource(FolderSource("inbox", Path(job.folder) / "inbox", 0.0), points)
        channels = {name: WatchedChannel(channel(name, job), points) for name in POLICIES}
        postman = Postman(Watched(store, "outbox", points), channels, clock)  # type: ignore[arg-type]
        for number, (verb, at) in enumerate(job.steps):
            points.armed = number >= job.armed
            clock.now = max(clock.now, datetime.fromisoformat(at))
            try:
                await step(verb, pipeline, source, postman, clock)
            except MonitorError as error:
                log.error("%s: %s", verb, error)
        store.close()
    if job.points_to:
        Path(job.points_to).write_text(json.dumps(points.seen))


async def step(verb: str, pipeline: Pipeline, source: WatchedSource, postman: Postman, clock: Ticking) -> None:
    match verb:
        case "ingest":
            await ingest_round(pipeline, [source], clock, lambda report: None)
        case "compose":
            compose_due(pipeline, clock)
        case "send":
            await postman.drain()
        case "tidy":
            pipeline.store.tidy()  # type: ignore[attr-defined]


def run_job(line: str) -> int:
    """One life in this process; its exit code."""
    job = Job(**json.loads(line))
    try:
        asyncio.run(live(job, Points(job.kill_at, job.nth)))
    except MonitorError as error:
        log.error("%s", error)
        return 1
    except BaseException:
        traceback.print_exc()
        return 3
    return 0


def serve() -> None:
    """Fork a child for each line of standard input; say its pid, then how it ended (negative: by which signal)."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            os.close(0)
            code = run_job(line)
            sys.stderr.flush()
            os._exit(code)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def line_of(job: Job) -> str:
    return json.dumps(asdict(job))


if __name__ == "__main__":
    serve() if len(sys.argv) == 1 else sys.exit(run_job(Path(sys.argv[1]).read_text()))
