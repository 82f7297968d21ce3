"""Feeds are parsed in processes of their own, with a limit on time and memory (cases 10, 13).

feedparser is slow and pure Python: in the daemon's own process even a thread of it would hold up everything else. And
a feed that nobody foresaw may cost a worker process, which is replaced, but never the daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType

from monitor.errors import FeedFormatError
from monitor.ingest.article import Setting, build_all
from monitor.ingest.feedformat import FeedBody, parse_feed
from monitor.ingest.fulltext import Page, extract
from monitor.model import Article, Fault, Rejection, Wishes
from monitor.net.urls import redact

SECONDS = 30.0
"""What one feed may take; the largest that is fetched (16 MiB) takes about a third of it."""

MEGABYTES = 512
"""What one feed may need beside what a worker needs anyway."""

WORKERS = 2
_POLL_END = 5.0

if sys.platform != "win32":
    import resource


@dataclass(frozen=True, slots=True)
class Order:
    """A body to parse, and what is known of the feed; the setting's publisher overrules the feed's own."""

    body: FeedBody
    setting: Setting


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body held, ready for the store. `entries` counts them before round-ups were taken apart."""

    articles: tuple[Article, ...]
    rejections: tuple[Rejection, ...] = ()
    entries: int = 0
    complete: bool = True
    title: str = ""
    wishes: Wishes = field(default_factory=Wishes)


_Task = Order | Page
Parse = Callable[[Order], Awaitable[Parsed]]
"""A way to have an order done off the event loop. Raises FeedFormatError."""


def parse(order: Order) -> Parsed:
    """Do an order, here and now. Raises FeedFormatError."""
    setting = order.setting
    try:
        feed = parse_feed(order.body)
    except FeedFormatError as error:
        raise FeedFormatError(f"{setting.origin}: {error}", fault=error.fault) from error
    told = replace(setting, lang=setting.lang or feed.lang)
    drafts = [replace(draft, publisher=setting.publisher or draft.publisher) for draft in feed.drafts]
    found = list(build_all(drafts, told))
    return Parsed(
        articles=tuple(one for one in found if isinstance(one, Article)),
        rejections=tuple(one for one in found if isinstance(one, Rejection)),
        entries=len(feed.drafts),
        complete=feed.complete,
        title=feed.title,
        wishes=feed.wishes,
    )


async def parse_in_thread(order: Order) -> Parsed:
    """For commands that read a feed or two, and for tests: no limits but those of the body's size."""
    return await asyncio.to_thread(parse, order)


class ParserPool:
    """Worker processes that parse; started when they are first needed. Close it when the program ends.

    `seconds` is the time limit of one feed, `megabytes` what it may allocate.
    """

    def __init__(self, workers: int = WORKERS, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._idle: list[_Worker] = []
        self._gate = asyncio.Semaphore(workers)

    async def parse(self, order: Order) -> Parsed:
        """Have an order done by a worker. Raises FeedFormatError, also where a limit ended it."""
        answer = await self._ask(order, order.setting.origin)
        assert isinstance(answer, Parsed)
        return answer

    async def extract(self, page: Page) -> str:
        """Have a page extracted by a worker. Raises FeedFormatError where a limit ended it."""
        answer = await self._ask(page, redact(page.url))
        assert isinstance(answer, str)
        return answer

    async def _ask(self, task: _Task, shown: str) -> Parsed | str:
        async with self._gate:
            worker = self._idle.pop() if self._idle else await asyncio.to_thread(_Worker, self._megabytes)
            try:
                answer = await asyncio.to_thread(worker.ask, task, shown, self._seconds)
            except BaseException:  # cancelled: the thread wakes up when its worker is gone
                worker.end()
                raise
            if worker.is_alive:
                self._idle.append(worker)
        if isinstance(answer, _Refusal):
            raise FeedFormatError(answer.message, fault=answer.fault)
        return answer

    async def close(self) -> None:
        """End the workers that are idle."""
        while self._idle:
            self._idle.pop().end()


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A FeedFormatError on its way from a worker."""

    message: str
    fault: Fault


class _Worker:
    """One process and the pipe to it. Blocking: used in threads."""

    def __init__(self, megabytes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, megabytes), name="monitor-parser", daemon=True)
        self._ending = threading.Lock()
        self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def ask(self, task: _Task, shown: str, seconds: float) -> Parsed | str | _Refusal:
        """Send a task and wait for its answer; a worker that fails to give one in time is ended."""
        try:
            self._pipe.send(task)
            if self._pipe.poll(seconds):
                answer = self._pipe.recv()
                assert isinstance(answer, Parsed | str | _Refusal)
                return answer
            reason = f"{shown}: cannot be parsed within {seconds:g} s"
        except (EOFError, OSError):
            reason = f"{shown}: parsing it needs too much memory"
        self.end()
        return _Refusal(reason, Fault.NOT_A_FEED)

    def end(self) -> None:
        """Kill the process; it holds nothing that could be lost.

        Whoever cancels a task and the thread that waits for its answer both do this; only one at a time can hear how
        a process ended.
        """
        with self._ending:
            self._process.kill()
            self._process.join(_POLL_END)
            self._pipe.close()


def _work(pipe: Connection, megabytes: int) -> None:
    """The life of a worker: it ends when the other end of its pipe is closed, however that came."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the daemon, which still needs answers
    ForkingPickler.register(MappingProxyType, _reduced)
    _limit_memory(megabytes)
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(pipe.recv()))


def _answer(task: _Task) -> Parsed | str | _Refusal:
    shown = redact(task.url) if isinstance(task, Page) else task.setting.origin
    try:
        return extract(task) if isinstance(task, Page) else parse(task)
    except FeedFormatError as error:
        return _Refusal(str(error), error.fault)
    except MemoryError:
        return _Refusal(f"{shown}: parsing it needs too much memory", Fault.NOT_A_FEED)
    except Exception as error:  # a bug that this feed found must cost neither the worker nor the other feeds
        reason = f"parsing it is beyond us: {type(error).__name__}: {str(error)[:200]}"
        return _Refusal(f"{shown}: {reason}", Fault.NOT_A_FEED)


def _reduced(mapping: MappingProxyType[str, str]) -> tuple[Callable[..., Mapping[str, str]], tuple[dict[str, str]]]:
    """How a read-only mapping travels: as the dictionary that it shows."""
    return _read_only, (dict(mapping),)


def _read_only(values: dict[str, str]) -> Mapping[str, str]:
    """`MappingProxyType` itself cannot be named in a pickle."""
    return MappingProxyType(values)


def _limit_memory(megabytes: int) -> None:
    """Beyond it, allocations fail with MemoryError (RLIMIT_DATA; Windows has no such thing)."""
    if sys.platform == "linux":
        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
