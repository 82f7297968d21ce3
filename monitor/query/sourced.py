"""Which rules name a source: what they watch for depends on it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.query.tree import AndMaybe, AndNot, Node, NotNear, Or, Scoped, children

_SOURCE = "source"


class Naming:
    """Answers for one set of rules after another, and walks no rule twice."""

    def __init__(self) -> None:
        self._walked: dict[int, tuple[Rule, Rule | None]] = {}

    def of(self, rules: Iterable[Rule], sources: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """By source, the rules (watchlist, id) with a `source:` that it fulfils; negated ones depend on nothing.

        The engine itself answers, so that `source: post` means here what it means in a match.
        """
        walked = self._walked
        self._walked = {id(rule): walked.get(id(rule)) or (rule, _scoped(rule)) for rule in rules}
        engine = Engine(scoped for _, scoped in self._walked.values() if scoped is not None)
        found = {source: engine.match(_speaker(source)) for source in sources}
        return {source: tuple(dict.fromkeys((m.watchlist, m.rule) for m in told)) for source, told in found.items()}


def _scoped(rule: Rule) -> Rule | None:
    """A rule of the same name that asks for the sources and for nothing else; None where it names none."""
    queries = [query for query in (rule.query, rule.require) if query is not None]
    scopes = tuple(scope for query in queries for scope in _source_scopes(query))
    if not scopes:
        return None
    return Rule(rule.watchlist, rule.id, Or(0, 0, scopes) if len(scopes) > 1 else scopes[0])


def _source_scopes(node: Node) -> Iterator[Scoped]:
    if isinstance(node, Scoped) and node.field == _SOURCE:
        yield node
        return
    wanted = (node.wanted,) if isinstance(node, AndNot | AndMaybe | NotNear) else children(node)
    for child in wanted:
        yield from _source_scopes(child)


def _speaker(source: str) -> Article:
    return Article(id=source, source=source, title="", arrived=datetime(1970, 1, 1, tzinfo=UTC))
