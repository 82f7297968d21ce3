"""The rules of an engine: numbered, waiting at their anchors, and compiled when an article first calls for them.

What an engine matches with is never changed. `with_rules` makes a successor that shares all that stands, so whoever
matches at that moment goes on with the former rules, whole.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import is_

from monitor.model import TEXT_FIELDS
from monitor.query.columns import Columns, dumps, loads
from monitor.query.compile import Compiler
from monitor.query.facts import wanted_slots
from monitor.query.found import Clause
from monitor.query.index import Field, Index
from monitor.query.packed import pack_index, pack_vocabulary, unpack_index, unpack_vocabulary
from monitor.query.rule import Rule
from monitor.query.slots import Bound, bound_slots
from monitor.query.survey import Groups, Survey, rarest
from monitor.query.tree import Node

_MOST_LEFT_BEHIND = 1_000
"""A rule that goes leaves its terms in the vocabulary, and its number in the index. Where there are more numbers than
these, and half of them stand for nothing, all is built afresh."""

_NEW = -1


@dataclass(frozen=True, slots=True)
class Stored:
    """A rule ready to be tried; `asked` are the slots whose values it gives."""

    rule: Rule
    asked: frozenset[str]
    query: Clause
    except_: Clause | None
    require: Clause | None
    retract: Clause | None


class StoredRules:
    """Rules by their numbers. They must be sound: resolved, without cycles of `%rule` (see `monitor.watchlist`)."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.compiler = Compiler()
        self._index = Index()
        self._in_order = list(rules)
        self._order = array("q", range(len(self._in_order)))
        self._ranks: array[int] | None = None
        self._rules: list[Rule | None] = [*self._in_order]
        self._stored: list[Stored | None] = [None] * len(self._rules)
        self._fields: dict[int, frozenset[str]] = {}
        self._references: dict[str, dict[int, frozenset[str]]] = {}
        self._numbers: dict[tuple[str, str], int] | None = None
        self._asked_for_more: dict[tuple[int, frozenset[str]], Stored] = {}
        self._groups: dict[tuple[str, str], Groups] = {}
        for number in range(len(self._rules)):
            self._admit(number)

    def __len__(self) -> int:
        return len(self._order)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a query names, but for those that every article is searched in anyway."""
        return frozenset[str]().union(*self._fields.values())

    def naming(self, field: str) -> list[Rule]:
        """The rules that name a field which not every article is searched in."""
        return [self.rule(number) for number, fields in self._fields.items() if field in fields]

    def candidates(self, terms: Iterable[Iterable[int]]) -> list[int]:
        """The rules, in order, that the index cannot rule out; `terms` are those hit in each field."""
        return self._in_their_order(self._index.candidates(terms))

    def near(self, fields: Iterable[Field]) -> list[int]:
        """The same without those that need two terms near each other that are not."""
        return self._in_their_order(self._index.near(fields))

    def _in_their_order(self, called: Iterable[int]) -> list[int]:
        if self._ranks is None:
            return sorted(called)
        return sorted((number for number in called if self._rules[number] is not None), key=self._ranks.__getitem__)

    def rule(self, number: int) -> Rule:
        """The rule of a number."""
        rule = self._rules[number]
        if rule is None:
            raise LookupError(f"there is no rule {number}")
        return rule

    def number(self, watchlist: str, rule: str) -> int:
        """The number of a rule."""
        return self._named[watchlist, rule]

    @property
    def _named(self) -> dict[tuple[str, str], int]:
        if self._numbers is None:
            names = ((rule.watchlist, rule.id) for rule in self._in_order)
            self._numbers = dict(zip(names, self._order, strict=True))
        return self._numbers

    def stored(self, number: int, slots: frozenset[str] = frozenset()) -> Stored:
        """The compiled rule of a number, as it answers one that asks it for these slots too.

        Its own answers stay as they are: slots that are asked for change which parts of a chain are anchors.
        """
        stored = self._stored[number]
        if stored is None:
            rule = self.rule(number)
            stored = self._stored[number] = self._compiled(rule, wanted_slots(rule))
        if slots <= stored.asked:
            return stored
        asked = stored.asked | slots
        known = self._asked_for_more.get((number, asked))
        if known is None:
            known = self._asked_for_more[number, asked] = self._compiled(stored.rule, asked)
        return known

    # compiling

    def _compiled(self, rule: Rule, asked: frozenset[str]) -> Stored:
        nothing = frozenset[str]()
        return Stored(
            rule,
            asked,
            self._clause(rule, rule.query, asked, late=False),
            self._clause(rule, rule.except_, nothing, late=True) if rule.except_ is not None else None,
            self._clause(rule, rule.require, nothing, late=False) if rule.require is not None else None,
            self._clause(rule, rule.retract, asked, late=False) if rule.retract is not None else None,
        )

    def clause(self, rule: Rule, node: Node, *, slots: bool, late: bool) -> Clause:
        """A query of a rule, or a part of one, compiled as it is within the whole.

        `slots`: the values of its slots are asked for (in `query` and `retract`); `late`: it only excludes.
        """
        return self._clause(rule, node, wanted_slots(rule) if slots else frozenset[str](), late=late)

    def _clause(self, rule: Rule, node: Node, asked: frozenset[str], *, late: bool) -> Clause:
        return self.compiler.compile(
            node, rule.watchlist, asked, lambda name: self._bound(rule.watchlist, name), late=late
        )

    def _bound(self, watchlist: str, name: str) -> Bound:
        query = self.rule(self.number(watchlist, name)).query
        return bound_slots(query, lambda other: self._bound(watchlist, other))

    # anchors

    def _admit(self, number: int) -> None:
        """Let a rule wait at its anchors, and note what it names."""
        rule = self.rule(number)
        survey = Survey(self.compiler, lambda name: self._groups_of(rule.watchlist, name))
        query = survey.groups(rule.query)
        retract = survey.groups(rule.retract) if rule.retract is not None else None
        require = survey.groups(rule.require) if rule.require is not None else []
        if rule.except_ is not None:
            survey.exclude(rule.except_)
        if retract is None and query:
            anchor = rarest(query + require)
            self._index.add(number, anchor.terms, survey.companion(rule.query, anchor))
        else:
            self._index.add(number, _anchor(query + require))
        if retract is not None:
            self._index.add(number, _anchor(retract + require))
        if survey.refers_to:
            self._references.setdefault(rule.watchlist, {})[number] = frozenset(survey.refers_to)
        if named := survey.fields.difference(TEXT_FIELDS, ("lead",)):
            self._fields[number] = frozenset(named)

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
        numbers, new, gone = self._compare(wanted)
        names = _by_watchlist((*map(self.rule, gone), *map(wanted.__getitem__, new)))
        if touched := self._referring_to(names) - gone:
            gone |= touched
            new = [*new, *(at for at, number in enumerate(numbers) if number in touched)]
        if len(self._rules) + len(new) > max(_MOST_LEFT_BEHIND, 2 * len(wanted)):
            return StoredRules(wanted)
        made = self._copy()
        made._leave(gone)
        for at in new:
            numbers[at] = made._place(wanted[at])
        made._in_order, made._order = wanted, numbers
        made._ranks = _ranks(numbers, len(made._rules))
        for at in new:
            made._admit(numbers[at])
        return made

    # over a restart

    def packed(self) -> bytes:
        """What was worked out for these rules together, as bytes; the rules themselves are not in it."""
        fields = [(number, name) for number, names in self._fields.items() for name in sorted(names)]
        refers = [
            (number, name)
            for by_number in self._references.values()
            for number, names in by_number.items()
            for name in sorted(names)
        ]
        numbers = {
            "order": self._order,
            "numbers": array("I", [len(self._rules)]),
            "fields of": array("I", [number for number, _ in fields]),
            "referring": array("I", [number for number, _ in refers]),
        }
        texts = {"fields": [name for _, name in fields], "refers to": [name for _, name in refers]}
        return dumps(
            {
                "early": pack_vocabulary(self.compiler.early),
                "late": pack_vocabulary(self.compiler.late),
                "index": pack_index(self._index),
                "rules": Columns(numbers, texts),
            }
        )

    @classmethod
    def unpacked(cls, content: bytes, rules: Sequence[Rule | None]) -> StoredRules:
        """The same rules in the same order, with None for those that are no longer what they were.

        Raises ValueError, TypeError, KeyError or IndexError where the bytes are not what was packed for so many rules.
        """
        parts = loads(content)
        made = cls()
        made.compiler = Compiler(unpack_vocabulary(parts["early"]), unpack_vocabulary(parts["late"]))
        made._index = unpack_index(parts["index"])
        numbers, texts = parts["rules"].numbers, parts["rules"].texts
        made._rules = [None] * numbers["numbers"][0]
        made._stored = [None] * len(made._rules)
        for number, rule in zip(numbers["order"], rules, strict=True):
            made._rules[number] = rule
        made._in_order = [rule for rule in rules if rule is not None]
        made._order = array("q", (n for n in numbers["order"] if made._rules[n] is not None))
        made._ranks = _ranks(made._order, len(made._rules))
        for number, name in zip(numbers["fields of"], texts["fields"], strict=True):
            if made._rules[number] is not None:
                made._fields[number] = made._fields.get(number, frozenset()) | {name}
        for number, name in zip(numbers["referring"], texts["refers to"], strict=True):
            if (referring := made._rules[number]) is not None:
                of = made._references.setdefault(referring.watchlist, {})
                of[number] = of.get(number, frozenset()) | {name}
        return made

    def _compare(self, wanted: Sequence[Rule]) -> tuple[array[int], list[int], set[int]]:
        """The number of every rule, _NEW where it has none; the places of those; the numbers that go.

        Most changes are of a few rules side by side, so what is the same before and after them is passed over at once.
        """
        former, order = self._in_order, self._order
        before = _alike(former, wanted)
        after = _alike(reversed(former[before:]), reversed(wanted[before:]))
        held = dict(zip(map(id, former[before : len(former) - after]), order[before:], strict=False))
        numbers = [held.pop(id(rule), _NEW) for rule in wanted[before : len(wanted) - after]]
        new = [at for at, number in enumerate(numbers, before) if number == _NEW]
        return order[:before] + array("q", numbers) + order[len(order) - after :], new, set(held.values())

    def _copy(self) -> StoredRules:
        made = StoredRules()
        made.compiler = self.compiler
        made._index = self._index.copy()
        made._rules = self._rules.copy()
        made._stored = self._stored.copy()
        made._fields = self._fields.copy()
        made._references = self._references.copy()
        made._asked_for_more = self._asked_for_more.copy()
        return made

    def _leave(self, gone: Iterable[int]) -> None:
        """Take rules out. They still stand in the index, where nobody who asks for candidates sees them."""
        for watchlist in {self.rule(number).watchlist for number in gone}:
            if watchlist in self._references:
                self._references[watchlist] = self._references[watchlist].copy()
        for number in gone:
            self._references.get(self.rule(number).watchlist, {}).pop(number, None)
            self._fields.pop(number, None)
            self._rules[number] = self._stored[number] = None

    def _place(self, rule: Rule) -> int:
        self._rules.append(rule)
        self._stored.append(None)
        return len(self._rules) - 1

    def _referring_to(self, names: Mapping[str, set[str]]) -> set[int]:
        """The rules that refer to one of these, or to a rule that does. Their anchors may rest on it."""
        found: set[int] = set()
        for watchlist, changed in names.items():
            references = self._references.get(watchlist, {})
            while more := {n for n, refers in references.items() if n not in found and refers & changed}:
                found |= more
                changed |= {self.rule(number).id for number in more}
        return found


def _anchor(groups: Groups) -> tuple[int, ...] | None:
    return rarest(groups).terms if groups else None


def _by_watchlist(rules: Iterable[Rule]) -> dict[str, set[str]]:
    """The ids of rules, by their watchlists."""
    names: dict[str, set[str]] = {}
    for rule in rules:
        names.setdefault(rule.watchlist, set()).add(rule.id)
    return names


def _alike(one: Iterable[Rule], other: Iterable[Rule]) -> int:
    """How many rules both begin with."""
    return sum(1 for _ in takewhile(bool, map(is_, one, other)))


def _ranks(numbers: array[int], most: int) -> array[int]:
    """For each number its place; `numbers` are all below `most`."""
    ranks = array("q", bytes(numbers.itemsize * most))
    for rank, number in enumerate(numbers):
        ranks[number] = rank
    return ranks
