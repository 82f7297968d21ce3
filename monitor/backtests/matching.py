"""The engine over a history, on as many cores as an executor has. Answers come in the order of the articles."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.rulebook.files import RuleTexts
from monitor.rulebook.load import load_texts
from monitor.watchlist.past import Name

BATCH = 50
"""Articles of one task: it takes some hundredths of a second, and ends soon after an interruption."""

WAITING = 16
"""Tasks that are handed out before the first of them must be done: so much is in memory, not the whole history."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An article, and when it was, or would have been, taken in (UTC)."""

    at: datetime
    article: Article


@dataclass(frozen=True, slots=True)
class Answered:
    """A moment, and what the engine says of its article."""

    moment: Moment
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The matches of each article of a task, and whose `except` struck something (`Engine.struck`)."""

    matches: tuple[tuple[Match, ...], ...]
    struck: frozenset[Name]


@dataclass(frozen=True, slots=True)
class PackedRules:
    """Rule files on their way to another process, which loads them once; equal where their texts are equal."""

    digest: str
    texts: RuleTexts = field(compare=False)

    @classmethod
    def of(cls, texts: RuleTexts) -> PackedRules:
        digest = hashlib.sha256()
        for files in (texts.files, texts.shared):
            for name, content in files.items():
                digest.update(repr((name, content)).encode("utf-8"))
            digest.update(b"\0")
        return cls(digest.hexdigest(), RuleTexts(dict(texts.files), dict(texts.shared), texts.whole))


class Here(Executor):
    """An executor that does the work at once, in this process: for few articles no other is worth its start."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it; what it raises comes out of the future."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def match_history(
    rules: PackedRules, history: Iterable[Moment], executor: Executor, struck: set[Name]
) -> Iterator[Answered]:
    """What the engine says of each article, in order. Sound rules answer; those that are out do not.

    The rules whose `except` has struck something out are added to `struck` as this goes on. The executor is one of
    `monitor.backtests.trial.workers` for these rules.
    """
    hold(rules)
    moments = iter(history)
    waiting: deque[tuple[list[Moment], Future[Answers]]] = deque()
    while True:
        while len(waiting) < WAITING and (batch := list(islice(moments, BATCH))):
            waiting.append(
                (batch, executor.submit(match_batch, rules.digest, [_light(moment.article) for moment in batch]))
            )
        if not waiting:
            return
        batch, future = waiting.popleft()
        answers = future.result()
        struck |= answers.struck
        yield from map(Answered, batch, answers.matches)


def match_batch(digest: str, articles: Sequence[Article]) -> Answers:
    """One task, in whatever process it is done; it holds the rules of this digest."""
    engine = _engine(_HELD[digest])
    engine.struck.clear()
    matches = tuple(tuple(engine.match(article)) for article in articles)
    return Answers(matches, frozenset(engine.struck))


_HELD: dict[str, PackedRules] = {}
"""The rules that this process was given: they travel to it once, not with every task."""


def hold(rules: PackedRules) -> None:
    """Let tasks of this process match with these rules, and with no others any more."""
    _HELD.clear()
    _HELD[rules.digest] = rules


def prebuild(rules: PackedRules) -> None:
    """Hold these rules and build their engine now: processes that are forked from this one share its memory."""
    hold(rules)
    _engine(rules)


@lru_cache(maxsize=2)
def _engine(rules: PackedRules) -> Engine:
    return Engine(load_texts(rules.texts).rules)


def _light(article: Article) -> Article:
    """Without what is kept and not searched: it need not travel, and a mapping proxy cannot."""
    return replace(article, extra={}, identities=())
