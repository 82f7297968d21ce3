"""Rules over time: when a match becomes an alert, what is counted until then, and which rule mutes which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.match import Severity

RuleName = tuple[str, str]
"""Watchlist and rule."""

FIRST = "first"
"""The value of a sighting that is the first step of a sequence."""


class WhenKind(StrEnum):
    """When a match becomes an alert (design: rules over time)."""

    ANY = "any"
    FREQUENCY = "frequency"
    SPIKE = "spike"
    NEW_VALUE = "new_value"
    ABSENCE = "absence"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class When:
    """`when = { kind = ... }`. Which of the others matter depends on the kind; zero or empty is not given.

    `stories` within `within` (frequency); `ratio` times what is usual in `baseline`, and at least `stories` (spike);
    a value of `slot` never seen (new_value); fewer than `stories` within `within` (absence); the rule `first`, and at
    most `within` later this one (sequence). `per` keeps an account for each value of a slot.
    """

    kind: WhenKind = WhenKind.ANY
    stories: int = 0
    within: timedelta = timedelta()
    ratio: float = 0.0
    baseline: timedelta = timedelta()
    slot: str = ""
    per: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class TimedRule:
    """A rule with a `when` of its own, and what an alert needs that no article gives: severity and title.

    `shared` are the slots that a sequence compares: those that both of its rules name.
    """

    watchlist: str
    rule: str
    when: When
    severity: Severity = Severity.NORMAL
    title: str = ""
    shared: tuple[str, ...] = ()

    @property
    def name(self) -> RuleName:
        return self.watchlist, self.rule


@dataclass(frozen=True, slots=True)
class Inhibition:
    """Alerts of the rule `by` mute those of the rule `muted`, for a reader who gets both.

    Their slots `same` have to agree, and their articles speak of times that lie less than `within` apart.
    """

    by: RuleName
    muted: RuleName
    same: tuple[str, ...]
    within: timedelta


@dataclass(frozen=True, slots=True)
class Account:
    """What a rule over time counts apart: all that it matches, or what it matches with one value of its `per` slot.

    `key` is made of folded values; `shown` is how the articles write them.
    """

    watchlist: str
    rule: str
    key: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A piece of news that an account has counted, once, at the earliest time at which an article tells it (UTC).

    That is a story, and where the rule names a fact, each `fact` (folded) of it. `value` is the folded value of
    `new_value`, or the step of a sequence; empty for the other kinds.
    """

    account: Account
    story: str
    article: str
    at: datetime
    value: str = ""
    fact: str = ""

    def is_same(self, other: Sighting) -> bool:
        """Whether two of one account are one piece of news."""
        return (self.story, self.fact, self.value) == (other.story, other.fact, other.value)


@dataclass(frozen=True, slots=True)
class Firing:
    """That a rule over time held from `begin` to `until` (UTC, time of the articles), and the alert that told it.

    `settled`: readers have the alert, or it was silenced, or it is history that was learned (then `alert` is empty);
    what is not settled can still be told in better words, or be taken back.
    """

    account: Account
    begin: datetime
    until: datetime
    alert: str
    settled: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """Since when a rule has been listened for without a break, and when that was last known (UTC)."""

    since: datetime
    heard: datetime
