"""Which rules name a source: what they watch for depends on it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.query.tree import AndMaybe, AndNot, Node, NotNear, Or, Scoped, children

_SOURCE = "source"


def rules_naming(rules: Iterable[Rule], sources: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """By source, the rules (watchlist, id) with a `source:` that this source fulfils; negated ones depend on nothing.

    The engine itself answers, so that `source: post` means here what it means in a match.
    """
    engine = Engine(_scopes(rules))
    found = {source: engine.match(_speaker(source)) for source in sources}
    return {source: tuple(dict.fromkeys((m.watchlist, m.rule) for m in matches)) for source, matches in found.items()}


def _scopes(rules: Iterable[Rule]) -> Iterator[Rule]:
    """For each rule that names sources, one of the same name that asks for nothing else."""
    for rule in rules:
        queries = [query for query in (rule.query, rule.require) if query is not None]
        scopes = tuple(scope for query in queries for scope in _source_scopes(query))
        if scopes:
            yield Rule(rule.watchlist, rule.id, Or(0, 0, scopes) if len(scopes) > 1 else scopes[0])


def _source_scopes(node: Node) -> Iterator[Scoped]:
    if isinstance(node, Scoped) and node.field == _SOURCE:
        yield node
        return
    wanted = (node.wanted,) if isinstance(node, AndNot | AndMaybe | NotNear) else children(node)
    for child in wanted:
        yield from _source_scopes(child)


def _speaker(source: str) -> Article:
    return Article(id=source, source=source, title="", arrived=datetime(1970, 1, 1, tzinfo=UTC))
