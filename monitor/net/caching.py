"""What the headers of an answer say about the next request (RFC 9111 for freshness, RFC 9110 for Retry-After)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NEVER_FRESH = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s=])", re.IGNORECASE)


def fresh_for(header: Callable[[str], str], now: datetime) -> float:
    """Seconds for which an answer may be used again: Cache-Control before Expires, less its Age; 0 where unsaid (R15).

    Expires is measured against the server's own Date, so that neither clock need be right.
    """
    control = header("cache-control")
    if _NEVER_FRESH.search(control):
        return 0.0
    if found := _MAX_AGE.search(control):
        age = header("age").strip()
        return max(0.0, float(found[1]) - (float(age[:12]) if age.isascii() and age.isdigit() else 0.0))
    expires = http_date(header("expires"))
    if expires is None:
        return 0.0
    return max(0.0, (expires - (http_date(header("date")) or now)).total_seconds())


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, in either of its forms; None where it says nothing sensible (case 28)."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:15])
    moment = http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(value: str) -> datetime | None:
    """The instant of a date header, UTC; None where it is none."""
    try:
        moment = parsedate_to_datetime(value.strip())
    except (ValueError, TypeError, IndexError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
