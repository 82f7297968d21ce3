"""Queries that stand in no rule: the words of a silence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache

from monitor.errors import RuleError
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.fault import Fault
from monitor.query.lists import TermList
from monitor.query.resolve import resolve
from monitor.query.rule import Rule
from monitor.query.syntax import parse
from monitor.query.tree import Node, RuleRef, walk
from monitor.watchlist.nouns import Loaded

log = logging.getLogger(__name__)


def lists_of(loaded: Loaded, watchlist: str = "") -> dict[str, TermList]:
    """The lists that a query may refer to: those of `watchlist` first, then the shared ones, then others."""
    own = [terms for each in loaded.watchlists if each.name == watchlist for terms in each.lists]
    others = [terms for each in loaded.watchlists if each.name != watchlist for terms in each.lists]
    found: dict[str, TermList] = {}
    for terms in (*own, *loaded.shared, *others):
        found.setdefault(terms.name, terms)
    return found


def parsed(query: str, lists: Mapping[str, TermList]) -> Node:
    """A query ready to be tried. Raises RuleError, which shows what is wrong and what to write instead."""
    node, faults = parse(query)
    if node is not None:
        node, more = resolve(node, lists)
        faults = (*faults, *more)
    errors = [fault for fault in faults if fault.is_error]
    if node is None or errors:
        raise RuleError("\n".join(_shown(query, fault) for fault in errors) or "the query is empty")
    if any(isinstance(each, RuleRef) for each in walk(node)):
        raise RuleError(f"{query}: %rule refers to a rule of the same file, and this query stands in none")
    return node


class Search:
    """Whether an article matches a query. One that cannot be read (its list is gone) matches nothing, and is logged."""

    def __init__(self, loaded: Loaded) -> None:
        self._lists = lists_of(loaded)
        self._engine = lru_cache(maxsize=100)(self._build)

    def __call__(self, query: str, article: Article) -> bool:
        engine = self._engine(query)
        return engine is not None and bool(engine.match(article))

    def _build(self, query: str) -> Engine | None:
        try:
            return Engine([Rule("search", "search", parsed(query, self._lists))])
        except RuleError as error:
            log.error("the words of a silence cannot be read any more, so it mutes nothing: %s", error)
            return None


def _shown(query: str, fault: Fault) -> str:
    mark = " " * fault.start + "^" * max(1, fault.end - fault.start)
    hint = f"\n  help: {fault.hint}" if fault.hint else ""
    return f"[{fault.code}] {fault.message}\n  {query}\n  {mark}{hint}"
