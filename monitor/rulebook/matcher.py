"""The engine at work, which a reload replaces between two articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.watchlist.keep import is_hidden


class LiveMatcher:
    """Matches with the engine that it was given last. One assignment swaps it: an article sees one engine whole."""

    def __init__(self, engine: Engine, spend: Callable[[str, float], None]) -> None:
        """`spend` is told the seconds that each article took."""
        self._engine = engine
        self._spend = spend

    def match(self, article: Article) -> Sequence[Match]:
        """Every match of every rule but the hidden ones, which only run for the sake of a kept rule."""
        began = perf_counter()
        found = [match for match in self._engine.match(article) if not is_hidden(match.rule)]
        self._spend("match", perf_counter() - began)
        return found

    def naming(self, field: str) -> Sequence[Rule]:
        """The rules that name a field; see `Engine.naming`."""
        return self._engine.naming(field)

    def swap(self, engine: Engine) -> Engine:
        """Take a new engine and give back the former one."""
        former, self._engine = self._engine, engine
        return former

    def __len__(self) -> int:
        return len(self._engine)
