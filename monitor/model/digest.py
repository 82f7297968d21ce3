"""Periods, digests and the account that a digest gives of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model.alert import Alert
from monitor.model.article import Article, Copy
from monitor.model.delivery import Message
from monitor.model.silence import MutedCount
from monitor.model.vitals import VitalSign


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open interval [start, end) in UTC; with the subscription's name it is a digest's identity."""

    start: datetime
    end: datetime


class DigestState(StrEnum):
    """A digest is frozen once and never composed again. A withheld one was told without being sent (case 77)."""

    FROZEN = "frozen"
    SENT = "sent"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How one source is doing, and since when; `error` is the last failure's one line, free of secrets."""

    name: str
    last_read: datetime | None = None
    last_article: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""
    articles: int = 0
    sign: VitalSign = VitalSign.OK
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accounting:
    """Where everything went in a period: read -> stories -> matched -> folded -> shown -> waiting.

    `parked` and `late` count messages of the subscription's earlier digests: those that an operator must look at, and
    those that the mail server has not taken yet. `muted` names what kept alerts from the reader, and how many.
    `cut_short` are the rules that found more in one article than they tell. `floods` are the sources that
    brought more than anybody can read, each with its alerts of one hour.
    """

    articles: int = 0
    duplicates: int = 0
    stories: int = 0
    matched: int = 0
    folded: int = 0
    recaps: int = 0
    shown: int = 0
    waiting: int = 0
    muted: tuple[MutedCount, ...] = ()
    rejected: int = 0
    parked: int = 0
    late: int = 0
    sources: tuple[SourceHealth, ...] = ()
    broken_rules: tuple[str, ...] = ()
    cut_short: tuple[str, ...] = ()
    floods: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert with a place in a subscription's next digest, and the article that it speaks of.

    `told` says whether this subscription was told the key before, in an earlier digest; `learned` that the key came
    from history. `copies` are the other places where the article was printed. `missed`: since it was told the key last,
    something new about it was kept from it.
    """

    alert: Alert
    article: Article
    copies: tuple[Copy, ...] = ()
    told: bool = False
    learned: bool = False
    missed: bool = False


@dataclass(frozen=True, slots=True)
class InstantMail:
    """A mail that went out at once: when it was composed and, if it has left, when it was sent (UTC)."""

    composed: datetime
    sent: datetime | None
    alerts: tuple[WaitingAlert, ...]


@dataclass(frozen=True, slots=True)
class TimedAlert:
    """An alert, and the time at which its article speaks (UTC)."""

    alert: Alert
    at: datetime


@dataclass(frozen=True, slots=True)
class FrozenDigest:
    """A digest as it is stored: composed once, its messages frozen. `id` is made of subscription and period.

    An `instant` one was sent out of turn: it ends no period of the schedule. `fault` says why the reader's own template
    was not used; it is not stored with the digest.
    """

    id: str
    subscription: str
    period: Period
    composed: datetime
    channel: str
    alerts: tuple[str, ...]
    keys: tuple[str, ...]
    messages: tuple[Message, ...]
    instant: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DailyVolume:
    """Stories of one watchlist on one day of the subscription's zone, for the volume chart."""

    watchlist: str
    day: date
    stories: int
