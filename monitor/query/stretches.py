"""Sentences and paragraphs of a field, by the words that they begin with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain, pairwise, repeat

from monitor.query.spots import ANYWHERE


class Stretches:
    """A field in stretches, one after the other; `firsts` are the numbers of the words that begin one."""

    def __init__(self, firsts: Sequence[int], length: int) -> None:
        self._firsts = firsts
        self._length = length

    def number_of(self, at: int) -> int:
        """The number of the stretch that holds a word."""
        return bisect_right(self._firsts, at)

    def around(self, at: int) -> tuple[int, int]:
        """The half-open range of words of the stretch that holds a word."""
        number = self.number_of(at)
        start = self._firsts[number - 1] if number else 0
        return start, self._firsts[number] if number < len(self._firsts) else self._length

    def numbers(self) -> list[int]:
        """The same for every word."""
        ends = pairwise((0, *self._firsts, self._length))
        return list(chain.from_iterable(repeat(number, end - start) for number, (start, end) in enumerate(ends)))

    def whole(self, spots: int) -> int:
        """All spots of the stretches that hold one of the spots given (see `monitor.query.spots`)."""
        if spots == ANYWHERE:
            return ANYWHERE
        found = 0
        while spots:
            start, end = self.around((spots & -spots).bit_length() - 1)
            found |= ((1 << (end - start)) - 1) << start
            spots = spots >> end << end
        return found
