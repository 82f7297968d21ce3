"""When an article was published: a strict ladder, and doubt where it ends (case 21).

RFC 3339 / ISO 8601 and RFC 822 / 5322 come first, then Chinese dates, then what feedparser made of the text, and that
only if its day and month stand in the text: feedparser reads 2025年1月30日 as the first of November.
"""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

FUTURE_LIMIT = timedelta(days=1)
"""How far ahead of our clock a publisher's clock may run."""

EARLIEST = datetime(1980, 1, 2, tzinfo=UTC)
"""Before it lie the epochs of machines (1900, 1970, 1980), which no article means."""

_EAST_ASIAN = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]"
    r"(?:\D{0,6}?(上午|下午|오전|오후)?\s*(\d{1,2})\s*[:：时時点시]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?)?"
)
_SLASHED = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=\D|$)")
_WRITTEN = re.compile(
    r"(?:\w+day,? )?"
    r"(?:(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?),? (\d{4})"
)
_MONTHS = "january february march april may june july august september october november december".split()
_AFTERNOON = ("下午", "오후")
_MAX_LENGTH = 200


def parse_date(text: str) -> datetime | None:
    """The instant that a date text names, in UTC; None where it is missing or not certain.

    A date without a time is midnight, one without a zone is UTC.
    """
    text = " ".join(text[:_MAX_LENGTH].split())
    if not text:
        return None
    for reader in (_iso, _east_asian, _written, _internet):
        try:
            found = reader(text)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
        if found is not None:
            return found
    return None


def _iso(text: str) -> datetime | None:
    slashed = _SLASHED.match(text)
    if slashed:
        text = f"{slashed[1]}-{slashed[2]:0>2}-{slashed[3]:0>2}{text[slashed.end() :]}"
    if not text[:4].isdigit():
        return None
    text = re.sub(r"\s*(?:UTC|GMT|Z)$", "+00:00", text, flags=re.IGNORECASE)
    return _in_utc(datetime.fromisoformat(re.sub(r"(?<=\d) (?=[+-]\d{2}:?\d{2}$)", "", text)))


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _east_asian(text: str) -> datetime | None:
    found = _EAST_ASIAN.search(text)
    if not found:
        return None
    year, month, day, half, hour, minute, second = found.groups()
    hours = int(hour or 0) + (12 if half in _AFTERNOON and int(hour or 0) < 12 else 0)
    zone = timezone(timedelta(hours=9 if "년" in text else 8)) if hour else UTC
    return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), tzinfo=zone).astimezone(
        UTC
    )


def _written(text: str) -> datetime | None:
    """A date as English prose writes it: January 30, 2025 or 30 Jan 2025."""
    found = _WRITTEN.fullmatch(text)
    name = (found[2] or found[3]).lower() if found else ""
    month = next((number for number, full in enumerate(_MONTHS, 1) if len(name) > 2 and full.startswith(name)), 0)
    return datetime(int(found[5]), month, int(found[1] or found[4]), tzinfo=UTC) if found and month else None


def _internet(text: str) -> datetime | None:
    """RFC 822 and its usual relatives; a month without a name is ambiguous and not read here."""
    parts = parsedate_tz(text)
    if parts is None or not re.search(rf"\b{parts[0]}\b|\b{parts[0] % 100:02}\b", text):
        return None
    zone = timezone(timedelta(seconds=parts[9] or 0))
    return datetime(*parts[:5], min(parts[5], 59), tzinfo=zone).astimezone(UTC)


def confirmed(text: str, parsed: time.struct_time | None) -> datetime | None:
    """What feedparser made of a date text (UTC), if the text itself bears it out."""
    if parsed is None:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        days = [moment + timedelta(days=shift) for shift in (0, -1, 1)]
    except (ValueError, OverflowError, OSError):
        return None
    numbers = {int(number) for number in re.findall(r"\d{1,4}", text[:_MAX_LENGTH])}
    named = re.search(r"[^\W\d_]{3}", text) is not None
    stands = any(day.day in numbers and (named or day.month in numbers) for day in days)
    return moment if stands and {moment.year, moment.year % 100} & numbers else None


def settle_date(published: datetime | None, now: datetime) -> tuple[datetime, bool]:
    """The publication time to keep, and whether it is doubtful: then it is `now`, our time of arrival."""
    if published is None or published > now + FUTURE_LIMIT or published < EARLIEST:
        return now, True
    return published, False
