"""What a reader says of an alert: the answer to "was this worth telling?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Opinion(StrEnum):
    """A reader's word on an alert."""

    GOOD = "good"
    BAD = "bad"
    """The rule should not have matched: this is another thing."""
    DUPLICATE = "duplicate"
    """Right, but told before."""
    OLD = "old"
    """Right, but no news any more."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The last word on one alert; `at` in UTC, `why` in the reader's words, empty where none were given."""

    alert: str
    watchlist: str
    rule: str
    article: str
    opinion: Opinion
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How a rule's alerts were judged: how many got which word. Each alert counts once, with its last word."""

    watchlist: str
    rule: str
    good: int = 0
    bad: int = 0
    duplicate: int = 0
    old: int = 0

    @property
    def judged(self) -> int:
        """How many of its alerts were judged."""
        return self.good + self.bad + self.duplicate + self.old

    @property
    def precision(self) -> float | None:
        """The share of judged alerts that speak of what the rule describes, 0 to 1; None where none was judged.

        What is told twice or late is right as far as the rule goes: that is the matter of stories and novelty.
        """
        return (self.judged - self.bad) / self.judged if self.judged else None

    @property
    def worth(self) -> float | None:
        """The share that was worth telling, 0 to 1: right, new and told once; None where none was judged."""
        return self.good / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class RuleActivity:
    """How many alerts of a rule were new or updates in some time, and when it last raised any alert (UTC)."""

    watchlist: str
    rule: str
    told: int
    last: datetime
