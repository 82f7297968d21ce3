"""Clauses over whole articles: AND, OR, AND NOT, counts, field prefixes and references to other rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from monitor.query.found import (
    FIELD_ORDER,
    MOST_COMBINED,
    Bound,
    Clause,
    Finding,
    Looked,
    Mention,
    Mentioner,
    Run,
    Scope,
    findings,
    merge,
    tightest,
)
from monitor.query.reading import FieldReading
from monitor.query.rows import words_between


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND: every child is satisfied; slots of the children combine freely, a slot bound twice must agree."""

    children: tuple[Clause, ...]

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return all(child.may_hold(run, scope) for child in self.children)

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        solved = []
        for child in self.children:
            found = child.solve(run, scope)
            if not found:
                return []
            solved.append(found)
        return joined(solved, run)


def joined(solved: Sequence[list[Finding]], run: Run) -> list[Finding]:
    """One finding of each, in every combination that agrees; for `except` their sum, since every word counts there."""
    if run.every:
        return [finding for found in solved for finding in found]
    return reduce(lambda one, other: tightest(run.at_most(MOST_COMBINED, _pairs(one, other))), map(tightest, solved))


def _pairs(one: Iterable[Finding], other: Sequence[Finding]) -> Iterable[Finding]:
    for left in one:
        for right in other:
            bound = merge(left.bound, right.bound)
            if bound is not None:
                loose = tuple(sorted({**dict(right.loose), **dict(left.loose)}.items()))
                yield Finding(
                    (*left.mentions, *right.mentions), bound, loose, tuple(dict.fromkeys((*left.beside, *right.beside)))
                )


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR: the findings of all children."""

    children: tuple[Clause, ...]

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return any(child.may_hold(run, scope) for child in self.children)

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return [finding for child in self.children for finding in child.solve(run, scope)]


@dataclass(frozen=True, slots=True)
class AnyMention(Looked):
    """OR inside a chain: the mentions of all children."""

    children: tuple[Mentioner, ...]

    @property
    def cost(self) -> int:
        return max(child.cost for child in self.children)

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        if run.struck or run.every:  # a chain within has other mentions then
            return self._find(run, scope)
        return run.once(self, scope, self._find)

    def _find(self, run: Run, scope: Scope) -> list[Mention]:
        return list(dict.fromkeys(m for child in self.children for m in child.mentions(run, scope)))

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        return reduce(or_, (child.spots(run, scope, field) for child in self.children))

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return findings(self.mentions(run, scope), run)


@dataclass(frozen=True, slots=True)
class Without:
    """AND NOT: nothing at all where something unwanted is found anywhere in its scope."""

    wanted: Clause
    unwanted: tuple[Clause, ...]

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return self.wanted.may_hold(run, scope)

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        found = self.wanted.solve(run, scope)
        if not found:
            return []
        unstruck = run.unstruck()
        for unwanted in self.unwanted:
            if unwanted.may_hold(unstruck, scope) and unwanted.solve(unstruck, scope):
                return []
        return found


@dataclass(frozen=True, slots=True)
class Offered:
    """AND MAYBE: slots that stayed open take their values from one mention elsewhere in the article.

    That is the nearest in a sentence of the finding, else the nearest in a paragraph of it, else the first of the
    article, its title and summary before its body. One that disagrees with what is bound already is passed over, and
    one whose words gave a value already.
    """

    wanted: Clause
    offered: Mentioner

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return self.wanted.may_hold(run, scope)

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        found = self.wanted.solve(run, scope)
        if not found or run.every:
            return found
        unstruck = run.unstruck()
        offered = self.offered.mentions(unstruck, scope)
        return [self._filled(run, finding, offered) for finding in tightest(found)] if offered else found

    def _filled(self, run: Run, finding: Finding, offered: Sequence[Mention]) -> Finding:
        known = dict(finding.values)
        fitting = [m for m in offered if _adds(m, known) and not _overlaps(m, finding)]
        if not fitting:
            return finding
        nearest = min(fitting, key=lambda m: (*_remoteness(run, m, finding), m.place))
        loose = {slot: value for slot, value in nearest.bound if slot not in known}
        values = tuple(sorted({**dict(finding.loose), **loose}.items()))
        return replace(finding, loose=values, beside=(*finding.beside, nearest))


def _adds(mention: Mention, known: Mapping[str, str]) -> bool:
    """Does it fill a slot, and contradict none?"""
    fills = any(slot not in known for slot, _ in mention.bound)
    return fills and all(known.get(slot, value) == value for slot, value in mention.bound)


def _overlaps(mention: Mention, finding: Finding) -> bool:
    return any(
        other.bound and mention.field == other.field and mention.shares_words(other) for other in finding.mentions
    )


def _remoteness(run: Run, mention: Mention, finding: Finding) -> tuple[float, float, float]:
    """Orders what is offered to a finding: its sentence, its paragraph, the article from its beginning."""
    field = run.reading.fields[mention.field]
    same = [other for other in finding.mentions if other.field == mention.field]
    for rank, number_of in enumerate((field.sentence_of, field.paragraph_of)):
        place = number_of(mention.start)
        near = [other for other in same if number_of(other.start) <= place <= number_of(other.end - 1)]
        if near:
            return (rank, min(words_between(field, mention, other) for other in near), 0)
    return (2, FIELD_ORDER[mention.field], mention.start)


@dataclass(frozen=True, slots=True)
class Mentions:
    """ATLEAST: so many mentions that do not overlap. Each binding is proved by all of them."""

    child: Clause
    count: int

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return self.child.may_hold(run, scope)

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        found = self.child.solve(run, scope)
        apart = _apart([mention for finding in found for mention in finding.mentions])
        if len(apart) < self.count:
            return []
        return [Finding(tuple(apart), bound) for bound in dict.fromkeys(finding.bound for finding in found)]


def _apart(mentions: Iterable[Mention]) -> list[Mention]:
    """As many mentions without overlap as there can be: always the one that ends first."""
    apart: list[Mention] = []
    ends: dict[str, int] = {}
    for mention in sorted(mentions, key=lambda m: (m.end, -m.start, FIELD_ORDER[m.field], m.place)):
        if mention.start >= ends.get(mention.field, 0):
            apart.append(mention)
            ends[mention.field] = mention.end
    return apart


@dataclass(frozen=True, slots=True)
class FirstWords(Looked):
    """FIRST/50: mentions that end within the first words of their field."""

    child: Mentioner
    words: int

    @property
    def cost(self) -> int:
        return self.child.cost

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        return [
            m for m in self.child.mentions(run, scope) if run.reading.fields[m.field].between(0, m.end) <= self.words
        ]

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        return self.child.spots(run, scope, field)

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return findings(self.mentions(run, scope), run)


@dataclass(frozen=True, slots=True)
class SomeOfThem:
    """`2 OF (a, b, c)`: so many children at least that agree in their slots; all that agree take part."""

    children: tuple[Clause, ...]
    count: int

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return sum(child.may_hold(run, scope) for child in self.children) >= self.count

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        solved = [found for child in self.children if (found := child.solve(run, scope))]
        if len(solved) < self.count:
            return []
        if run.every:
            return [finding for found in solved for finding in found]
        return _fullest([finding for taken, finding in _agreeing(map(tightest, solved), run) if taken >= self.count])


def _agreeing(solved: Iterable[list[Finding]], run: Run) -> Iterable[tuple[int, Finding]]:
    """For every binding the finding that the most children take part in, with their number; a child may be left out."""
    best: dict[Bound, tuple[int, Finding]] = {(): (0, Finding(()))}
    for found in solved:
        known = [*best.values()]
        for taken, finding in known:
            for joint in run.at_most(MOST_COMBINED, _pairs([finding], found)):
                number, rival = best.get(joint.bound, (0, joint))
                if taken + 1 > number or (taken + 1 == number and joint.is_tighter(rival)):
                    best[joint.bound] = (taken + 1, joint)
    return best.values()


def _fullest(found: Sequence[Finding]) -> list[Finding]:
    """Those whose slots are not all in another one with more."""
    bounds = [frozenset(finding.bound) for finding in found]
    return [each for each, mine in zip(found, bounds, strict=True) if not any(mine < other for other in bounds)]


@dataclass(frozen=True, slots=True)
class InField:
    """A field prefix."""

    child: Clause
    field: str

    def may_hold(self, run: Run, scope: Scope) -> bool:
        return self.child.may_hold(run, scope.within(self.field))

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return self.child.solve(run, scope.within(self.field))


@dataclass(frozen=True, slots=True)
class MentionInField(Looked):
    """A field prefix inside a chain."""

    child: Mentioner
    field: str

    @property
    def cost(self) -> int:
        return self.child.cost

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        return self.child.mentions(run, scope.within(self.field))

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        within = scope.within(self.field)
        return self.child.spots(run, within, field) if field.name in (within.fields or ()) else 0

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return findings(self.mentions(run, scope), run)


@dataclass(frozen=True, slots=True)
class OtherRule:
    """`%rule`: the findings of another rule of the watchlist, after its own `except`; `slots` are asked of it."""

    watchlist: str
    rule: str
    slots: frozenset[str] = frozenset()

    def may_hold(self, run: Run, scope: Scope) -> bool:  # noqa: ARG002  (the other rule has a look of its own)
        return True

    def solve(self, run: Run, scope: Scope) -> list[Finding]:  # noqa: ARG002  (a rule has a scope of its own)
        return list(run.findings_of(self.watchlist, self.rule, self.slots, run))
