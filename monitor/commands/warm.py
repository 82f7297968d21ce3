"""`monitor warm`: rules over time count what is in the store already, so that a new one has a past. Tells nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from monitor.alerts.counting import Timing
from monitor.app import amend, utc_now
from monitor.checks import load_all
from monitor.commands._rules import rule_called
from monitor.commands.backtest import progress, span_of
from monitor.errors import RuleError
from monitor.model import Alert, Article, KeyMemory, Match, Novelty, Reason, RuleName, Verdict
from monitor.overtime import OverTime
from monitor.query.engine import Engine
from monitor.rulebook.timings import timing_of
from monitor.store import Store
from monitor.stories.keys import key_of
from monitor.terminal import count, say
from monitor.watchlist.nouns import Loaded

_BATCH = 100
"""Articles of one transaction: a daemon that is at work waits no longer than for these."""


def warm(config: Path, name: str | None, since: str) -> int:
    """Let the rules over time (or one of them) count the articles of the last `since` of the archive.

    May run beside the daemon, and again: nothing counts twice. Raises ConfigError, RuleError, StoreError.
    """
    configuration, loaded = load_all(config)
    timing = _chosen(loaded, name)
    begin = utc_now() - span_of(since)
    store = amend(configuration.settings)
    try:
        past = _Past(store, Engine(loaded.rules), OverTime(store, timing, learning=True), _asked(timing))
        total, articles = store.archive(begin)
        with progress("warming", total) as done:
            for batch in _batches(articles):
                past.count(batch)
                for _ in batch:
                    done()
    finally:
        store.close()
    rules = count(len(timing.rules), "rule")
    say(f"{count(total, 'article')} of the last {since}: {past.matches} counted for {rules} over time")
    return 0


def _chosen(loaded: Loaded, name: str | None) -> Timing:
    timing = timing_of(loaded)
    if name is None:
        return timing
    rule = rule_called(loaded, name)
    found = timing.rules.get((rule.watchlist, rule.id))
    if found is None:
        raise RuleError(f"{rule.watchlist}/{rule.id} is no rule over time: it has no `when`")
    return Timing({found.name: found})


def _asked(timing: Timing) -> frozenset[RuleName]:
    """The rules whose matches count: those over time, and the first steps of sequences."""
    firsts = ((rule.watchlist, rule.when.first) for rule in timing.rules.values() if rule.when.first)
    return frozenset((*timing.rules, *firsts))


def _batches(articles: Iterator[tuple[datetime, Article]]) -> Iterator[Sequence[Article]]:
    while batch := [article for _, article in islice(articles, _BATCH)]:
        yield batch


@dataclass(slots=True)
class _Past:
    """Articles of the store, told to the rules over time alone. A fact counts where it was first told; after that it is
    known, and its other tellings are background.
    """

    store: Store
    engine: Engine
    over_time: OverTime
    asked: frozenset[RuleName]
    matches: int = 0
    _known: set[tuple[str, str]] = field(default_factory=set)

    def count(self, articles: Iterable[Article]) -> None:
        """One transaction."""
        spoken = []
        with self.store.transaction():
            for article in articles:
                spoken.append(article.speaks)
                for match in self.engine.match(article):
                    if (match.watchlist, match.rule) in self.asked:
                        self._count(article, match)
            self.over_time.learn(spoken)

    def _count(self, article: Article, match: Match) -> None:
        story = self.store.story_of(article.id)
        key = key_of(match, story)
        name = (match.rule, key)
        if name in self._known:
            return
        self._known.add(name)
        memory = self.store.recall([key]).get(key) or _memory(key, story, article)
        alert = Alert("", article.id, story, key, match, Novelty.NEW, Reason.FIRST_SEEN, article.arrived)
        self.over_time.count(Verdict(alert, memory), article)
        self.matches += 1


def _memory(key: str, story: str, article: Article) -> KeyMemory:
    return KeyMemory(key, article.arrived, article.arrived, article.arrived, story, article.id)
