"""One walk over a query, before it is compiled: its terms get their numbers, and the groups of terms that it needs.

A rule is compiled when an article first calls for it. But an article is searched for the terms of all rules at once,
so these have to be known before, and so has the *anchor*: the group one of whose terms every match needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from monitor.query.compile import Compiler
from monitor.query.index import Companion
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
    Or,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
    Unit,
    walk,
)


class Group(NamedTuple):
    """Terms one of which an article must hit; the higher the cost, the more articles will, as far as words tell."""

    cost: float
    terms: tuple[int, ...]


Groups = list[Group]
_NEW = -1


class Survey:
    """Walks the queries of a rule. `fields` and `refers_to` gather what they name: field prefixes, other rules."""

    def __init__(self, compiler: Compiler, of_rule: Callable[[str], Groups]) -> None:
        """`of_rule` gives the groups that another rule of the watchlist needs."""
        self.fields: set[str] = set()
        self.refers_to: dict[str, None] = {}
        self._compiler = compiler
        self._early = compiler.early
        self._of_rule = of_rule

    def groups(self, node: Node) -> Groups:
        """The groups that a query needs; none where it can match without any known term (a regex, an open slot)."""
        match node:
            case Term():
                return [self._any((node,))]
            case Or() | SomeOf():
                return self._of_branches(node.children)
            case Chain():
                needed = [self.groups(part.node) for part in node.parts]
                return [
                    group for part, groups in zip(node.parts, needed, strict=True) if not part.maybe for group in groups
                ]
            case AndNot() | NotNear():
                self.exclude(node.unwanted)
                return self.groups(node.wanted)
            case And():
                return [group for child in node.children for group in self.groups(child)]
            case ListRef():
                return [Group(*self._compiler.needed_by(node))]
            case RuleRef():
                self.refers_to[node.rule] = None
                return self._of_rule(node.rule)
            case AtLeast() | First() | Scoped() | AndMaybe():
                return self._of_one(node)
            case _:
                return []

    def _of_one(self, node: AtLeast | First | Scoped | AndMaybe) -> Groups:
        """A query that needs what one within it needs."""
        if isinstance(node, AndMaybe):
            self.groups(node.offered)
            return self.groups(node.wanted)
        if isinstance(node, Scoped):
            self.fields.add(node.field)
        return self.groups(node.child)

    def _any(self, terms: Sequence[Term]) -> Group:
        known, costs = self._early.terms, self._early.costs
        numbers = [known.get(term.spelling.text, _NEW) for term in terms]
        if _NEW in numbers:
            numbers = [self._early.add(term.spelling) for term in terms]
        return Group(sum([costs[number] for number in numbers]), tuple(numbers))

    def _of_branches(self, branches: tuple[Node, ...]) -> Groups:
        """Any branch will do, so an article needs one of the terms that the branches need."""
        terms = [branch for branch in branches if type(branch) is Term]
        if len(terms) == len(branches):
            return [self._any(terms)]
        needed = [self.groups(branch) for branch in branches]
        if not all(needed):
            return []
        rare = [rarest(groups) for groups in needed]
        return [Group(sum(group.cost for group in rare), tuple(term for group in rare for term in group.terms))]

    def companion(self, node: Node, anchor: Group) -> Companion | None:
        """What stands beside an anchor in the chain that it is a part of; None where that cannot be told by words."""
        while isinstance(node, AndNot | Scoped):
            node = node.wanted if isinstance(node, AndNot) else node.child
        if not isinstance(node, Chain) or node.distance.unit is not Unit.WORDS:
            return None
        parts = [self._terms_of(part.node) for part in node.parts if not part.maybe]
        for one, other in pairwise(parts):
            beside = other if one == anchor.terms else one if other == anchor.terms else None
            if beside:
                return Companion(node.distance.words, beside)
        return None

    def _terms_of(self, node: Node) -> tuple[int, ...]:
        """The terms one of which a part is; nothing where it is anything else."""
        terms = node.children if isinstance(node, Or) else (node,)
        known = self._early.terms
        if not all([type(term) is Term for term in terms]):
            return ()
        return tuple([known[term.spelling.text] for term in terms if isinstance(term, Term)])

    def exclude(self, node: Node) -> None:
        """Walk a part that only excludes."""
        for found in walk(node):
            match found:
                case Term():
                    self._compiler.late.add(found.spelling)
                case ListRef():
                    self._compiler.table_of(found, late=True)
                case Scoped():
                    self.fields.add(found.field)
                case RuleRef():
                    self.refers_to[found.rule] = None


_BY_COST = itemgetter(0)


def rarest(groups: Groups) -> Group:
    """The group that the fewest articles will hit."""
    return groups[0] if len(groups) == 1 else min(groups, key=_BY_COST)


def is_anchored(node: Node, of_rule: Callable[[str], bool]) -> bool:
    """Does every match of a query need a term or a list, so that the index can rule it out for most articles?

    What is not anchored (a regular expression, NAME, MONEY, an OR with one of these) is tried on every article.
    `of_rule` answers for `%rule`.
    """
    match node:
        case Term() | ListRef():
            return True
        case Or() | SomeOf():
            return all(is_anchored(child, of_rule) for child in node.children)
        case And():
            return any(is_anchored(child, of_rule) for child in node.children)
        case Chain():
            return any(is_anchored(part.node, of_rule) for part in node.parts if not part.maybe)
        case AndNot() | NotNear() | AndMaybe():
            return is_anchored(node.wanted, of_rule)
        case AtLeast() | First() | Scoped():
            return is_anchored(node.child, of_rule)
        case RuleRef():
            return of_rule(node.rule)
        case _:
            return False
