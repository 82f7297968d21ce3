"""Pipelines beside the daily work: history that is learned or told again, and questions about what would be."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from monitor.alerts.counting import EVERY_MATCH, Timing
from monitor.app import NOBODY, letterheads, look, novelty_of, subscriptions, utc_now
from monitor.backtests.replay import READER
from monitor.model import Subscription
from monitor.pipeline import Pipeline, Taken
from monitor.protocols import Matcher
from monitor.rounds import Clock
from monitor.settings import Settings
from monitor.store import Database, Lock, Store
from monitor.stories.freshness import NoveltySettings
from monitor.stories.kept import KeptStories


@contextmanager
def learning(
    settings: Settings, matcher: Matcher, clock: Clock, timing: Timing, *, again: bool = False
) -> Iterator[Pipeline]:
    """The journey of an article into the store of a configuration, as history: it is known to all and told to nobody.

    `clock` tells the time of the history; `again`: what is known is tried with the present rules too. The database is
    made where there was none. Raises StoreError; also where another process is at work here.
    """
    with Lock.acquire(settings.store.path, utc_now()):
        store = Store(Database.open(settings.store.path, create=True), clock)
        try:
            yield Pipeline(
                store,
                matcher,
                subscriptions=(),
                letterheads={},
                novelty=novelty_of(settings),
                stories=KeptStories(store),
                learning=True,
                again=again,
                timing=timing,
            )
        finally:
            store.close()


@contextmanager
def replaying(
    matcher: Matcher,
    clock: Clock,
    novelty: NoveltySettings,
    witness: Callable[[Taken], None],
    readers: Settings | None = None,
    titles: Mapping[str, str] | None = None,
    timing: Timing = EVERY_MATCH,
) -> Iterator[Pipeline]:
    """The whole journey over an empty database of its own, gone in the end, with the subscriptions of `readers`.

    `clock` tells the time of the history, `titles` the headings of the watchlists. Two runs give the same digests.
    """
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        store = Store(Database.open(Path(folder) / "replay.sqlite", create=True), clock)
        try:
            yield Pipeline(
                store=store,
                matcher=matcher,
                subscriptions=_as_mail(subscriptions(readers)) if readers else (),
                letterheads=letterheads(readers, "replay", titles or {}, replay=True) if readers else {},
                novelty=novelty,
                stories=KeptStories(store),
                witness=witness,
                timing=timing,
            )
        finally:
            store.close()


@contextmanager
def asking(matcher: Matcher, settings: Settings | None) -> Iterator[tuple[Pipeline, Store]]:
    """The journey of an article, to be asked what would be (`Pipeline.decide`), and the store that it asks.

    That of the configuration, which is left as it is and may be at work, or an empty one, gone in the end, where there
    is none. Raises StoreError.
    """
    if settings is None or not settings.store.path.exists():
        with rehearsal(matcher, novelty_of(settings) if settings else NoveltySettings()) as pipeline:
            assert isinstance(pipeline.store, Store)
            yield pipeline, pipeline.store
        return
    store = look(settings)
    try:
        yield Pipeline(store, matcher, (), {}, novelty_of(settings), KeptStories(store)), store
    finally:
        store.close()


@contextmanager
def rehearsal(matcher: Matcher, novelty: NoveltySettings, timing: Timing = EVERY_MATCH) -> Iterator[Pipeline]:
    """The journey of an article over an empty database of its own, gone in the end: one reader gets everything."""
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        store = Store(Database.open(Path(folder) / "rehearsal.sqlite", create=True), utc_now)
        try:
            yield Pipeline(store, matcher, (READER,), {}, novelty, KeptStories(store), timing=timing)
        finally:
            store.close()


def _as_mail(readers: Sequence[Subscription]) -> tuple[Subscription, ...]:
    """The subscriptions, those to a channel without addresses too, with recipients that a mail can have."""
    return tuple(
        each if all("@" in name for name in each.recipients) else replace(each, recipients=(NOBODY,))
        for each in readers
    )
