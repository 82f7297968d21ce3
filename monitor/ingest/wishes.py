"""How often a feed itself wants to be read: `ttl`, `skipHours` and `skipDays` of RSS 2.0 (R15). feedparser knows the
first of them only."""

from __future__ import annotations

import re

from monitor.model import Wishes

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST = 2_000
"""Bytes of one of the two lists."""


def read_wishes(raw: bytes, ttl: str) -> Wishes:
    """The wishes in a feed's bytes; `ttl` is its element's text, in minutes. What makes no sense is no wish."""
    minutes = ttl.strip()
    hours = [int(text) for text in _listed(raw, b"skipHours", b"hour") if text.isdigit()]
    days = [text.lower() for text in _listed(raw, b"skipDays", b"day")]
    return Wishes(
        ttl=60.0 * float(minutes[:6]) if minutes.isascii() and minutes.isdigit() else 0.0,
        skip_hours=frozenset(hour % 24 for hour in hours if hour <= 24),  # RSS 0.91 counted 1 to 24
        skip_days=frozenset(_DAYS.index(day) for day in days if day in _DAYS),
    )


def _listed(raw: bytes, holder: bytes, item: bytes) -> list[str]:
    start = raw.find(b"<" + holder)
    end = raw.find(b"</" + holder, start, start + _LONGEST) if start >= 0 else -1
    if end < 0:
        return []
    found = re.findall(b"<" + item + rb">\s*(\w{1,12})\s*<", raw[start:end])
    return [text.decode("ascii", "replace") for text in found]
