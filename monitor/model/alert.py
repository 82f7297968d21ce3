"""What is worth telling, and why: stories, novelty and alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.match import Match


class Novelty(StrEnum):
    """What a match adds to what was known before it arrived (design, section 5)."""

    NEW = "new"
    UPDATE = "update"
    FOLD = "fold"
    RECAP = "recap"

    @property
    def is_news(self) -> bool:
        """Whether it adds something."""
        return self in (Novelty.NEW, Novelty.UPDATE)


class Reason(StrEnum):
    """Why a match got its novelty; the text is what the digest and `explain` show."""

    FIRST_SEEN = "first time seen"
    STATE_CHANGED = "its status changed"
    NUMBER_ADDED = "adds a number"
    PLACE_ADDED = "adds a place"
    PUBLISHERS_REACHED = "enough independent publishers tell it"
    REFINED = "says more exactly what was told"
    RETRACTED = "corrects something told before"
    NOTHING_TO_CORRECT = "corrects what nobody was told"
    ADDS_NOTHING = "told again, nothing added"
    BACKGROUND = "known before, its story is over"
    OLDER_THAN_TOLD = "older than what was told"
    COUNTED = "counted by a rule over time"
    OVER_TIME = "its rule over time holds"
    WITHDRAWN = "taken back before anybody was told: a story came late"


class StoryReason(StrEnum):
    """Why an article was put into its story."""

    FIRST = "first of its story"
    SAME_TEXT = "the same text, or nearly"
    SAME_ARTICLE = "a new version of an article of the story"
    SAME_FACT = "tells a fact of the story"
    SIMILAR = "similar words, names and numbers"


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that tell of one event. Times in UTC, by arrival."""

    id: str
    opened: datetime
    last_told: datetime
    articles: int = 1


@dataclass(frozen=True, slots=True)
class KeyMemory:
    """What is known of one key: (`about`, fact), or (rule, story) where a rule names no fact.

    `last_told` is the arrival of the last article told in its story as new, update or also-in; the story is fresh
    for some days after it. `last_published` is the newest publication time among the articles told for the key.
    `state_since` is the publication time of the article that first told the present `state`: a sentence that dates
    itself before it cannot change it. `state_left` is the state before the last change. `tellings` counts the
    articles that carried the key; 0 means that the last word on it was a correction, which forgets the key as seen.
    `learned` marks what `monitor learn` read as history: known to every reader without having been mailed.
    """

    key: str
    first_seen: datetime
    last_seen: datetime
    last_told: datetime
    story: str
    first_article: str
    last_published: datetime | None = None
    state: tuple[tuple[str, str], ...] = ()
    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    tellings: int = 1
    learned: bool = False
    state_since: datetime | None = None
    state_left: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A match worth telling, after stories, novelty and silences; `key` is what it is remembered under.

    `raised` is when it was decided (UTC): it chooses the digest. `former` is the state value that changed, for "was
    proposed"; `added` are the numbers or places that this article adds, as it writes them. `agreeing` are the other
    rules of the watchlist that found the same key in the same article: one key of one article is told once. `why` says
    in words why a rule over time tells it, or how far its count has come; an absence is no article's, then `article` is
    empty.
    """

    id: str
    article: str
    story: str
    key: str
    match: Match
    novelty: Novelty
    reason: Reason
    raised: datetime
    former: str = ""
    added: tuple[str, ...] = ()
    agreeing: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the novelty decider for one match: the alert, and what to remember because of it.

    `refines` is the key of the memory that this one replaces, because the fact says more exactly what that one said.
    """

    alert: Alert
    memory: KeyMemory
    refines: str = ""
