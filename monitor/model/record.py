"""A digest as data, for ways out that are no mail: what a webhook receives, and what posts are made of.

Times are ISO 8601 in UTC, every text is cleaned and ready to show, nothing is formatted for a medium. The fields, their
names and their meanings are a promise to receivers: `version` changes when one of them does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

VERSION = 1


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A whole sentence that carries evidence. `marks` are the half-open ranges, in characters, of the words that prove
    the match; `publisher` is set where the sentence is not from the story's own article."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class NewsRecord:
    """What is new in a story. `kind` is `new`, `update`, `again` or `corrected`, `label` the same in the reader's
    language."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """Another place that tells the same news; `url` may be empty. With a `title` it tells other news of the story."""

    publisher: str
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """One story under one watchlist.

    `id` is unique for digest, watchlist and story, and the same in every repeat. `title` is the rule's sentence about
    it, `headline` the article's own. `published` is when the article appeared, `when` the same in words and local time,
    `age` warns of an old one. `url` is an absolute http(s) address in ASCII or empty, `host` where it really leads.
    `facts` are slots and their values. `also_more` counts places beyond those listed; `beside` are articles that tell
    other news of the story. `elsewhere` names the other watchlists that the story belongs to. `alerts` are ids that
    `monitor sent why` knows. `note` says what is missing, and why.
    """

    id: str
    story: str
    watchlist: str
    watchlist_title: str
    novelty: Literal["new", "update", "recap"]
    severity: Literal["low", "normal", "high", "critical"]
    title: str
    headline: str
    publisher: str
    published: str
    when: str = ""
    age: str = ""
    lang: str = ""
    url: str = ""
    host: str = ""
    news: tuple[NewsRecord, ...] = ()
    facts: tuple[Mapping[str, str], ...] = ()
    passages: tuple[PassageRecord, ...] = ()
    also_in: tuple[PlaceRecord, ...] = ()
    also_more: int = 0
    beside: tuple[PlaceRecord, ...] = ()
    beside_more: int = 0
    rules: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """Where everything went: `shown` stories, alerts `folded` into them, alerts `waiting` for the next digest."""

    articles: int = 0
    matched: int = 0
    shown: int = 0
    folded: int = 0
    waiting: int = 0
    failing_sources: int = 0
    broken_rules: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A digest, or a notice to an operator (`kind`), which has a `text` and no stories.

    `id` is unique among all installations and the same in every repeat: a receiver that keeps it takes nothing twice.
    `digest` names the digest here, `installation` tells installations apart. `start` and `end` bound the period,
    half-open. `stories` come in the order of the mail: by watchlist, new ones first. `warning` is what a reader must
    know before trusting a calm page. `page` is where the whole digest can be read, if anywhere.
    """

    id: str
    kind: Literal["digest", "notice"]
    digest: str
    subscription: str
    channel: str
    installation: str
    subject: str
    composed: str
    start: str
    end: str
    warning: str = ""
    text: str = ""
    page: str = ""
    stories: tuple[StoryRecord, ...] = ()
    account: AccountRecord = AccountRecord()
    version: int = VERSION


Posts = Callable[[Record], Sequence[bytes]]
"""How a channel puts a record: one frozen body for each post, in order. Pure, and never empty."""


def record_bytes(record: Record) -> bytes:
    """The record as JSON in UTF-8, byte-identical for equal records."""
    return json.dumps(asdict(record), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
