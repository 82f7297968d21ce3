"""One set of rules tried on one history."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from monitor.backtests.matching import Answered, Here, Moment, PackedRules, hold, match_history, prebuild
from monitor.backtests.replay import READER, Foretold, replay
from monitor.backtests.tally import Asked, Span
from monitor.model import WaitingAlert
from monitor.pipeline import Pipeline
from monitor.rulebook.files import RuleTexts
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.past import Past

WORTH_WORKERS = 500
"""Articles below which starting other processes takes longer than it saves."""

_END = datetime(9999, 1, 1, tzinfo=UTC)

Build = Callable[[Foretold], AbstractContextManager[Pipeline]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: every alert with its article, and how many articles were taken in.

    `read` counts them all, `copies` those that repeated another one. `span` is None where there was nothing.
    `past` is what was seen of the rules. After an interruption all of it is true of the part that was `read`.
    """

    waiting: tuple[WaitingAlert, ...]
    read: int
    copies: int
    stories: int
    span: Span | None
    interrupted: bool = False
    past: Past = field(default_factory=Past)


class _Progress:
    """What is committed so far."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.read = 0
        self.past = Past()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._tell = tell

    def __call__(self, answered: Answered) -> None:
        self.read += 1
        self.first = self.first or answered.moment.at
        self.last = answered.moment.at
        self.past.see(answered.moment.article.title, answered.matches)
        self._tell()

    @property
    def span(self) -> Span | None:
        return Span(self.first.date(), self.last.date()) if self.first and self.last else None


def try_rules(
    texts: RuleTexts, history: Iterable[Moment], build: Build, executor: Executor, done: Callable[[], None]
) -> Trial:
    """Tell a history, in its order, to a set of rules. `build` gives a pipeline over an empty store of its own.

    `done` is called for each article. Ctrl-C ends the trial between two batches; what was read until then counts.
    """
    foretold, progress = Foretold(), _Progress(done)
    answered = match_history(PackedRules.of(texts), history, executor, progress.past.struck)
    with build(foretold) as pipeline:
        copies = stories = 0
        interrupted = False
        try:
            account = replay(pipeline, foretold, answered, progress)
            copies, stories = account.copies, account.stories
        except KeyboardInterrupt:
            interrupted = True
        waiting = _everything(pipeline)
    return Trial(waiting, progress.read, copies, stories, progress.span, interrupted, progress.past)


def look_back(texts: RuleTexts, history: Iterable[Moment], executor: Executor, done: Callable[[], None]) -> Past:
    """What a history shows of rules, without stories and novelty. Raises KeyboardInterrupt as it comes."""
    past = Past()
    for answered in match_history(PackedRules.of(texts), history, executor, past.struck):
        past.see(answered.moment.article.title, answered.matches)
        done()
    return past


def asked_of(loaded: Loaded) -> list[Asked]:
    """The sound rules in the order of their files, with what they expect."""
    return [
        Asked(watchlist.name, notes.id, notes.expect.least, notes.expect.most)
        for watchlist in loaded.watchlists
        for notes in watchlist.notes
    ]


@contextmanager
def workers(rules: PackedRules, articles: int, processes: int | None = None) -> Iterator[Executor]:
    """An executor that matches so many articles with these rules: all cores, or this process where that is quicker.

    On Linux the engine is built here and the processes are forked from this one, so that they share its memory and
    none builds it again: to be entered before anything that starts threads. They do not hear Ctrl-C themselves: their
    work is a batch that ends in a moment.
    """
    processes = processes or os.cpu_count() or 1
    if processes == 1 or articles < WORTH_WORKERS:
        yield Here()
        return
    pool = _forked(rules, processes) if sys.platform == "linux" else _spawned(rules, processes)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _forked(rules: PackedRules, processes: int) -> ProcessPoolExecutor:
    prebuild(rules)
    gc.collect()
    gc.freeze()  # a collector that looks through shared memory copies it
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), initializer=_ignore_interrupts)
    pool.submit(os.getpid).result()  # all are forked with the first task
    return pool


def _spawned(rules: PackedRules, processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(rules,))


def _begin(rules: PackedRules) -> None:
    _ignore_interrupts()
    hold(rules)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _everything(pipeline: Pipeline) -> tuple[WaitingAlert, ...]:
    waiting: Sequence[WaitingAlert] = pipeline.store.waiting(READER.name, _END)
    return tuple(waiting)
