"""Which rules can an article match at all? Every rule waits at its *anchor*: a group of terms one of which it needs.

`candidates(article)` may name rules that do not match; it never leaves out one that does (a property test holds it to
brute force).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from monitor.query.spelling import Spelling, WordKind
from monitor.query.tree import (
    And,
    AndNot,
    AtLeast,
    Chain,
    First,
    ListRef,
    Node,
    NotNear,
    Or,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
)

Groups = list[tuple[Spelling, ...]]
"""Groups of spellings, each of which an article must hit at least once to match."""

_COST = {WordKind.INFLECTED: 20.0, WordKind.PREFIX: 20.0, WordKind.CHARACTER: 8.0, WordKind.NUMBER: 30.0}


def required_groups(node: Node, of_rule: Callable[[str], Groups]) -> Groups:
    """The groups that a query needs; none where it can match without any known term (a regex, an open slot)."""
    match node:
        case Term():
            return [(node.spelling,)]
        case ListRef():
            return [_spellings(node)]
        case And():
            return [group for child in node.children for group in required_groups(child, of_rule)]
        case Chain():
            return [group for part in node.parts if not part.maybe for group in required_groups(part.node, of_rule)]
        case Or() | SomeOf():
            branches = [required_groups(child, of_rule) for child in node.children]
            return [tuple(chain(*map(rarest, branches)))] if all(branches) else []
        case AndNot() | NotNear():
            return required_groups(node.wanted, of_rule)
        case AtLeast() | First() | Scoped():
            return required_groups(node.child, of_rule)
        case RuleRef():
            return of_rule(node.rule)
        case _:
            return []


def _spellings(node: ListRef) -> tuple[Spelling, ...]:
    if node.terms is None:
        return ()
    named = [spellings for name, spellings in node.terms.names if not node.name or name == node.name]
    return tuple(spelling for spellings in named for spelling in spellings)


def rarest(groups: Groups) -> tuple[Spelling, ...]:
    """The group that the fewest articles will hit, as far as the look of its words tells."""
    return groups[0] if len(groups) == 1 else min(groups, key=lambda group: sum(map(_cost, group)))


def _cost(spelling: Spelling) -> float:
    """A rough frequency: names are rare, ordinary words are not, each further word of a phrase makes it rarer."""
    first = spelling.variants[0].words
    if len(spelling.variants) == 1 and len(first) == 1:
        return _COST.get(first[0].kind, 1.0)
    return min(_variant_cost([word.kind for word in variant.words]) for variant in spelling.variants)


def _variant_cost(kinds: Sequence[WordKind]) -> float:
    cost = 1.0
    for at, kind in enumerate(kinds):
        cost *= _COST.get(kind, 1.0) if not at else 0.2
    return cost


@dataclass(slots=True)
class Index:
    """Rule numbers by the terms of their anchors; `unanchored` are tried on every article."""

    anchored: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    unanchored: list[int] = field(default_factory=list)

    def add(self, rule: int, anchor: Iterable[int] | None) -> None:
        """Let a rule wait at the terms of its anchor, or at every article (None)."""
        if anchor is None:
            self.unanchored.append(rule)
            return
        for term in anchor:
            self.anchored[term].append(rule)

    def candidates(self, terms: Iterable[Iterable[int]]) -> Iterator[int]:
        """The rules, in order, that one of the terms hit in the fields calls for."""
        called = set(self.unanchored)
        for hit in terms:
            for term in hit:
                called.update(self.anchored.get(term, ()))
        return iter(sorted(called))
