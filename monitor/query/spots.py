"""Where words stand, as the bits of one integer: word 5 of a field is bit 5.

This is how a candidate rule is looked at before anything is built for it. Joining the spots of six verbs, or asking
whether one of them stands within ten words of a name, is a handful of operations on integers of some hundred bits: 2 µs
for a rule, where solving it takes 30 µs and more, and nine of ten candidates end here.
"""

from __future__ import annotations

from functools import lru_cache

ANYWHERE = -1
"""The spots of what is not looked for beforehand (a pattern, an open slot): every bit is set."""


def of_range(start: int, end: int) -> int:
    """The spots of a half-open range of words."""
    return ((1 << (end - start)) - 1) << start


def followed(spots: int, reach: int) -> int:
    """The spots given, and those up to `reach` words after one of them."""
    for step in _steps(reach):
        spots |= spots << step
    return spots


def around(spots: int, reach: int) -> int:
    """The spots given, and those up to `reach` words before or after one of them."""
    return followed(spots, 2 * reach) >> reach


def closed(spots: int, gap: int) -> int:
    """The spots given, and those that have one at most `gap` words before them and one at most so many after."""
    after = followed(spots, gap)
    return after & (after >> gap)


def touched(spots: int, reached: int) -> int:
    """The runs of neighbouring spots of which some word is reached: a mention is reached where one of its words is."""
    if spots < 0:
        return ANYWHERE if reached else 0
    found, grown = 0, spots & reached
    while found != grown:
        found = grown
        grown |= spots & (grown << 1 | grown >> 1)
    return found


@lru_cache(maxsize=512)
def _steps(reach: int) -> tuple[int, ...]:
    """Shifts that spread a bit over `reach` more: each doubles what the ones before it have spread."""
    steps: list[int] = []
    while (spread := sum(steps)) < reach:
        steps.append(min(spread + 1, reach - spread))
    return tuple(steps)
