"""What a digest holds, as values: every string is cleaned and ready to show, nothing here is formatted for a medium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.model import Accounting, Novelty, Period, Severity


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of shown text; `marked` where its words prove the match."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An absolute http(s) address in ASCII, and the host that a click really goes to (case 63)."""

    url: str
    host: str


@dataclass(frozen=True, slots=True)
class AlsoIn:
    """Another place that tells the same story."""

    publisher: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A whole sentence that carries evidence; `publisher` is set where it is not from the card's own article."""

    runs: tuple[Run, ...]
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """`New`: Czechia."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NewsLine:
    """What one memory (`about`) says of a card; `subject` is what all its facts share, e.g. the product."""

    clauses: tuple[Clause, ...]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One story under one watchlist. `rank` is its place among all cards of the digest, 0 the most important.

    `when` is local time in words; `date_note` warns of an old or doubtful date. `elsewhere` names the other
    watchlists that show the story. `quarantined` says why the card shows no more than a headline. `alerts` and
    `keys` are what the card tells, for the ledger.
    """

    story: str
    watchlist: str
    novelty: Novelty
    severity: Severity
    title: str
    headline: tuple[Run, ...]
    publisher: str
    when: str
    moment: datetime
    alerts: tuple[str, ...]
    keys: tuple[str, ...]
    date_note: str = ""
    lang: str = ""
    news: tuple[NewsLine, ...] = ()
    passages: tuple[Passage, ...] = ()
    also_in: tuple[AlsoIn, ...] = ()
    also_more: int = 0
    link: Link | None = None
    link_note: str = ""
    why: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    quarantined: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Stories of one watchlist per local day, oldest first, the days without any included."""

    days: tuple[tuple[date, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.days)

    @property
    def peak(self) -> tuple[date, int]:
        """The busiest day, the latest of equals."""
        return max(self.days, key=lambda item: (item[1], item[0]))


@dataclass(frozen=True, slots=True)
class Section:
    """One watchlist: new cards, then updates, then recaps (one line each). `chart` is None without any volume."""

    watchlist: str
    title: str
    cards: tuple[Card, ...] = ()
    recaps: tuple[Card, ...] = ()
    chart: Chart | None = None
    held_cards: int = 0
    held_recaps: int = 0

    @property
    def stories(self) -> tuple[Card, ...]:
        return (*self.cards, *self.recaps)

    def count(self, novelty: Novelty) -> int:
        return sum(card.novelty is novelty for card in self.stories)

    def limited(self, rank: int) -> Section:
        """Without what ranks `rank` or lower; it is counted as held instead."""
        cards = tuple(card for card in self.cards if card.rank < rank)
        recaps = tuple(card for card in self.recaps if card.rank < rank)
        return replace(
            self,
            cards=cards,
            recaps=recaps,
            held_cards=self.held_cards + len(self.cards) - len(cards),
            held_recaps=self.held_recaps + len(self.recaps) - len(recaps),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """Alerts that leave with the digest without a line of their own: folds, counted in the footer."""

    alerts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that one subscription is told of one period, composed and not yet rendered.

    `offered` is how many alerts waited; those that are in no card, recap or fold go on waiting.
    """

    subscription: str
    zone: str
    period: Period
    sections: tuple[Section, ...]
    accounting: Accounting
    folded: Told = Told()
    offered: int = 0

    def __iter__(self) -> Iterator[Card]:
        """All that is shown, cards and recaps, in the order of the page."""
        return (card for section in self.sections for card in section.stories)

    @property
    def alerts(self) -> tuple[str, ...]:
        """The ids of the alerts that this digest tells or counts as folded."""
        return tuple(dict.fromkeys([*(alert for card in self for alert in card.alerts), *self.folded.alerts]))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the subscription has been told once this digest is frozen."""
        return tuple(dict.fromkeys([*(key for card in self for key in card.keys), *self.folded.keys]))

    @property
    def waiting(self) -> int:
        """How many alerts stay for the next digest because this one is full."""
        return self.offered - len(self.alerts)

    def count(self, novelty: Novelty) -> int:
        return sum(section.count(novelty) for section in self.sections)

    def limited(self, rank: int) -> Digest:
        """Only what ranks above `rank`; the rest keeps waiting and is counted as held."""
        return replace(self, sections=tuple(section.limited(rank) for section in self.sections))
