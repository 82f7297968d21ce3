"""Times in the words of the reader, in the subscription's zone. By hand: strftime follows the locale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from monitor.digest.words import LANGUAGES, Words
from monitor.model import Article, Period

OLD = timedelta(days=3)
"""An article published this long before the digest's period, or before it arrived, is shown with its age."""

_ENGLISH = LANGUAGES["en"]


def short_day(day: date, words: Words = _ENGLISH) -> str:
    """`Thu 23 Jan`."""
    return words.say("short_day", **_parts(day, words))


def local_time(moment: datetime, zone: str, now: datetime, words: Words = _ENGLISH) -> str:
    """`Fri 31 Jan, 08:12`; with the year where it is not that of `now`."""
    local, here = (each.astimezone(ZoneInfo(zone)) for each in (moment, now))
    return words.say("moment" if local.year == here.year else "moment_with_year", **_parts(local, words))


def near_time(moment: datetime, zone: str, now: datetime, words: Words = _ENGLISH) -> str:
    """`Friday 08:00` within six days of `now`, else `Friday 3 January, 08:00`."""
    local, here = (each.astimezone(ZoneInfo(zone)) for each in (moment, now))
    if abs(now - moment) <= timedelta(days=6, hours=12):
        return words.say("near", **_parts(local, words))
    return words.say("far" if local.year == here.year else "far_with_year", **_parts(local, words))


def clock_time(moment: datetime, zone: str, now: datetime, words: Words = _ENGLISH) -> str:
    """`10:42` where that was on the day of `now`, or in the night before it; else `Thu 30 Jan, 10:42`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if now - moment < timedelta(hours=20) else local_time(moment, zone, now, words)


def full_day(moment: datetime, zone: str, words: Words = _ENGLISH) -> str:
    """`Friday 31 January 2025`."""
    return words.say("full_day", **_parts(moment.astimezone(ZoneInfo(zone)), words))


def article_time(article: Article, zone: str, period: Period, words: Words = _ENGLISH) -> tuple[str, str]:
    """When the article appeared, and its age where that deserves a warning."""
    if article.published is None or article.date_doubtful:
        return words.say("undated", when=local_time(article.arrived, zone, period.end, words)), ""
    age = period.end - article.published
    is_old = article.arrived - article.published >= OLD or period.start - article.published >= OLD
    when = local_time(article.published, zone, period.end, words)
    return when, _age(age, words) if is_old else ""


def _age(age: timedelta, words: Words) -> str:
    """`6 days old`, `5 months old`, `3 years old`: as exact as matters."""
    months = age.days // 30
    if months < 2:
        return words.many("days_old", age.days)
    return words.many("months_old", months) if months < 24 else words.many("years_old", age.days // 365)


def shown_moment(article: Article) -> datetime:
    """The time that orders cards: publication where it can be trusted, else arrival."""
    trusted = None if article.date_doubtful else article.published
    return (trusted or article.arrived).astimezone(UTC)


def _parts(day: date, words: Words) -> dict[str, str]:
    """What the patterns of times may name; years and days as text, so that no thousands are parted."""
    return {
        "weekday": _names(words.say("weekdays"))[day.weekday()],
        "short_weekday": _names(words.say("short_weekdays"))[day.weekday()],
        "month": _names(words.say("months"))[day.month - 1],
        "short_month": _names(words.say("short_months"))[day.month - 1],
        "day": str(day.day),
        "year": str(day.year),
        "clock": f"{day:%H:%M}" if isinstance(day, datetime) else "",
    }


@cache
def _names(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())
