"""What a rule and an article that agree yield."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a rule matters; the digest shows the highest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for critical."""
        return ("low", "normal", "high", "critical").index(self.value)


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Words of one field that prove a match: half-open character ranges in the article's original text."""

    field: str
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """Slot values in the order in which the rule names them; an empty value is a slot that stayed open."""

    slots: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Fact:
        return cls(tuple(values.items()))

    def __bool__(self) -> bool:
        return any(value for _, value in self.slots)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.slots)

    def __str__(self) -> str:
        return ", ".join(value for _, value in self.slots if value)

    def as_dict(self) -> dict[str, str]:
        return dict(self.slots)


@dataclass(frozen=True, slots=True)
class Place:
    """A listed place that an article names: its canonical name, and where it stands in the original text."""

    name: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """One rule, one article, one fact (empty where the rule names none), and the words that prove it.

    `about` names the memory that the fact belongs to: rules with one `about` share it. `title` is the rule's title
    with its slots filled in. `state` holds the slots whose change makes an update (a ban proposed, in force, lifted),
    `shown` those that are told beside the fact and change nothing.
    `places` are all places of the article that the rule's lists know; they are not stored.
    `retracts` says that the rule's `retract` query matched: the article takes the fact back. `cut` is empty unless the
    rule found more in the article than it tells, and then says how much: a problem of the rule, for its writer.
    `relevance`, from 0.2 to 1, is how much the article is about the match; `standing` says where that comes from.
    `vague` are the values, folded for comparison, that name nothing particular in the facts of its rule; not stored.
    """

    watchlist: str
    rule: str
    about: str
    severity: Severity
    title: str
    fact: Fact = Fact()
    state: Fact = Fact()
    evidence: tuple[Evidence, ...] = ()
    retracts: bool = False
    shown: Fact = Fact()
    places: tuple[Place, ...] = field(default=(), compare=False)
    cut: str = ""
    relevance: float = field(default=1.0, compare=False)
    standing: str = field(default="", compare=False)
    vague: frozenset[str] = field(default=frozenset(), compare=False)
