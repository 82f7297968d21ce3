"""The rules of an engine: numbered, waiting at their anchors, and compiled when an article first calls for them.

What an engine matches with is never changed. `with_rules` makes a successor that shares all that stands, so whoever
matches at that moment goes on with the former rules, whole.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.query.compile import Compiler
from monitor.query.facts import wanted_slots
from monitor.query.found import Clause
from monitor.query.index import Index
from monitor.query.rule import Rule
from monitor.query.slots import Bound, bound_slots
from monitor.query.survey import Groups, Survey, rarest
from monitor.query.tree import Node

_MOST_LEFT_BEHIND = 1_000
"""Rules that went leave their terms in the vocabulary. Where more went than these, and than there are, all is built
afresh."""

Anchors = tuple[tuple[int, ...] | None, ...]
"""The terms at which a rule waits for its query and for its `retract`; None where that needs no known term."""

_Inherited = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A rule ready to be tried."""

    rule: Rule
    query: Clause
    except_: Clause | None
    require: Clause | None
    retract: Clause | None


@dataclass(frozen=True, slots=True)
class _References:
    """The rules that a rule refers to: `asking` for their slots, or in any of its queries."""

    asking: frozenset[str]
    all: frozenset[str]


class StoredRules:
    """Rules by their numbers. They must be sound: resolved, without cycles of `%rule` (see `monitor.watchlist`)."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.compiler = Compiler()
        self._index = Index()
        self._rules: list[Rule | None] = list(rules)
        self._stored: list[Stored | None] = [None] * len(self._rules)
        self._count = len(self._rules)
        self._free: list[int] = []
        self._left_behind = 0
        self._ranks: Sequence[int] | None = None
        self._fields: Counter[str] = Counter()
        self._references: dict[str, dict[int, _References]] = {}
        self._forget()
        for number in range(len(self._rules)):
            self._admit(number)

    def _forget(self) -> None:
        """Drop what was worked out from the rules as they were together; it is worked out again where it is needed."""
        self._numbers: dict[tuple[str, str], int] | None = None
        self._inherited: dict[str, _Inherited] = {}
        self._groups: dict[tuple[str, str], Groups] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a query names."""
        return frozenset(self._fields)

    def candidates(self, terms: Iterable[Iterable[int]]) -> list[int]:
        """The rules, in order, that the index cannot rule out; `terms` are those hit in each field."""
        called = self._index.candidates(terms)
        return sorted(called) if self._ranks is None else sorted(called, key=self._ranks.__getitem__)

    def rule(self, number: int) -> Rule:
        """The rule of a number."""
        rule = self._rules[number]
        if rule is None:
            raise LookupError(f"there is no rule {number}")
        return rule

    def number(self, watchlist: str, rule: str) -> int:
        """The number of a rule."""
        if self._numbers is None:
            named = ((number, rule) for number, rule in enumerate(self._rules) if rule is not None)
            self._numbers = {(rule.watchlist, rule.id): number for number, rule in named}
        return self._numbers[watchlist, rule]

    def stored(self, number: int) -> Stored:
        """The compiled rule of a number."""
        stored = self._stored[number]
        if stored is None:
            stored = self._stored[number] = self._compiled(self.rule(number))
        return stored

    # compiling

    def _compiled(self, rule: Rule) -> Stored:
        return Stored(
            rule,
            self.clause(rule, rule.query, slots=True, late=False),
            self.clause(rule, rule.except_, slots=False, late=True) if rule.except_ is not None else None,
            self.clause(rule, rule.require, slots=False, late=False) if rule.require is not None else None,
            self.clause(rule, rule.retract, slots=True, late=False) if rule.retract is not None else None,
        )

    def clause(self, rule: Rule, node: Node, *, slots: bool, late: bool) -> Clause:
        """A query of a rule, or a part of one, compiled as it is within the whole.

        `slots`: the values of its slots are asked for (in `query` and `retract`); `late`: it only excludes.
        """
        wanted = self._asked(rule) if slots else frozenset[str]()
        return self.compiler.compile(
            node, rule.watchlist, wanted, lambda name: self._bound(rule.watchlist, name), late=late
        )

    def _bound(self, watchlist: str, name: str) -> Bound:
        query = self.rule(self.number(watchlist, name)).query
        return bound_slots(query, lambda other: self._bound(watchlist, other))

    def _asked(self, rule: Rule) -> frozenset[str]:
        """The slots that a rule asks for, with those that the rules referring to it inherit."""
        return wanted_slots(rule) | self._inherited_in(rule.watchlist).get(rule.id, frozenset())

    def _inherited_in(self, watchlist: str) -> _Inherited:
        """For each rule of a watchlist that others refer to: the slots that these ask of it."""
        known = self._inherited.get(watchlist)
        if known is None:
            known = self._inherited[watchlist] = self._inheritance(self._references.get(watchlist, {}))
        return known

    def _inheritance(self, references: Mapping[int, _References]) -> _Inherited:
        asked: dict[str, frozenset[str]] = {}
        spreads = bool(references)
        while spreads:
            spreads = False
            for number, refers in references.items():
                rule = self.rule(number)
                wanted = wanted_slots(rule) | asked.get(rule.id, frozenset())
                for name in refers.asking:
                    known = asked.get(name, frozenset())
                    if not wanted <= known:
                        asked[name] = known | wanted
                        spreads = True
        return asked

    # anchors

    def _admit(self, number: int) -> None:
        """Let a rule wait at its anchors, and note what it names."""
        rule = self.rule(number)
        anchors, survey, references = self._survey(rule)
        for anchor in anchors:
            self._index.add(number, anchor)
        if survey.fields:
            self._fields.update(survey.fields)
        if references.all:
            self._references.setdefault(rule.watchlist, {})[number] = references

    def _dismiss(self, number: int) -> None:
        """Take back what `_admit` did. The rules that it refers to must still be there."""
        rule = self.rule(number)
        anchors, survey, references = self._survey(rule)
        for anchor in anchors:
            self._index.remove(number, anchor)
        self._fields -= Counter(survey.fields)
        if references.all:
            self._references[rule.watchlist] = dict(self._references[rule.watchlist])
            del self._references[rule.watchlist][number]
        self._stored[number] = None

    def _survey(self, rule: Rule) -> tuple[Anchors, Survey, _References]:
        survey = Survey(self.compiler, lambda name: self._groups_of(rule.watchlist, name))
        query = survey.groups(rule.query)
        retract = survey.groups(rule.retract) if rule.retract is not None else []
        asking = frozenset(survey.refers_to)
        require = survey.groups(rule.require) if rule.require is not None else []
        if rule.except_ is not None:
            survey.exclude(rule.except_)
        anchors = [_anchor(query + require)]
        if rule.retract is not None:
            anchors.append(_anchor(retract + require))
        return tuple(anchors), survey, _References(asking, frozenset(survey.refers_to))

    def _groups_of(self, watchlist: str, name: str) -> Groups:
        """The groups that another rule needs."""
        known = self._groups.get((watchlist, name))
        if known is None:
            rule = self.rule(self.number(watchlist, name))
            survey = Survey(self.compiler, lambda other: self._groups_of(watchlist, other))
            known = survey.groups(rule.query)
            if rule.require is not None:
                known = known + survey.groups(rule.require)
            self._groups[watchlist, name] = known
        return known

    # a successor

    def with_rules(self, rules: Iterable[Rule]) -> StoredRules:
        """Exactly these rules, in this order; those that are the same objects are not looked at again."""
        wanted = list(rules)
        held = {id(rule): number for number, rule in enumerate(self._rules) if rule is not None}
        numbers = [held.pop(id(rule), None) for rule in wanted]
        gone = list(held.values())
        if self._left_behind + len(gone) > max(_MOST_LEFT_BEHIND, len(wanted)):
            return StoredRules(wanted)
        new = [rule for rule, number in zip(wanted, numbers, strict=True) if number is None]
        made = self._copy()
        placed = iter(made._replace(gone, new))
        made._order([number if number is not None else next(placed) for number in numbers])
        return made

    def _copy(self) -> StoredRules:
        made = StoredRules()
        made.compiler = self.compiler
        made._index = self._index.copy()
        made._rules = self._rules.copy()
        made._stored = self._stored.copy()
        made._free = self._free.copy()
        made._left_behind = self._left_behind
        made._fields = self._fields.copy()
        made._references = self._references.copy()
        return made

    def _replace(self, gone: Sequence[int], new: Sequence[Rule]) -> list[int]:
        """Take out the rules that are gone and take in new ones; the numbers of these."""
        names = {(rule.watchlist, rule.id) for rule in (*map(self.rule, gone), *new)}
        touched = self._referring_to(names)
        inherited = {watchlist: self._inherited_in(watchlist) for watchlist, _ in names}
        stay = touched - set(gone)
        for number in (*gone, *stay):
            self._dismiss(number)
        for number in gone:
            self._rules[number] = None
        self._free += gone
        self._left_behind += len(gone)
        numbers = [self._place(rule) for rule in new]
        self._forget()
        for number in (*numbers, *stay):
            self._admit(number)
        self._drop_compiled(inherited)
        return numbers

    def _referring_to(self, names: set[tuple[str, str]]) -> set[int]:
        """The rules that refer to one of these, or to a rule that does. Their anchors may rest on it."""
        found: set[int] = set()
        for watchlist in {watchlist for watchlist, _ in names}:
            changed = {name for other, name in names if other == watchlist}
            references = self._references.get(watchlist, {})
            while more := {n for n, refers in references.items() if n not in found and refers.all & changed}:
                found |= more
                changed |= {self.rule(number).id for number in more}
        return found

    def _place(self, rule: Rule) -> int:
        if self._free:
            number = self._free.pop()
            self._rules[number] = rule
            return number
        self._rules.append(rule)
        self._stored.append(None)
        return len(self._rules) - 1

    def _drop_compiled(self, before: Mapping[str, _Inherited]) -> None:
        """A rule of which others ask for more or for less than before is compiled anew."""
        for watchlist, former in before.items():
            now = self._inherited_in(watchlist)
            for name in {*former, *now}:
                if former.get(name) != now.get(name) and (number := self._number_or_none(watchlist, name)) is not None:
                    self._stored[number] = None

    def _number_or_none(self, watchlist: str, name: str) -> int | None:
        try:
            return self.number(watchlist, name)
        except KeyError:
            return None

    def _order(self, numbers: Sequence[int]) -> None:
        """Tell the rules in this order, whatever their numbers."""
        self._count = len(numbers)
        if all(before < after for before, after in pairwise(numbers)):
            self._ranks = None
            return
        ranks = array("L", bytes(array("L").itemsize * len(self._rules)))
        for rank, number in enumerate(numbers):
            ranks[number] = rank
        self._ranks = ranks


def _anchor(groups: Groups) -> tuple[int, ...] | None:
    return rarest(groups).terms if groups else None
