"""Titles of several facts in one line: `Czechia, Italy: DeepSeek banned` of two that differ in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from monitor.digest.words import Words

MOST_FACTS = 50
"""How many facts one clause lists before it counts the rest."""

_PARTING = set(",;:()（）：；，、")
"""Marks that would make a list ambiguous."""

_CURRENCIES = set("$€£¥")

Split = tuple[str, ...]


@dataclass(slots=True)
class _Group:
    """Titles that begin and end alike; a single title is all middle."""

    start: Split
    middles: list[Split]
    end: Split

    def takes(self, title: Split) -> bool:
        """Take in a title that differs in the same place, if the list stays clear; say whether it did."""
        return self._joins(title) if len(self.middles) > 1 else self._begins(title)

    def _begins(self, title: Split) -> bool:
        """The second title settles where titles of the group may differ."""
        alone = self.middles[0]
        if (found := _shape(alone, title)) is None:
            return False
        start, end = found
        middles = [each[start : len(each) - end] for each in (alone, title)]
        if not _is_clear(middles):
            return False
        self.start, self.middles, self.end = title[:start], middles, title[len(title) - end :]
        return True

    def _joins(self, title: Split) -> bool:
        start, end = len(self.start), len(self.end)
        middle = title[start : len(title) - end]
        alike = title[:start] == self.start and title[len(title) - end :] == self.end
        if not alike or not middle or not _is_clear([self.middles[0], middle]):
            return False
        self.middles.append(middle)
        return True

    def said(self, words: Words) -> str:
        colon = len(self.middles) > 1 and all(middle[-1].endswith(":") for middle in self.middles)
        names = [" ".join(middle) for middle in self.middles]
        names = [name.removesuffix(":") for name in names] if colon else names
        text = listed(names, words.comma, words) + ":" * colon
        return " ".join([*self.start, text, *self.end])


def merged(titles: Sequence[str], words: Words, most: int) -> str:
    """`Czechia, Italy: DeepSeek banned`; titles that do not differ in one place stand one after the other.

    Of those `most` are said and the rest is counted. What all begin with, up to its colon, is said once.
    """
    groups: list[_Group] = []
    rest = 0
    for title in dict.fromkeys(titles):
        split = tuple(title.split(" "))
        if any(group.takes(split) for group in groups):
            continue
        if len(groups) < MOST_FACTS:
            groups.append(_Group((), [split], ()))
        else:
            rest += 1
    said = [group.said(words) for group in groups]
    lead = _lead(said)
    said = [*said[:1], *(one.removeprefix(lead) for one in said[1:])]
    rest += sum(len(group.middles) for group in groups[most:])
    text = words.say("semicolon").join(said[:most])
    return words.say("and_more", text=text, n=rest) if rest else text


def listed(values: Sequence[str], separator: str, words: Words, most: int = MOST_FACTS) -> str:
    """The values, of which those after the first `most` are counted only."""
    if len(values) <= most:
        return separator.join(values)
    return words.say("and_more", text=separator.join(values[:most]), n=len(values) - most)


def _shape(one: Split, other: Split) -> tuple[int, int] | None:
    """With how many words both begin and end, so that a name of several words stays whole; None if neither.

    What stands before a colon is a name, and so is what ends in a number: `New York`, `Opus 4`; an amount of money
    keeps its unit: `$3 billion`.
    """
    shorter = min(len(one), len(other))
    start, end = _common(one, other), _common(one[::-1], other[::-1])
    if colon := next((n for n in range(start, 0, -1) if one[n - 1].endswith(":")), 0):
        start, end = colon, min(end, shorter - colon - 1)
    elif any(word.endswith(":") for word in one[start:]):
        start = 0
    end = min(end, *(len(title) - _after_colon(title, start) for title in (one, other)))
    end = _without_numbers(one, end)
    end -= end > 0 and any(_is_amount(title[-end - 1]) for title in (one, other) if len(title) > end)
    return (start, end) if 0 < start + end < shorter else None


def _after_colon(title: Split, start: int) -> int:
    """Where the words begin that may be an end: a word with a colon belongs to what stands before."""
    return next((n + 1 for n in range(len(title) - 1, start - 1, -1) if title[n].endswith(":")), start)


def _without_numbers(title: Split, end: int) -> int:
    while end and title[-end][:1].isdigit():
        end -= 1
    return end


def _is_amount(word: str) -> bool:
    return word[:1] in _CURRENCIES and word[1:2].isdigit()


def _is_clear(middles: Sequence[Split]) -> bool:
    """Whether a list of these is one at sight: no mark in them, but for the colon with which all of them end."""
    names = [" ".join(middle) for middle in middles]
    colon = all(name.endswith(":") for name in names)
    return not any(_PARTING & set(name.removesuffix(":") if colon else name) for name in names)


def _lead(said: Sequence[str]) -> str:
    """What all of several begin with, up to its colon and the blank after it."""
    first = said[0].partition(": ")
    lead = first[0] + first[1]
    return lead if len(said) > 1 and first[1] and all(one.startswith(lead) for one in said) else ""


def _common(one: Split, other: Split) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
