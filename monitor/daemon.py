"""The daemon: a clock that wakes four workers, and an orderly end.

APScheduler only rings; what is due is asked of the database. So it does not matter when a bell rings late, twice or
not at all, whether the machine slept, or that the scheduler remembers nothing of an earlier life (its own job stores
lose missed runs; see finding 9 of the fault cases). At start every worker looks once: that is the catch-up.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor import __version__
from monitor.deliver.channel import Channel
from monitor.deliver.postman import Postman
from monitor.digest.due import DueReason
from monitor.errors import MonitorError
from monitor.file_watch import FileWatch
from monitor.health import Pulse, show_life
from monitor.health.systemd import Notifier
from monitor.pipeline import Pipeline
from monitor.rounds import Clock, ComposeAccount, Fresh, RoundSource, SourceReport, compose_due, ingest_round
from monitor.source_watch import tell_of_sources

log = logging.getLogger(__name__)

_AT_REST, _SAVED = 2_500, 500
"""Milliseconds without a change after which a source's folder is looked at (a file is read two seconds after its last
change), and rules are."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often the daemon looks for work; sources and digests have times of their own, these are only the looks.

    `finish` is how long work may go on after a signal before it is interrupted. To mark it as such takes some of the
    rest of the ten seconds in which the daemon ends (case 74). `catch_up` is how long the first digests wait for the
    sources to be read.
    """

    ingest: timedelta = timedelta(seconds=30)
    digests: timedelta = timedelta(seconds=15)
    outbox: timedelta = timedelta(seconds=5)
    upkeep: timedelta = timedelta(hours=1)
    finish: timedelta = timedelta(seconds=6)
    catch_up: timedelta = timedelta(minutes=5)
    rules: timedelta = timedelta(minutes=1)
    pulse: timedelta = timedelta(seconds=5)


_ALLOWED = {
    "ingest": timedelta(minutes=20),
    "digests": timedelta(minutes=20),
    "outbox": timedelta(minutes=30),
    "upkeep": timedelta(hours=3),
    "rules": timedelta(minutes=20),
}
"""How long each loop may go without getting anywhere: longer than the longest single thing that it waits for. A mail
server may take ten minutes and more before it answers (case 68)."""


class Changes(Protocol):
    """Where changed rules and configuration come from."""

    async def look(self, *, anyway: bool = False) -> Fresh | None:
        """What changed since the last look; `anyway` reads everything anew."""
        ...

    def folders(self) -> Sequence[Path]:
        """The folders in which something may change."""
        ...


@dataclass(slots=True)
class _Worker:
    """One kind of work, done once a ring. It never overlaps with itself, and rings during work are one ring."""

    name: str
    every: timedelta
    step: Callable[[], Awaitable[None]]
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def ring(self) -> None:
        """A coroutine, because APScheduler calls plain functions in another thread."""
        self.bell.set()

    async def wait(self) -> None:
        """Wait for the bell, but not much longer than it takes to ring.

        APScheduler reckons by the wall clock: put back by an hour, it would not ring for an hour.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * self.every.total_seconds()):
                await self.bell.wait()
        self.bell.clear()


class Daemon:
    """Reads sources, composes digests that are due and sends what waits, until it is stopped.

    `upkeep` is called with the time, in a thread, at start and once per `intervals.upkeep`.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        sources: Sequence[RoundSource],
        postman: Postman,
        clock: Clock,
        upkeep: Callable[[datetime], None],
        intervals: Intervals = Intervals(),
        changes: Changes | None = None,
        pulse: Pulse | None = None,
        health: Path | None = None,
        after_round: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`changes` are taken up as they come, if given; signs of life go to the file `health`, if given.

        `after_round` hears of each round of reading whether it went well and all digests can be composed.
        """
        self._pipeline = pipeline
        self._sources = sources
        self._postman = postman
        self._clock = clock
        self._upkeep = upkeep
        self._finish = intervals.finish
        self._catch_up = intervals.catch_up.total_seconds()
        self._stop = asyncio.Event()
        self._first_read = asyncio.Event()
        self._said: dict[str, str] = {}
        self._after_round, self._composes = after_round, True
        self._changes = changes
        self._anyway = False
        self._channels: Mapping[str, Channel] | None = None
        self._pulse = pulse or Pulse(clock)
        self._health = health
        self._beat = intervals.pulse.total_seconds()
        self._notifier = Notifier()
        self._outbox = _Worker("outbox", intervals.outbox, self._deliver)
        self._rules = _Worker("rules", intervals.rules, self._reload)
        self._workers = (
            _Worker("ingest", intervals.ingest, self._ingest),
            _Worker("digests", intervals.digests, self._compose),
            self._outbox,
            _Worker("upkeep", intervals.upkeep, self._keep_up),
            *((self._rules,) if changes else ()),
        )
        ingest = self._workers[0]
        self._watches = [
            FileWatch(self._source_folders, ingest.ring, _AT_REST, ingest.every, recursive=True, ours=_is_delivered)
        ]
        if changes:
            rules = FileWatch(
                changes.folders, self._rules.ring, _SAVED, self._rules.every, recursive=False, ours=_is_toml
            )
            self._watches.append(rules)

    async def run(self) -> None:
        """Work until `stop` is called or SIGTERM or SIGINT comes; then end within ten seconds.

        What is under way may finish for some seconds, then it is interrupted and marked as such. A second signal
        ends the process at once; the database bears that.
        """
        with self._signals():
            scheduler = self._scheduler()
            scheduler.start()
            for worker in self._workers:
                self._pulse.expect(worker.name, max(_ALLOWED[worker.name], 3 * worker.every))
            tasks = [asyncio.create_task(self._work(worker), name=worker.name) for worker in self._workers]
            tasks.append(asyncio.create_task(self._show_life(), name="pulse"))
            tasks += [asyncio.create_task(watch.run(), name="watch of files") for watch in self._watches]
            sources, readers = len(self._sources), len(self._pipeline.subscriptions)
            log.info("started: %d sources, %d subscriptions, version %s", sources, readers, __version__)
            self._notifier.ready()
            try:
                await self._stop.wait()
            finally:
                self._notifier.stopping()
                scheduler.shutdown(wait=False)
                await self._end(tasks)

    def stop(self) -> None:
        """Take no more work; `run` returns when what is under way is done, or was interrupted."""
        self._stop.set()

    def _scheduler(self) -> AsyncIOScheduler:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells every single ring
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOB_DEFAULTS)
        for worker in self._workers:
            scheduler.add_job(worker.ring, IntervalTrigger(seconds=worker.every.total_seconds(), timezone=UTC))
        return scheduler

    async def _work(self, worker: _Worker) -> None:
        while not self._stop.is_set():
            well = False
            try:
                await self._timed(worker)
                well = True
            except MonitorError as error:
                log.error("%s: %s", worker.name, error)
            except Exception:  # a bug; the next ring may find it gone, and the other workers have their own work
                log.exception("%s: a bug", worker.name)
            self._pulse.ended(worker.name, well=well)
            await worker.wait()

    async def _timed(self, worker: _Worker) -> None:
        began = monotonic()
        await worker.step()
        self._pulse.spend(worker.name, monotonic() - began)

    async def _show_life(self) -> None:
        every = self._beat
        if self._notifier.watchdog is not None:
            every = min(every, self._notifier.watchdog.total_seconds() / 3)
        await show_life(self._pulse, self._health, self._notifier.alive, every, self._stop)

    def _source_folders(self) -> Sequence[Path]:
        return [source.folder for source in self._sources if source.folder is not None]

    async def _reload(self) -> None:
        """Take up what changed. The engine is swapped already; sources, readers and channels follow here."""
        assert self._changes is not None, "no changes, no worker for them"
        anyway, self._anyway = self._anyway, False
        fresh = await self._changes.look(anyway=anyway)
        if fresh is None:
            return
        self._pipeline, self._sources = fresh.pipeline, fresh.sources
        if fresh.channels is not None:
            self._channels = fresh.channels
            await self._outbox.ring()
        for watch in self._watches:
            watch.anew()

    async def _end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        log.info("stopping")
        self._stop.set()
        for watch in self._watches:
            watch.end()
        for worker in self._workers:
            worker.bell.set()
        for task in tasks:
            if task.get_name() == self._rules.name:  # what is not at work yet need not be: the next start reads it
                task.cancel()
        _, pending = await asyncio.wait(tasks, timeout=self._finish.total_seconds())
        for task in pending:
            log.warning("%s: interrupted", task.get_name())
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        log.info("stopped")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Stop at the first signal; leave the second one to the system, which ends the process."""
        loop = asyncio.get_running_loop()
        former = {number: signal.getsignal(number) for number in _SIGNALS}
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        if self._changes is not None:
            loop.add_signal_handler(signal.SIGHUP, self._on_hangup)
        try:
            yield
        finally:
            if self._changes is not None:
                loop.remove_signal_handler(signal.SIGHUP)
            for number, handler in former.items():
                loop.remove_signal_handler(number)
                signal.signal(number, handler)

    def _on_signal(self, number: int) -> None:
        log.info("%s: the next one ends me at once", signal.Signals(number).name)
        for each in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        self.stop()

    def _on_hangup(self) -> None:
        log.info("SIGHUP: configuration and rules are read anew")
        self._anyway = True
        self._rules.bell.set()

    async def _ingest(self) -> None:
        well = False
        try:
            account = await ingest_round(self._pipeline, self._sources, self._pulse.clock_of("ingest"), _quiet)
            well = self._composes
        finally:
            self._first_read.set()
            self._after_round(well)
        if account.articles or account.versions or account.copies or account.rejections:
            log.info(
                "ingest: %d articles, %d edited, %d copies, %d stories, %d matches, %d rejected",
                account.articles,
                account.versions,
                account.copies,
                account.stories,
                account.matches,
                len(account.rejections),
            )

    async def _compose(self) -> None:
        """Freeze what is due, and have it sent without waiting for the outbox's own bell."""
        await self._caught_up()
        composed = await asyncio.to_thread(compose_due, self._pipeline, self._clock)
        self._tell(composed)
        for digest in composed.digests:
            log.info(
                "digest %s: %d alerts, %d messages",
                digest.id,
                len(digest.alerts),
                len(digest.messages),
                extra={"ids": {"digest": digest.id, "alerts": digest.alerts}},
            )
            await self._outbox.ring()

    def _tell(self, composed: ComposeAccount) -> None:
        """Log what is new about each subscription; what goes on as before was told when it began."""
        said: dict[str, str] = {}
        if composed.held:
            said[""] = f"nothing is composed and nothing is sent: {composed.held}; see `monitor outbox release`"
        for name, reason in composed.reasons.items():
            said[name] = f"subscription {name}: {reason.value}"
        for name, error in composed.failures.items():
            said[name] = f"the digest of {name} cannot be composed: {type(error).__name__}: {error}"
        for name in (name for name, words in said.items() if self._said.get(name) != words):
            failure = composed.failures.get(name)
            bad = failure is not None or not name or composed.reasons.get(name) is DueReason.CLOCK_BACK
            log.log(logging.ERROR if bad else logging.INFO, said[name], exc_info=failure)
        self._said, self._composes = said, not (composed.held or composed.failures)

    async def _caught_up(self) -> None:
        """At start, let the sources be read first: a digest that was missed is to hold what came meanwhile.

        A source that hangs does not hold it up for longer than `intervals.catch_up`.
        """
        waits = [asyncio.create_task(event.wait()) for event in (self._first_read, self._stop)]
        await asyncio.wait(waits, timeout=self._catch_up, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self._first_read.set()

    async def _deliver(self) -> None:
        """Between two drains nothing is in the hands of a channel: then new ones take over."""
        if self._channels is not None:
            self._postman.use(self._channels)
            self._channels = None
        await self._postman.drain()

    async def _keep_up(self) -> None:
        await asyncio.to_thread(self._upkeep, self._clock())
        await self._caught_up()  # what was silent while we were down is no news before it was read again
        for notice in await asyncio.to_thread(tell_of_sources, self._pipeline, self._clock()):
            log.info("sources: %s", notice.messages[0].subject if notice.messages else notice.id)
            await self._outbox.ring()


def _is_delivered(path: str) -> bool:
    """A file that a folder source would read, as far as its name says."""
    name = path.rpartition("/")[2]
    return not name.startswith(".") and not name.endswith(("~", ".tmp", ".part"))


def _is_toml(path: str) -> bool:
    """Rules and configuration, and not the database or what editors leave behind."""
    return path.endswith(".toml")


def _quiet(_: SourceReport) -> None:
    """The round logs its sources itself."""
