"""When a sentence says that something happened, and whether it looks back.

Only what a sentence says outright is used: a date, a month, a year, "last year". It decides whether a sentence that
names another state of a fact tells of a change or of the past.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from monitor.text.fold import fold

_MONTHS = (
    ("January", "Jan"), ("February", "Feb"), ("March", "Mar"), ("April", "Apr"), ("May",), ("June", "Jun"),
    ("July", "Jul"), ("August", "Aug"), ("September", "Sept", "Sep"), ("October", "Oct"), ("November", "Nov"),
    ("December", "Dec"),
)  # fmt: skip
_MONTH_OF = {
    spelling: number for number, names in enumerate(_MONTHS, 1) for name in names for spelling in (name, name.upper())
}
MONTH_NAMES = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
"""The English names of the months, short and long, as the inside of a group; capitals tell May from may."""

_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"""(?<!\d)(?P<y1>{_YEAR})[-/.](?P<m1>\d{{1,2}})(?:[-/.](?P<d1>\d{{1,2}}))?(?!\d)
    | (?<!\d)(?:(?P<y2>{_YEAR})年)?(?P<m2>\d{{1,2}})月(?:(?P<d2>\d{{1,2}})日)?
    | (?:\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[ ](?:of[ ])?)?\b(?P<m3>{MONTH_NAMES})\b\.?
      (?:[ ](?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?![\d]))?(?:(?:,|[ ]of)?[ ](?P<y3>{_YEAR})\b)?
    | (?<![\d.,])(?P<y4>{_YEAR})(?:年|\b(?![.,]?\d))
    | (?P<last>\b(?:last|previous)[ ](?:year|month)\b|去年|上个?月)
    """,
    re.VERBOSE,
)
_LOOKING_BACK = re.compile(
    r"\b(?:already|earlier|previously|formerly|last (?:week|month|year|spring|summer|autumn|fall|winter)|had|ago|"
    r"back in|used to|at the time|since then|in the past|years? before)\b|此前|早前|曾经?|去年|上个?月|已于|之前",
    re.IGNORECASE,
)
_MONTHS_AHEAD = 5
_COMING = re.compile(
    r"\b(?:by|until|till|from|starting|effective|next|coming)(?: (?:in|on|the|early|late|mid))?[ -]$", re.IGNORECASE
)


def looks_back(sentence: str) -> bool:
    """Whether a sentence says by a word that it tells of the past ("had banned", "last year", 此前)."""
    return _LOOKING_BACK.search(fold(sentence).text) is not None


def latest_date(sentence: str, today: date) -> date | None:
    """The latest day that a sentence can mean by the dates it names; None if it names none.

    A month or a year means its last day. A month without a year is the one that is nearest to `today`: up to five
    months ahead, or the coming one after "by", "until", "from" or "next"; else the last one of that name.
    """
    return max(_dates(fold(sentence).text, today), default=None)


def _dates(text: str, today: date) -> Iterator[date]:
    for found in _DATE.finditer(text):
        year, month, day = _parts(found, today)
        last = monthrange(year, month)[1] if 1 <= month <= 12 else 0
        if last:
            yield date(year, month, day if 1 <= day <= last else last)


def _parts(found: re.Match[str], today: date) -> tuple[int, int, int]:
    """Year, month and day (0 where unsaid) of one mention."""
    if said := found["last"]:
        if "month" in said or "月" in said:
            return (today.year, today.month - 1, 0) if today.month > 1 else (today.year - 1, 12, 0)
        return today.year - 1, 12, 0
    if found["y4"]:
        return int(found["y4"]), 12, 0
    month = _MONTH_OF[found["m3"]] if found["m3"] else int(found["m1"] or found["m2"])
    year = found["y1"] or found["y2"] or found["y3"]
    day = int(found["d1"] or found["d2"] or found["d3"] or found["d4"] or 0)
    ahead = 11 if _COMING.search(found.string[max(0, found.start() - 20) : found.start()]) else _MONTHS_AHEAD
    return (int(year) if year else _nearest_year(month, today, ahead)), month, day


def _nearest_year(month: int, today: date, ahead: int) -> int:
    """The year of a month that is at most so many months ahead of today's, else of the last one of its name."""
    distance = (month - today.month) % 12
    coming = today.year + (month < today.month)
    return coming if distance <= ahead else coming - 1
