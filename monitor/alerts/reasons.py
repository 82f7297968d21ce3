"""Why a rule over time tells what it tells, in words: `4 stories within 7 days; usual 0.8 a week`."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.overtime import Episode
from monitor.model import Account, TimedRule, When, WhenKind

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_WEEK = 7 * _DAY


def reason_of(rule: TimedRule, episode: Episode, account: Account, value: str = "", *, seen: bool = True) -> str:
    """Why a rule over time holds. `value` is the one that is new; `seen`: there was a story before an absence."""
    when, about = rule.when, f" about {account.shown}" if rule.when.per and account.shown else ""
    match when.kind:
        case WhenKind.NEW_VALUE:
            return f"{value} was never seen before{about and f' beside {account.shown}'}"
        case WhenKind.SEQUENCE:
            return f"{when.first} on {_day(episode.begin)}, {rule.rule} on {_day(episode.until)}"
        case WhenKind.ABSENCE:
            last = f"the last but {when.stories - 1} was" if when.stories > 1 else "the last was"
            known = f"{last} on {_day(episode.begin)}" if seen else f"none since {_day(episode.begin)}"
            return f"{_fewer(when)}{about} for {span(when.within)}; {known}"
        case WhenKind.SPIKE:
            return f"{_stories(episode.stories)}{about} within {span(when.within)}; {_usually(when, episode.usual)}"
        case _:
            return f"{_stories(episode.stories)}{about} within {span(when.within)}"


def progress(when: When, stories: int) -> str:
    """How far a count has come that tells nothing yet."""
    match when.kind:
        case WhenKind.FREQUENCY if stories < when.stories:
            return f"{stories} of {when.stories} stories within {span(when.within)}"
        case WhenKind.FREQUENCY | WhenKind.SPIKE:
            return f"{_stories(stories)} within {span(when.within)}"
        case WhenKind.ABSENCE:
            return "told only where there is none"
        case WhenKind.NEW_VALUE:
            return "its value was seen before"
        case _:
            return "no first step before it"


def when_words(when: When) -> str:
    """When a rule over time tells, for whoever looks at one of its matches."""
    each = f" for each {when.per}" if when.per else ""
    match when.kind:
        case WhenKind.FREQUENCY:
            return f"told once there are {_stories(when.stories)} within {span(when.within)}{each}"
        case WhenKind.SPIKE:
            return f"told once there are {when.ratio:g} times as many as usual within {span(when.within)}{each}"
        case WhenKind.ABSENCE:
            return f"told where there is none for {span(when.within)}{each}"
        case WhenKind.SEQUENCE:
            return f"told where {when.first} came before it"
        case _:
            return f"told where its {when.slot} was never seen{each}"


def absent_title(when: When, title: str) -> str:
    """The headline of an absence."""
    return f"{'Nothing' if when.stories == 1 else _fewer(when).capitalize()} for {span(when.within)}: {title}"


def span(length: timedelta) -> str:
    """`7 days`, `12 hours`, `90 minutes`: in the largest unit that divides it; weeks from eight on."""
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if length % unit == timedelta():
            number = length // unit
            if unit is _DAY and number >= 56 and number % 7 == 0:
                number, name = number // 7, "week"
            return f"{number} {name}{'' if number == 1 else 's'}"
    return f"{length.total_seconds():g} seconds"


def _fewer(when: When) -> str:
    return "no story" if when.stories == 1 else f"fewer than {when.stories} stories"


def _stories(number: int) -> str:
    return f"{number} {'story' if number == 1 else 'stories'}"


def _usually(when: When, usual: float | None) -> str:
    """What is usual, a day or a week."""
    unit, name = (_DAY, "a day") if when.within <= _DAY else (_WEEK, "a week")
    rate = (usual or 0.0) * (unit / when.within)
    if not rate:
        return "usually none"
    return f"usual {rate:.1f} {name}" if rate >= 0.05 else f"usual less than 0.1 {name}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
