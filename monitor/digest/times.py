"""Times in the words of the reader, in the subscription's zone. English by hand: strftime follows the locale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Article

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple("January February March April May June July August September October November December".split())

OLD = timedelta(days=3)
"""An article published this long before it arrived has its date shown with a warning."""


def short_day(day: date) -> str:
    """`Thu 23 Jan`."""
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def local_time(moment: datetime, zone: str, now: datetime) -> str:
    """`Fri 31 Jan, 08:12`; with the year where it is not that of `now`."""
    local = moment.astimezone(ZoneInfo(zone))
    year = "" if local.year == now.astimezone(ZoneInfo(zone)).year else f" {local.year}"
    return f"{short_day(local)}{year}, {local:%H:%M}"


def since(moment: datetime, zone: str, now: datetime) -> str:
    """`Friday 08:00` within the last six days, else `Friday 3 January, 08:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    here = now.astimezone(ZoneInfo(zone))
    if timedelta(0) <= now - moment <= timedelta(days=6, hours=12):
        return f"{DAYS[local.weekday()]} {local:%H:%M}"
    year = "" if local.year == here.year else f" {local.year}"
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}{year}, {local:%H:%M}"


def full_day(moment: datetime, zone: str) -> str:
    """`Friday 31 January 2025`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def article_time(article: Article, zone: str, now: datetime) -> tuple[str, str]:
    """When the article appeared, and a note where that deserves a warning (an old article, a doubtful date)."""
    if article.published is None or article.date_doubtful:
        return f"arrived {local_time(article.arrived, zone, now)}", "publication date missing or doubtful"
    when = local_time(article.published, zone, now)
    late = article.arrived - article.published
    return when, f"published {late.days:,} days before it arrived" if late >= OLD else ""


def shown_moment(article: Article) -> datetime:
    """The time that orders cards: publication where it can be trusted, else arrival."""
    trusted = None if article.date_doubtful else article.published
    return (trusted or article.arrived).astimezone(UTC)
