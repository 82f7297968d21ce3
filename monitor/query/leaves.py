"""Clauses without clauses in them: terms, lists, regular expressions and open slots."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from monitor.query.found import Bound, Finding, Looked, Mention, Run, Scope, findings
from monitor.query.reading import FieldReading
from monitor.query.scan import Scan
from monitor.query.spots import ANYWHERE

_VERSION = re.compile(r"\d.*")
_PLACE_OF_VERSION = re.compile(r"[ -]?#")

Hits = Mapping[int, list[tuple[int, int]]]
"""By term, the half-open ranges of words that it covers."""


class Leaf(Looked):
    """What all leaves share: every mention is a finding."""

    __slots__ = ()
    cost: ClassVar[int] = 0

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        raise NotImplementedError

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:  # noqa: ARG002  (what is not looked for)
        return ANYWHERE

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return findings(self.mentions(run, scope), run)


@dataclass(frozen=True, slots=True)
class TermsLeaf(Leaf):
    """One term, or several of which any will do."""

    terms: tuple[int, ...]

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        return run.once(self, scope, self._find)

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:  # noqa: ARG002
        return field.early.spots_of(self.terms)

    def _hits(self, field: FieldReading) -> Hits:
        return field.early.hits

    def _find(self, run: Run, scope: Scope) -> list[Mention]:
        found: dict[Mention, None] = {}
        for reading, limit in run.fields(scope):
            hits = self._hits(reading)
            for term in self.terms:
                for range_ in hits.get(term, ()):
                    if range_[1] <= limit:
                        found[Mention(reading.name, *range_, (range_,))] = None
        return list(found)


@dataclass(frozen=True, slots=True)
class LateTermsLeaf(TermsLeaf):
    """The same for terms that only exclude, which are looked for when they are asked for.

    `paths` are the words of their spellings, `heads` how those of several words begin (see `Vocabulary`).
    """

    paths: tuple[tuple[int, ...], ...]
    heads: tuple[int, ...]

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:  # noqa: ARG002
        return self._scan(field).spots_of(self.terms) if field.may_exclude(self.paths) else 0

    def _hits(self, field: FieldReading) -> Hits:
        return self._scan(field).hits if field.may_exclude(self.paths) else {}

    def _scan(self, field: FieldReading) -> Scan:
        field.late.follow(self.heads)
        return field.late


@dataclass(frozen=True, slots=True)
class Table:
    """A list ready to match: term number -> place in the list and name. All references share it, and its mentions."""

    names: Mapping[int, tuple[int, str]]
    late: bool = False

    def occurrences(self, run: Run, reading: FieldReading) -> list[tuple[int, int, str]]:
        """Start, end and name of every mention in a field; of overlapping ones the longest, the first in the list."""
        key = (id(self), reading.name)
        found: list[tuple[int, int, str]] | None = run.cache.get(key)
        if found is None:
            hits = self._scan(reading).hits
            known = sorted(hits.keys() & self.names.keys(), key=self.names.__getitem__)
            found = longest((*range_, self.names[term][1]) for term in known for range_ in hits[term])
            run.cache[key] = found
        return found

    def _scan(self, field: FieldReading) -> Scan:
        return field.late.follow_all() if self.late else field.early

    def spots(self, run: Run, field: FieldReading) -> int:
        """The words of all its names in a field, as bits."""
        key = (id(self), field.name, "spots")
        found: int | None = run.cache.get(key)
        if found is None:
            scan = self._scan(field)
            found = run.cache[key] = scan.spots_of(scan.hits.keys() & self.names.keys())
        return found


@dataclass(frozen=True, slots=True)
class ListLeaf(Leaf):
    """`@list`, perhaps only one of its names.

    It binds `slot` to the name, with the version found in place of its `#`, and `written` to the words as they stand in
    the text (empty: the rule does not ask).
    """

    table: Table
    slot: str = ""
    name: str = ""
    written: str = ""

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        return run.once(self, scope, self._find)

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:  # noqa: ARG002
        return self.table.spots(run, field)

    def _find(self, run: Run, scope: Scope) -> list[Mention]:
        return [
            Mention(reading.name, start, end, ((start, end),), self._bound(reading, start, end, name))
            for reading, limit in run.fields(scope)
            for start, end, name in self.table.occurrences(run, reading)
            if end <= limit and (not self.name or name == self.name)
        ]

    def _bound(self, reading: FieldReading, start: int, end: int, name: str) -> Bound:
        if "#" in name:
            name = told(name, reading.words[start:end])
        if not self.written:
            return ((self.slot, name),) if self.slot else ()
        first, after = reading.range_of(start, end)
        written = (self.written, " ".join(reading.original[first:after].split()))
        return ((self.slot, name), written) if self.slot else (written,)


def told(name: str, words: Sequence[str]) -> str:
    """An entry's name as a value: `GPT-#` is GPT-5.2 where the words have that version, GPT where they have none."""
    versions = [found[0] for word in words if (found := _VERSION.search(word))]
    return name.replace("#", versions[-1]) if versions else _PLACE_OF_VERSION.sub("", name)


def longest(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of overlapping ranges the longest, then the earlier in the text, then the first given; in order of start."""
    kept: list[tuple[int, int, str]] = []
    taken: set[int] = set()
    for start, end, name in sorted(found, key=lambda range_: (range_[0] - range_[1], range_[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end, name))
    return sorted(kept)


@dataclass(frozen=True, slots=True)
class RegexLeaf(Leaf):
    """A pattern on RE2 over the folded text of a field; its evidence is widened to whole words.

    The slot takes the first group where the pattern has one, else all that it matched.
    """

    pattern: Any
    slot: str = ""

    cost: ClassVar[int] = 5

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        return [
            mention
            for reading, limit in run.fields(scope)
            for found in self.pattern.finditer(reading.folded.text)
            if (mention := self._mention(reading, found)) is not None and mention.end <= limit
        ]

    def _mention(self, reading: FieldReading, found: Any) -> Mention | None:
        first = bisect_right(reading.ends, found.start())
        after = bisect_left(reading.starts, found.end())
        if first >= after:
            return None
        value = (found[1] if found.re.groups and found[1] else found[0]).strip()
        return Mention(reading.name, first, after, ((first, after),), ((self.slot, value),) if self.slot else ())


@dataclass(frozen=True, slots=True)
class OpenLeaf(Leaf):
    """NAME and MONEY: `find` gives the ranges of words in a field, each with its value."""

    find: Callable[[FieldReading], list[tuple[int, int, str]]]
    slot: str = ""

    cost: ClassVar[int] = 9

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        return run.once(self, scope, self._find)

    def _find(self, run: Run, scope: Scope) -> list[Mention]:
        return [
            Mention(reading.name, start, end, ((start, end),), ((self.slot, value),) if self.slot else ())
            for reading, limit in run.fields(scope)
            for start, end, value in self.find(reading)
            if end <= limit
        ]
