"""What a digest holds, as values: every string is cleaned and ready to show, nothing here is formatted for a medium."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.digest.words import LANGUAGES, Words
from monitor.model import Accounting, Fact, Novelty, Period, Severity


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
    """Another place that tells the same news; with a `title`, one that tells other news of the story."""

    publisher: str
    link: Link | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A whole sentence that carries evidence; `publisher` is set where it is not from the card's own article."""

    runs: tuple[Run, ...]
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """`New`: Czechia: DeepSeek banned. `kind` is `new`, `update`, `again` or `corrected`, whatever the language."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NewsLine:
    """What one memory (`about`) says of a card; `title` is the most important of it without what changed."""

    clauses: tuple[Clause, ...]
    title: str = ""


_KINDS = ((Novelty.NEW, frozenset({"new"})), (Novelty.UPDATE, frozenset({"update", "corrected"})))
"""What the kinds of clauses make of a card."""


@dataclass(frozen=True, slots=True)
class Card:
    """One story. `rank` is its place among all cards of the digest, 0 the most important.

    `title` says what is new in the words of the rule. `when` is local time in words; `date_note` warns of an old
    article. A story of several watchlists has its card under the most important one, and `elsewhere` names the
    others; there it is a line without alerts of its own, and `under` says where the card is. `quarantined` says why
    the card shows no more than a headline. `relevance` is that of its most relevant match. `alerts` and `keys` are
    what the card tells, for the ledger. `also_in` tells what the card's own article tells, `beside` what else of the
    card's news stands where. `over_time`: no story but what a rule over time tells of many; its article is the latest.
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
    facts: tuple[Fact, ...] = ()
    date_note: str = ""
    lang: str = ""
    news: tuple[NewsLine, ...] = ()
    passages: tuple[Passage, ...] = ()
    also_in: tuple[AlsoIn, ...] = ()
    also_more: int = 0
    beside: tuple[AlsoIn, ...] = ()
    beside_more: int = 0
    link: Link | None = None
    link_note: str = ""
    why: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    under: str = ""
    quarantined: str = ""
    rank: int = 0
    relevance: float = 1.0
    over_time: bool = False

    @property
    def corrects(self) -> bool:
        """Whether it takes back what was told."""
        return bool(self.news) and self.news[0].clauses[0].kind == "corrected"

    @property
    def has_headline(self) -> bool:
        """Whether there is an article to name: an absence has none, and its headline is its title."""
        return not self.over_time or "".join(run.text for run in self.headline) != self.title

    @property
    def tells(self) -> frozenset[Novelty]:
        """All that the card is: a story may bring something new and an update of what was told."""
        kinds = {clause.kind for line in self.news for clause in line.clauses}
        found = {novelty for novelty, names in _KINDS if not names.isdisjoint(kinds)}
        return frozenset({self.novelty, *found})


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
    """One watchlist: new cards, then updates, then recaps (one line each). `chart` is None without any volume.

    `pointers` are the stories of this watchlist that have their card under another one.
    """

    watchlist: str
    title: str
    cards: tuple[Card, ...] = ()
    pointers: tuple[Card, ...] = ()
    recaps: tuple[Card, ...] = ()
    chart: Chart | None = None
    held_cards: int = 0
    held_recaps: int = 0

    @property
    def stories(self) -> tuple[Card, ...]:
        return (*self.cards, *self.recaps)

    @property
    def listed(self) -> tuple[Card, ...]:
        """What a table of contents names."""
        return (*self.cards, *self.pointers)

    @property
    def is_busy(self) -> bool:
        """Whether there is anything to show, or to say of what is not shown."""
        return bool(self.stories or self.pointers or self.held_cards or self.held_recaps)

    @property
    def is_mixed(self) -> bool:
        """Whether its cards differ in severity: only then a severity says something."""
        return len({card.severity for card in self.cards}) > 1

    def count(self, novelty: Novelty) -> int:
        return sum(novelty in card.tells for card in (*self.stories, *self.pointers))

    def only(self, ranks: Container[int]) -> Section:
        """Without what has a rank outside of `ranks`; it is counted as held instead."""
        cards = tuple(card for card in self.cards if card.rank in ranks)
        recaps = tuple(card for card in self.recaps if card.rank in ranks)
        return replace(
            self,
            cards=cards,
            pointers=tuple(card for card in self.pointers if card.rank in ranks),
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
class Earlier:
    """A mail at once since the last digest: when it was sent (if not `delivered`, composed; UTC), and its stories."""

    at: datetime
    delivered: bool
    stories: tuple[EarlierStory, ...]


@dataclass(frozen=True, slots=True)
class EarlierStory:
    """One story of an instant mail; what has no article has no `headline`."""

    title: str
    headline: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a digest is for, as far as it shows: the subscription, its zone and language, its watchlists' headings.

    `next_at` is when the next digest is due (UTC). `instant`: the digest is a mail that is sent at once. `most` is the
    number of cards that a mail may hold.
    """

    subscription: str
    zone: str
    language: str = "en"
    watchlists: tuple[str, ...] = ()
    next_at: datetime | None = None
    instant: bool = False
    most: int = 60


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that one subscription is told of one period, composed and not yet rendered.

    `offered` is how many alerts waited; those that are in no card, recap or fold go on waiting, unless `page` says
    where the whole digest can be read. `earlier` are the mails that were sent at once since the last digest. `fault`
    says why the reader's own template is not used.
    """

    reader: Reader
    period: Period
    sections: tuple[Section, ...]
    accounting: Accounting
    folded: Told = Told()
    offered: int = 0
    earlier: tuple[Earlier, ...] = ()
    page: str = ""
    fault: str = ""

    def __iter__(self) -> Iterator[Card]:
        """All that is shown, cards and recaps, in the order of the page; each story once."""
        return (card for section in self.sections for card in section.stories)

    @property
    def subscription(self) -> str:
        return self.reader.subscription

    @property
    def zone(self) -> str:
        return self.reader.zone

    @property
    def words(self) -> Words:
        """The phrases of the reader's language."""
        return LANGUAGES[self.reader.language]

    @property
    def alerts(self) -> tuple[str, ...]:
        """The ids of the alerts that this digest tells or counts as folded."""
        return tuple(dict.fromkeys([*(alert for card in self for alert in card.alerts), *self.folded.alerts]))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the subscription has been told once this digest is frozen."""
        return tuple(dict.fromkeys([*(key for card in self for key in card.keys), *self.folded.keys]))

    @property
    def says_anything(self) -> bool:
        """Whether there is more in it than other tellings that add nothing."""
        return bool(self.earlier) or any(True for _ in self)

    @property
    def waiting(self) -> int:
        """How many alerts are not in this digest because it is full: they stay for the next one, or are on the page."""
        return self.offered - len(self.alerts)

    def count(self, novelty: Novelty) -> int:
        """Stories that bring something of that novelty, each once, under however many watchlists it is named."""
        return sum(novelty in card.tells for card in self)

    def only(self, ranks: Container[int]) -> Digest:
        """Only the stories with these ranks; the rest is counted as held."""
        return replace(self, sections=tuple(section.only(ranks) for section in self.sections))

    def capped(self, cards: int, recaps: int) -> Digest:
        """The most important `cards` and `recaps`."""
        kept = sorted(card.rank for section in self.sections for card in section.cards)[: max(1, cards)]
        short = sorted(card.rank for section in self.sections for card in section.recaps)[:recaps]
        return self.only({*kept, *short})
