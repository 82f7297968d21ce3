"""Which slots a query binds: on every branch, or only on some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    First,
    ListRef,
    Node,
    NotNear,
    OpenSlot,
    Or,
    Regex,
    RuleRef,
    Scoped,
    SomeOf,
)


@dataclass(frozen=True, slots=True)
class Bound:
    """Slots that every match binds, and those that only some do (another OR branch, a MAYBE)."""

    always: frozenset[str] = frozenset()
    sometimes: frozenset[str] = frozenset()

    @property
    def any(self) -> frozenset[str]:
        return self.always | self.sometimes


def bound_slots(node: Node, of_rule: Callable[[str], Bound] = lambda _: Bound()) -> Bound:
    """The slots of a query; negated parts bind nothing. `of_rule` answers for `%rule`."""
    match node:
        case ListRef():
            return Bound(frozenset({node.binds, node.binds_written}))
        case OpenSlot() | Regex():
            return Bound(frozenset({node.slot} if node.slot else ()))
        case RuleRef():
            return of_rule(node.rule)
        case And():
            return _together([bound_slots(child, of_rule) for child in node.children])
        case Chain():
            required = _together([bound_slots(p.node, of_rule) for p in node.parts if not p.maybe])
            offered = [bound_slots(p.node, of_rule).any for p in node.parts if p.maybe]
            return Bound(required.always, required.sometimes.union(*offered) - required.always)
        case AndMaybe():
            wanted = bound_slots(node.wanted, of_rule)
            return Bound(wanted.always, wanted.sometimes | (bound_slots(node.offered, of_rule).any - wanted.always))
        case Or() | SomeOf():
            return _either([bound_slots(child, of_rule) for child in node.children])
        case AndNot() | NotNear():
            return bound_slots(node.wanted, of_rule)
        case AtLeast() | First() | Scoped():
            return bound_slots(node.child, of_rule)
        case _:
            return Bound()


def _together(parts: list[Bound]) -> Bound:
    always = frozenset[str]().union(*(part.always for part in parts))
    return Bound(always, frozenset[str]().union(*(part.sometimes for part in parts)) - always)


def _either(branches: list[Bound]) -> Bound:
    always = frozenset.intersection(*(branch.always for branch in branches))
    return Bound(always, frozenset[str]().union(*(branch.any for branch in branches)) - always)
