"""The two questions of time: is a story still fresh, and is an article older than what was told?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from monitor.model import Article, KeyMemory


@dataclass(frozen=True, slots=True)
class NoveltySettings:
    """What an operator may choose about novelty.

    `fresh`: how long a story stays fresh after the arrival of the last article told in it as new, update or also-in;
    half-open, so that exactly this much later it is over. `publishers_for_update`: at this many independent
    publishers a telling that adds nothing becomes an update, once per story; 0 for never.
    """

    fresh: timedelta = timedelta(days=7)
    publishers_for_update: int = 0


def is_fresh(memory: KeyMemory, at: datetime, settings: NoveltySettings) -> bool:
    """Whether the story of a key is fresh at a time (UTC, of arrival). One told later than `at` is fresh."""
    return at - memory.last_told < settings.fresh


def date_of(article: Article) -> datetime:
    """When an article speaks: its publication, or its arrival where that is missing, doubtful or in the future."""
    return article.speaks


def is_older_than_told(article: Article, memory: KeyMemory) -> bool:
    """Whether an article was published before the last telling of a key.

    Publication of exactly midnight (UTC) is read as a bare date, as many files and feeds give it: such an article
    is not older than a telling of the same day.
    """
    told = memory.last_published or memory.last_told
    date = date_of(article)
    if date.timetz().replace(tzinfo=None) == time.min:
        return date.date() < told.date()
    return date < told
