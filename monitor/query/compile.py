"""From the tree of a query to clauses that can be solved: terms get numbers, slots that nobody asks for vanish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import re2

from monitor.query.chains import ChainClause, Extra, Link
from monitor.query.clauses import (
    AllOf,
    AnyMention,
    AnyOf,
    FirstWords,
    InField,
    MentionInField,
    Mentions,
    Offered,
    OtherRule,
    SomeOfThem,
    Without,
)
from monitor.query.found import Clause, Mentioner
from monitor.query.leaves import LateTermsLeaf, ListLeaf, OpenLeaf, RegexLeaf, Table, TermsLeaf
from monitor.query.lists import TermList
from monitor.query.not_near import NotNearClause
from monitor.query.open_slots import amounts_in, names_in
from monitor.query.slots import Bound, bound_slots
from monitor.query.spelling import Spelling
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
    OpenKind,
    OpenSlot,
    Or,
    Part,
    Regex,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
    walk,
)
from monitor.query.vocabulary import Vocabulary

Shared = TypeVar("Shared", bound=Mentioner)
_OPEN = {OpenKind.NAME: names_in, OpenKind.MONEY: amounts_in}


def regex_options() -> re2.Options:
    """RE2 without its log on stderr and with a small program, so that no pattern costs more than linear time."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    return options


@dataclass(slots=True)
class Compiler:
    """Compiles the queries of all rules against two vocabularies; lists and terms shared by rules become one.

    `late` holds the terms that only exclude: an article is searched for them when a rule would match otherwise.
    """

    early: Vocabulary = field(default_factory=Vocabulary)
    late: Vocabulary = field(default_factory=Vocabulary)
    _tables: dict[tuple[int, bool], tuple[TermList, Table]] = field(default_factory=dict)
    _needed: dict[tuple[int, str], tuple[float, tuple[int, ...]]] = field(default_factory=dict)
    _shared: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def compile(
        self,
        node: Node,
        watchlist: str,
        wanted: frozenset[str],
        of_rule: Callable[[str], Bound],
        *,
        late: bool = False,
    ) -> Clause:
        """`wanted` are the slots that the rule asks for; `of_rule` gives the slots of another rule (`%rule`)."""
        return _Compilation(self, watchlist, wanted, of_rule, late).clause(node)

    def vocabulary(self, late: bool) -> Vocabulary:
        """One of the two."""
        return self.late if late else self.early

    def terms(self, spellings: Iterable[Spelling], late: bool) -> TermsLeaf:
        """The leaf of a term or of several, one for all rules that say the same."""
        spellings = list(spellings)
        numbers = tuple(dict.fromkeys(self.vocabulary(late).add(spelling) for spelling in spellings))
        if not late:
            return self.shared(TermsLeaf(numbers), numbers, late)
        paths = self.late.paths(spellings)
        return self.shared(LateTermsLeaf(numbers, paths, self.late.heads(paths)), numbers, late)

    def shared(self, made: Shared, *key: object) -> Shared:
        """The one clause that all rules use which say the same, so that it is solved once for an article."""
        slot = getattr(made, "slot", "")
        known: Shared = self._shared.setdefault((type(made), slot, *key), made)
        return known

    def table(self, terms: TermList, late: bool) -> Table:
        """The table of a list. Where two names share a spelling, the first keeps it."""
        known = self._tables.get((id(terms), late))
        if known is None:
            names: dict[int, tuple[int, str]] = {}
            for place, (name, spellings) in enumerate(terms.names):
                for spelling in spellings:
                    names.setdefault(self.vocabulary(late).add(spelling), (place, name))
            known = self._tables[id(terms), late] = (terms, Table(names, late))
        return known[1]

    def table_of(self, node: ListRef, late: bool) -> Table:
        """The table that a reference means. Raises ValueError where its list was not resolved."""
        if node.terms is None:
            raise ValueError(f"the list @{node.list} was not resolved")
        return self.table(node.terms, late)

    def needed_by(self, node: ListRef) -> tuple[float, tuple[int, ...]]:
        """The terms one of which a reference to a list needs, and their cost (see `Vocabulary.costs`)."""
        table = self.table_of(node, late=False)
        known = self._needed.get((id(table), node.name))
        if known is None:
            terms = tuple(term for term, (_, name) in table.names.items() if not node.name or name == node.name)
            cost = sum(self.early.costs[term] for term in terms)
            known = self._needed[id(table), node.name] = (cost, terms)
        return known


@dataclass(frozen=True, slots=True)
class _Compilation:
    """One query of one rule."""

    compiler: Compiler
    watchlist: str
    wanted: frozenset[str]
    of_rule: Callable[[str], Bound]
    late: bool

    def clause(self, node: Node) -> Clause:
        match node:
            case And():
                return AllOf(self._clauses(node.children))
            case AndNot():
                return self._without(node)
            case AndMaybe():
                return self._offered(node)
            case AtLeast():
                return Mentions(self.clause(node.child), node.count)
            case SomeOf():
                return SomeOfThem(self._clauses(node.children), node.count)
            case Scoped() if not is_mention(node):
                return InField(self.clause(node.child), node.field)
            case Or() if not is_mention(node):
                return AnyOf(self._clauses(node.children))
            case RuleRef():
                slots = self.wanted & self.of_rule(node.rule).any if self.wanted else self.wanted
                return OtherRule(self.watchlist, node.rule, slots)
            case _:
                return self.mentioner(node)

    def _without(self, node: AndNot) -> Clause:
        """What excludes stands in one row: `a AND NOT b AND NOT c` is looked at as often as `a`."""
        wanted, unwanted = self.clause(node.wanted), self._excluding().clause(node.unwanted)
        if isinstance(wanted, Without):
            return Without(wanted.wanted, (*wanted.unwanted, unwanted))
        return Without(wanted, (unwanted,))

    def _offered(self, node: AndMaybe) -> Clause:
        """Where nobody asks for what is offered, only what is wanted counts."""
        wanted = self.clause(node.wanted)
        asked = bound_slots(node.offered, self.of_rule).any & self.wanted
        return Offered(wanted, self.mentioner(node.offered)) if asked else wanted

    def _clauses(self, nodes: Sequence[Node]) -> tuple[Clause, ...]:
        return tuple(self.clause(node) for node in nodes)

    def mentioner(self, node: Node) -> Mentioner:
        """A part of a chain. The parser lets nothing else into one."""
        match node:
            case Term():
                return self.compiler.terms([node.spelling], self.late)
            case ListRef():
                return self._list(node)
            case Regex():
                return RegexLeaf(re2.compile(node.pattern, regex_options()), self._slot(node.slot))
            case OpenSlot():
                return self.compiler.shared(OpenLeaf(_OPEN[node.kind], self._slot(node.slot)), node.kind)
            case Or():
                return self._any(node)
            case Chain():
                return self._chain(node)
            case NotNear():
                wanted, unwanted = self.mentioner(node.wanted), self._excluding().mentioner(node.unwanted)
                return NotNearClause(wanted, unwanted, node.distance, node.ordered)
            case First():
                return FirstWords(self.mentioner(node.child), node.words)
            case Scoped():
                return MentionInField(self.mentioner(node.child), node.field)
            case _:
                raise TypeError(f"{type(node).__name__} cannot be part of a chain")

    def _any(self, node: Or) -> Mentioner:
        spellings = [child.spelling for child in node.children if isinstance(child, Term)]
        if len(spellings) == len(node.children):
            return self.compiler.terms(spellings, self.late)
        children = tuple(self.mentioner(child) for child in node.children)
        return self.compiler.shared(AnyMention(children), *map(id, children))

    def _list(self, node: ListRef) -> ListLeaf:
        table = self.compiler.table_of(node, self.late)
        written = self._slot(node.binds_written)
        leaf = ListLeaf(table, self._slot(node.binds), node.name, written)
        return self.compiler.shared(leaf, id(table), node.name, written)

    def _excluding(self) -> _Compilation:
        """The same for a part that only excludes."""
        return replace(self, late=True)

    def _slot(self, slot: str) -> str:
        return slot if slot in self.wanted else ""

    def _chain(self, node: Chain) -> ChainClause:
        links: list[Link] = []
        extras: list[Extra] = []
        leading: list[Extra] = []
        for part, following in zip(node.parts, (*node.parts[1:], None), strict=True):
            if not part.maybe:
                links.append(self._link(part, first=not links))
            elif links:
                extras.append(self._extra(part, len(links) - 1, after=part.ordered))
            else:
                leading.append(self._extra(part, 0, before=following is not None and following.ordered))
        return ChainClause(tuple(links), (*extras, *leading), node.distance)

    def _link(self, part: Part, *, first: bool) -> Link:
        slot = bool(self.wanted and bound_slots(required(part.node), self.of_rule).any & self.wanted)
        return Link(self.mentioner(part.node), part.ordered and not first, slot, slot and _is_name(part.node))

    def _extra(self, part: Part, neighbour: int, *, before: bool = False, after: bool = False) -> Extra:
        return Extra(self.mentioner(part.node), neighbour, before, after, _is_name(part.node))


def required(node: Node) -> Node:
    """A part without the MAYBEs of the chains within: one whose only slot may be missing is the verb of its chain."""
    match node:
        case Chain():
            return replace(node, parts=tuple(replace(p, node=required(p.node)) for p in node.parts if not p.maybe))
        case Or():
            return replace(node, children=tuple(map(required, node.children)))
        case First() | Scoped():
            return replace(node, child=required(node.child))
        case NotNear():
            return replace(node, wanted=required(node.wanted))
        case _:
            return node


def _is_name(node: Node) -> bool:
    """Can other mentions of it be coordinated with one ("Italy, Spain and Malta")?"""
    return all(isinstance(found, ListRef | OpenSlot | Regex | Or) for found in walk(node))


def is_mention(node: Node) -> bool:
    """Do the matches of a query lie within one field each, so that it may stand in a chain?"""
    match node:
        case And() | AndNot() | AndMaybe() | AtLeast() | SomeOf() | RuleRef():
            return False
        case Or():
            return all(is_mention(child) for child in node.children)
        case Scoped():
            return is_mention(node.child)
        case _:
            return True
