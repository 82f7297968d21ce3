"""Spans of time as people write them in a configuration: "60m", "7d", "1h30m"."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WRITTEN = re.compile(r"(?:[0-9]{1,6}[smhdw])+")
_PART = re.compile(r"([0-9]+)([smhdw])")
_LONGEST = timedelta(days=3660)


def parse_duration(written: object) -> timedelta:
    """The span that `written` means: whole numbers, each with its unit (s, m, h, d, w); more than 0, at most ten years.

    Raises ValueError with a message for the person who wrote it.
    """
    if isinstance(written, timedelta):
        return written
    if not isinstance(written, str) or not _WRITTEN.fullmatch(written):
        raise ValueError('a span of time is a number with its unit, in quotes: "90s", "60m", "12h", "7d", "2w"')
    span = timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(written)))
    if not timedelta() < span <= _LONGEST:
        raise ValueError("a span of time is longer than nothing and at most ten years")
    return span
