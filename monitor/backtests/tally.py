"""What a backtest counts, per rule and in all.

A story is *told* on a day on which an alert about it is new or an update. Told again, or background, is counted as
matched only: no reader would have had it in the inbox. Days are those of UTC.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from monitor.model import Alert, Article, Novelty, WaitingAlert

TOLD = (Novelty.NEW, Novelty.UPDATE)
SAMPLES = 5
AROUND = 70
"""Characters that a sample shows before and after the evidence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule that is tested, with the stories a week that it should tell; None is no bound."""

    watchlist: str
    rule: str
    least: int | None = None
    most: int | None = None


class Expectation(StrEnum):
    """Does a rule tell as many stories a week as `expect` says, on average?"""

    NONE = "nothing expected"
    MET = "as expected"
    FEWER = "fewer than expected"
    MORE = "more than expected"
    TOO_SHORT = "not judged: less than a week"

    @property
    def failed(self) -> bool:
        return self in (Expectation.FEWER, Expectation.MORE)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a history covers, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> float:
        """How many weeks these are, one at least: two stories of one day are not taken for fourteen a week."""
        return max(self.days, 7) / 7

    def week(self, day: date) -> int:
        """The number of a day's week, from 0; weeks are counted from the first day."""
        return (day - self.first).days // 7

    def each_day(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


@dataclass(frozen=True, slots=True)
class Sample:
    """An alert to look at: the words around the evidence are pieces, each with whether it is evidence."""

    day: date
    headline: str
    publisher: str
    title: str
    novelty: Novelty
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class ValueCount:
    """In how many stories a slot had a value."""

    slot: str
    value: str
    stories: int


@dataclass(frozen=True, slots=True)
class RuleTally:
    """What one rule would have brought. `per_week` is an average, `busiest` the most stories told in one week."""

    asked: Asked
    articles: int
    stories: int
    told: int
    novelties: Mapping[Novelty, int]
    per_week: float
    busiest: int
    expectation: Expectation
    days: Mapping[date, int]
    values: tuple[ValueCount, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """All rules together: `days` are the stories told on each day of the span, by whichever rule."""

    span: Span
    stories: int
    told: int
    days: Mapping[date, int]
    rules: tuple[RuleTally, ...]

    @property
    def failed(self) -> tuple[RuleTally, ...]:
        return tuple(rule for rule in self.rules if rule.expectation.failed)


def tally(waiting: Sequence[WaitingAlert], rules: Iterable[Asked], span: Span) -> Tally:
    """Count the alerts of a replayed history. Rules that agree on an alert are counted for it alike."""
    found: dict[tuple[str, str], list[WaitingAlert]] = defaultdict(list)
    for each in waiting:
        for rule in (each.alert.match.rule, *each.alert.agreeing):
            found[each.alert.match.watchlist, rule].append(each)
    return Tally(
        span=span,
        stories=len({each.alert.story for each in waiting}),
        told=len({each.alert.story for each in waiting if each.alert.novelty in TOLD}),
        days=_stories_by_day(waiting, span),
        rules=tuple(_tally_rule(asked, found[asked.watchlist, asked.rule], span) for asked in rules),
    )


def _tally_rule(asked: Asked, waiting: Sequence[WaitingAlert], span: Span) -> RuleTally:
    weeks = stories_by_week([each.alert for each in waiting], span)
    per_week = sum(weeks.values()) / span.weeks
    told = [each for each in waiting if each.alert.novelty in TOLD]
    return RuleTally(
        asked=asked,
        articles=len({each.alert.article for each in waiting}),
        stories=len({each.alert.story for each in waiting}),
        told=len({each.alert.story for each in told}),
        novelties=Counter(each.alert.novelty for each in waiting),
        per_week=per_week,
        busiest=max(weeks.values(), default=0),
        expectation=judge(asked, per_week, span),
        days=_stories_by_day(waiting, span),
        values=_values(waiting),
        samples=tuple(_sample(each) for each in _spread(told, SAMPLES)),
    )


def judge(asked: Asked, per_week: float, span: Span) -> Expectation:
    """Compare the average with the bounds, once there is a week to judge by."""
    if asked.least is None and asked.most is None:
        return Expectation.NONE
    if span.days < 7:
        return Expectation.TOO_SHORT
    if asked.least is not None and per_week < asked.least:
        return Expectation.FEWER
    if asked.most is not None and per_week > asked.most:
        return Expectation.MORE
    return Expectation.MET


def stories_by_week(alerts: Iterable[Alert], span: Span) -> Counter[int]:
    """How many stories were told in each week of the span; one that is told in two weeks counts in both."""
    told = {(span.week(alert.raised.date()), alert.story) for alert in alerts if alert.novelty in TOLD}
    return Counter(week for week, _ in told)


def _stories_by_day(waiting: Iterable[WaitingAlert], span: Span) -> dict[date, int]:
    told = {(each.alert.raised.date(), each.alert.story) for each in waiting if each.alert.novelty in TOLD}
    counted = Counter(day for day, _ in told)
    return {day: counted[day] for day in span.each_day()}


def _values(waiting: Iterable[WaitingAlert]) -> tuple[ValueCount, ...]:
    """The values of each slot, the commonest first; slots in the order in which the rule names them."""
    stories: dict[str, dict[str, set[str]]] = {}
    for each in waiting:
        match = each.alert.match
        for slot, value in (*match.fact, *match.state):
            if value:
                stories.setdefault(slot, {}).setdefault(value, set()).add(each.alert.story)
    return tuple(
        ValueCount(slot, value, len(told))
        for slot, values in stories.items()
        for value, told in sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _spread(told: Sequence[WaitingAlert], most: int) -> list[WaitingAlert]:
    """At most so many, evenly from first to last."""
    if len(told) <= most:
        return list(told)
    return [told[number * (len(told) - 1) // (most - 1)] for number in range(most)]


def _sample(each: WaitingAlert) -> Sample:
    return Sample(
        day=each.alert.raised.date(),
        headline=each.article.title,
        publisher=each.article.publisher,
        title=each.alert.match.title,
        novelty=each.alert.novelty,
        pieces=pieces_of(each.article, each.alert),
    )


def pieces_of(article: Article, alert: Alert) -> tuple[tuple[str, bool], ...]:
    """The words around the evidence of the first field that has some, cut into what is evidence and what is not."""
    if not alert.match.evidence:
        return ()
    evidence = alert.match.evidence[0]
    text = article.text_of(evidence.field)
    at, end = max(0, evidence.start - AROUND), min(len(text), evidence.end + AROUND)
    pieces = [("…", False)] if at else []
    for start, stop in evidence.spans:
        pieces += [(text[at:start], False), (text[start:stop], True)]
        at = stop
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple((_shown(piece, marked), marked) for piece, marked in pieces if piece)


def _shown(piece: str, marked: bool) -> str:
    """On one line, and what is between two words far apart left out."""
    text = "".join(" " if character.isspace() else character for character in piece)
    return text if marked or len(text) <= 2 * AROUND + 3 else f"{text[:AROUND]} … {text[-AROUND:]}"
