"""Silences: mutes that end, with author and reason; and what they and other rules keep from readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Which alerts a silence is about: those for which everything that is given holds.

    `rule` belongs to `watchlist`. `fact` holds values of the fact, the state or what is shown beside them; `story` is
    a story's id, `source` the name of the source of the article, `words` a query that the article matches.
    `subscription` is the only reader for whom it holds; empty for all.
    """

    watchlist: str = ""
    rule: str = ""
    fact: tuple[tuple[str, str], ...] = ()
    story: str = ""
    source: str = ""
    words: str = ""
    subscription: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A mute with an end. Times in UTC.

    It ends at `until`; or when an alert in its scope brings a value of the slot `until_new` that is not among `known`
    (folded), the values known when it was made; or when somebody ends it. `ended` and `ending` say when and how it
    ended before its time.
    """

    id: str
    scope: Scope
    author: str
    reason: str
    created: datetime
    until: datetime | None = None
    until_new: str = ""
    known: frozenset[str] = frozenset()
    ended: datetime | None = None
    ending: str = ""

    def is_active(self, now: datetime) -> bool:
        """Whether it mutes at a time; its end is not part of it."""
        return self.ended is None and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Mute:
    """Why a reader is not told an alert: the id of a silence, or of the alert whose rule inhibits this one's.

    `rule` is the rule that inhibits it, `watchlist/rule`.
    """

    subscription: str
    alert: str
    silence: str = ""
    inhibited_by: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class MutedCount:
    """How many alerts of a period one silence, or one rule that inhibits others, kept from a reader."""

    name: str
    alerts: int
    inhibited: bool = False
