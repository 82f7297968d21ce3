"""What an evaluation yields: mentions (stretches of one field), and findings (mentions that satisfy a query)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any, NamedTuple, Protocol, TypeVar

from monitor.model import SEARCHED_FIELDS, TEXT_FIELDS
from monitor.query.reading import FieldReading, Reading

Item = TypeVar("Item")
MOST_COMBINED = 5_000
"""Combinations of names for one mention of a verb, or of the sides of an AND; far beyond the facts that are told."""

CROWDED = "crowded"
"""Where a run notes in its cache that it has left out combinations."""

Bound = tuple[tuple[str, str], ...]
"""Slot values, sorted by slot."""

Words = tuple[tuple[int, int], ...]
"""Half-open ranges of word numbers within one field, in order."""


class Mention(NamedTuple):
    """A stretch of one field: its evidence is `words`; `optional` words (of a MAYBE) are shown but decide nothing."""

    field: str
    start: int
    end: int
    words: Words
    bound: Bound = ()
    optional: Words = ()

    @property
    def place(self) -> tuple[int, int, Words, Bound, Words]:
        """Orders the mentions of one field, so that no choice depends on the order of evaluation."""
        return (self.start, self.end, self.words, self.bound, self.optional)

    def shares_words(self, other: Mention) -> bool:
        """Do the two have a word in common? (Two stretches may interleave without sharing one.)"""
        if self.end <= other.start or other.end <= self.start:
            return False
        return any(a < d and c < b for a, b in self.words for c, d in other.words)


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a query is satisfied.

    What AND MAYBE offered from elsewhere is kept apart: `loose` are the slots that it filled, `beside` the mentions
    that it took them from. Neither decides a match, nor how tight it is.
    """

    mentions: tuple[Mention, ...]
    bound: Bound = ()
    loose: Bound = ()
    beside: tuple[Mention, ...] = ()

    @property
    def values(self) -> Bound:
        """All slots with their values."""
        return tuple(sorted({**dict(self.loose), **dict(self.bound)}.items()))

    @property
    def tightness(self) -> tuple[int, int, int, int]:
        """The smaller, the tighter: words covered, then title before summary before body, then the earlier."""
        if not self.mentions:
            return (0, 0, 0, 0)
        first = min(self.mentions, key=lambda m: (FIELD_ORDER[m.field], m.start))
        covered = sum(mention.end - mention.start for mention in self.mentions)
        return (covered, FIELD_ORDER[first.field], first.start, -sum(len(m.optional) for m in self.mentions))

    @property
    def places(self) -> tuple[object, ...]:
        """Orders findings that are equally tight, so that no choice depends on the order of evaluation."""
        return (tuple((FIELD_ORDER[m.field], m.words, m.optional) for m in self.mentions), self.bound)

    def is_tighter(self, other: Finding) -> bool:
        """Does this one prove its binding better than another one?"""
        mine, theirs = self.tightness, other.tightness
        return mine < theirs or (mine == theirs and self.places < other.places)


FIELD_ORDER = {name: at for at, name in enumerate(SEARCHED_FIELDS)}


def merge(one: Bound, other: Bound) -> Bound | None:
    """Both together; None where a slot would get two values."""
    if not other or one == other:
        return one
    if not one:
        return other
    values = dict(one)
    for slot, value in other:
        if values.setdefault(slot, value) != value:
            return None
    return tuple(sorted(values.items()))


def best_of(findings: Iterable[Finding]) -> Finding:
    """The tightest of all, whatever they bind."""
    return reduce(lambda one, other: other if other.is_tighter(one) else one, findings)


def tightest(findings: Iterable[Finding]) -> list[Finding]:
    """For every binding its tightest finding."""
    best: dict[Bound, Finding] = {}
    for finding in findings:
        known = best.get(finding.bound)
        if known is None or finding.is_tighter(known):
            best[finding.bound] = finding
    return list(best.values())


class Scope(NamedTuple):
    """The fields that a part of a query searches (None: the text fields); `lead` cuts the body to its beginning."""

    fields: tuple[str, ...] | None = None
    lead: bool = False

    def within(self, name: str) -> Scope:
        """The scope below a field prefix; a prefix inside another one narrows it."""
        return _narrowed(self, name)


@lru_cache(maxsize=256)
def _narrowed(scope: Scope, name: str) -> Scope:
    """There are few scopes, and every look at a part with a prefix asks for one."""
    wanted = TEXT_FIELDS if name == "lead" else (name,)
    kept = wanted if scope.fields is None else tuple(field for field in scope.fields if field in wanted)
    return Scope(kept, scope.lead or name == "lead")


FindingsOf = Callable[[str, str, frozenset[str], "Run"], Sequence["Finding"]]


@dataclass(slots=True)
class Run:
    """One evaluation of one article.

    `struck` holds, by field, the words of `except`; `every` asks for all findings instead of the tightest (for
    `except` itself). `findings_of` answers for `%rule` (watchlist, rule, the slots
    that are asked for). `cache` is shared by all rules of the article.
    """

    reading: Reading
    findings_of: FindingsOf
    struck: Mapping[str, frozenset[int]] = field(default_factory=dict)
    every: bool = False
    cache: dict[object, Any] = field(default_factory=dict)

    def fields(self, scope: Scope) -> list[tuple[FieldReading, int]]:
        """The readings of a scope, with the number of words that count."""
        found: list[tuple[FieldReading, int]] | None = self.cache.get(scope)
        if found is None:
            names = TEXT_FIELDS if scope.fields is None else scope.fields
            readings = [self.reading.fields[name] for name in names if name in self.reading.fields]
            found = [(reading, reading.lead_end if scope.lead else reading.length) for reading in readings]
            self.cache[scope] = found
        return found

    def looked_at(self, scope: Scope) -> Iterable[FieldReading]:
        """The fields of a scope for a first look: where it names none, a prefix within may still name any."""
        if scope.fields is None:
            return self.reading.fields.values()
        return [reading for reading, _ in self.fields(scope)]

    def once(self, clause: Mentioner, scope: Scope, find: Callable[[Run, Scope], list[Mention]]) -> list[Mention]:
        """The mentions of a clause that many rules share, found once for an article."""
        key = (id(clause), scope)
        known: list[Mention] | None = self.cache.get(key)
        if known is None:
            known = self.cache[key] = find(self, scope)
        return known

    def unstruck(self) -> Run:
        """The same for a part of a query that nothing strikes, and that needs its tightest findings only."""
        return Run(self.reading, self.findings_of, cache=self.cache) if self.struck or self.every else self

    def at_most(self, most: int, combined: Iterable[Item]) -> Iterator[Item]:
        """So many and no more, which is noted: without a limit eight slots and a long list hang an article."""
        for number, each in enumerate(combined):
            if number == most:
                self.cache[CROWDED] = True
                return
            yield each

    def is_struck(self, mention: Mention) -> bool:
        """Does its evidence share a word with a match of `except`?"""
        words = self.struck.get(mention.field, frozenset())
        return bool(words) and any(at in words for start, end in mention.words for at in range(start, end))


class Clause(Protocol):
    """A compiled part of a query."""

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        """All the ways in which it is satisfied (the tightest for each binding is enough unless `run.every`)."""
        ...

    def may_hold(self, run: Run, scope: Scope) -> bool:
        """A first look: False only if there is no way, whatever is struck; it builds nothing."""
        ...


class Mentioner(Clause, Protocol):
    """A clause whose matches are stretches of one field, so that it can take part in a chain.

    `cost` is a rank: a chain looks at its cheapest parts first.
    """

    @property
    def cost(self) -> int: ...

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        """Every mention, struck or not, in no particular order."""
        ...

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        """All words of a field that a mention may cover, as bits, and perhaps more (see `monitor.query.spots`)."""
        ...


def findings(mentions: Iterable[Mention], run: Run) -> list[Finding]:
    """Mentions as findings of their own, those struck by `except` left out."""
    return [Finding((mention,), mention.bound) for mention in mentions if not (run.struck and run.is_struck(mention))]


class Looked:
    """The first look at a clause whose matches are mentions: may it have one in any field?"""

    __slots__ = ()

    def may_hold(self: Mentioner, run: Run, scope: Scope) -> bool:
        for reading in run.looked_at(scope):  # noqa: SIM110  (asked for every candidate, and any() takes twice as long)
            if self.spots(run, scope, reading):
                return True
        return False
