"""Mentions in the order of the text, so that what is near a place is found by bisection.

A chain asks for every mention of a part which mentions of the next are near it. Looking at all of them, an article of
6,000 hostile words took 9 to 19 s.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from math import inf

from monitor.query.found import Mention
from monitor.query.reading import FieldReading

_COORDINATED = re.compile(
    r"\s*(?:[,、，]\s*(?:(?:and|or|&|和|或|及|以及|与|與)\s*)?|(?:and|or|&)\s+|(?:和|或|及|以及|与|與)\s*)(?:(?:the|an?)\s+)?",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r"[\s\"'“”‘’「」《》(（]*"
    r"(?:(?:,\s*)?(?:such as|like|including|called|named)\s+|(?:比如|例如|如)\s*)?[\"'“”‘’「」《》(（]*",
    re.IGNORECASE,
)
_LONGEST_JOINT = 3
"""Words that stand between coordinated names at most (以及 the: each Chinese character is one)."""
_FIRST_BAND = 16.0
_FEW = 4
"""So many mentions are all looked at sooner than bisected."""


def _order(mention: Mention) -> tuple[int, int, object]:
    return (mention.start, -mention.end, mention.place)


class Row:
    """Mentions of one field."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.mentions = list(mentions)
        if len(self.mentions) > 1:
            self.mentions.sort(key=_order)
        self._breaks: dict[int, bool] = {}

    @cached_property
    def _starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate((mention.end for mention in self.mentions), max))

    @cached_property
    def _longest(self) -> int:
        return max((mention.end - mention.start for mention in self.mentions), default=0)

    def within(self, start: int, end: int) -> Sequence[Mention]:
        """Those that reach into a range of words or touch it, and perhaps others."""
        if len(self.mentions) <= _FEW:
            return self.mentions
        return self.mentions[bisect_left(self._starts, start - self._longest) : bisect_right(self._starts, end)]

    def outwards(
        self, field: FieldReading, neighbour: Mention, most: float, within: tuple[float, float] = (0, inf)
    ) -> Iterator[tuple[float, Mention]]:
        """Those at most so many words from a neighbour, the nearest first, with their distances.

        They are gathered band by band, since nearly always one of the nearest will do.
        """
        last = -1.0
        for band in _bands(most):
            reach = field.reach(int(min(band, field.length)))
            start, end = max(neighbour.start - reach, within[0]), min(neighbour.end + reach, within[1])
            near = [(nearness(field, m, neighbour), m) for m in self.within(int(start), int(end))]
            yield from ((rank[0], m) for rank, m in sorted(near) if last < rank[0] <= band)
            if band >= field.length:
                return
            last = band

    def named(self, field: FieldReading, name: Mention) -> Mention:
        """What a common noun stands for: the name right behind it ("the chatbot DeepSeek"); else what is given."""
        if not _is_noun(name):
            return name
        last = bisect_right(self._starts, name.end + _LONGEST_JOINT)
        behind = self.mentions[bisect_left(self._starts, name.end) : last]
        return next((m for m in behind if not _is_noun(m) and stands_for(field, name, m)), name)

    def around(self, field: FieldReading, name: Mention) -> Sequence[Mention]:
        """The mentions around a name among which those must be that are coordinated with it."""
        first = last = bisect_left(self.mentions, _order(name), key=_order)
        while first > 0 and (self._overlap(first, name) or not self._is_break(field, first)):
            first -= 1
        while last + 1 < len(self.mentions) and not self._is_break(field, last + 1):
            last += 1
        return self.mentions[first : last + 1]

    def _overlap(self, at: int, name: Mention) -> bool:
        return self.mentions[at] is not name and self.mentions[at].end > name.start

    def _is_break(self, field: FieldReading, at: int) -> bool:
        """Is a mention coordinated with none before it, whichever of them are taken?"""
        known = self._breaks.get(at)
        if known is None:
            start = self.mentions[at].start
            near = self.mentions[bisect_left(self._starts, start - _LONGEST_JOINT - self._longest) : at]
            known = self._ends[at - 1] <= start and not any(joins(field, m, self.mentions[at]) for m in near)
            self._breaks[at] = known
        return known


class Rows:
    """Mentions of any field, each field in a row."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions
        self._rows: dict[str, Row] = {}

    def of(self, field: FieldReading) -> Row:
        """The row of a field."""
        row = self._rows.get(field.name)
        if row is None:
            row = self._rows[field.name] = Row(m for m in self._mentions if m.field == field.name)
        return row


def _bands(most: float) -> Iterator[float]:
    band = _FIRST_BAND
    while band < most:
        yield band
        band *= 4
    yield most


def words_between(field: FieldReading, one: Mention, other: Mention) -> float:
    """Words between two mentions; nothing where they interleave."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    return field.between(first.end, second.start) if first.end < second.start else 0.0


Nearness = tuple[float, bool, tuple[int, int, object]]


def nearness(field: FieldReading, mention: Mention, neighbour: Mention) -> Nearness:
    """Orders mentions by how near they are to a neighbour: by the words between, then before after, then in order."""
    return words_between(field, mention, neighbour), mention.start > neighbour.start, _order(mention)


def coordinated(field: FieldReading, name: Mention, names: Iterable[Mention]) -> list[Mention]:
    """A name and those joined to it only by commas, and, or, 和, 、 ("Italy, Spain and Malta").

    `names` come in order; those around it will do (`Row.around`).
    """
    run: list[Mention] = []
    for mention in names:
        if mention is not name and mention.end > name.start and name.end > mention.start:
            continue
        if run and mention.start < run[-1].end:
            continue
        if run and not joins(field, run[-1], mention):
            if name in run:
                break
            run = []
        run.append(mention)
    return run if name in run else [name]


def _is_noun(name: Mention) -> bool:
    """Does its list call it by a common noun? Then the name's last word has a small letter: chatbot, AI companion."""
    return bool(name.bound) and all(value.rsplit(" ", 1)[-1][:1].islower() for _, value in name.bound)


def stands_for(field: FieldReading, noun: Mention, name: Mention) -> bool:
    """Does nothing but a quotation mark or a "such as" stand between a noun and a name?"""
    return _APPOSED.fullmatch(field.gap(noun.end, name.start)) is not None


def joins(field: FieldReading, before: Mention, after: Mention) -> bool:
    """Does nothing but a comma or an and stand between two mentions?"""
    between = after.start - before.end
    return 0 <= between <= _LONGEST_JOINT and _COORDINATED.fullmatch(field.gap(before.end, after.start)) is not None
