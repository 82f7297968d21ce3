"""The stories of a store: where an article belongs by its words, and what is kept for the articles that follow.

The window in memory is made of the rows once, and goes on beside them. Every article that is taken in has a number, and
the rows say which was the last: where that is not the window's last (a transaction that failed, another process), the
window is made anew. So a process that dies between any two articles leaves nothing that the next one does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from monitor.model import Article, KeyMemory, Match, Story, StoryReason
from monitor.stories.assign import GroupingSettings, odds
from monitor.stories.duplicates import DuplicateSettings, Duplication, near_duplicate
from monitor.stories.grouping import Merge, Placement
from monitor.stories.keys import story_key, story_keys
from monitor.stories.memory import united
from monitor.stories.merging import one_story, renamed
from monitor.stories.packing import (
    pack_counts,
    pack_signature,
    pack_terms,
    unpack_counts,
    unpack_profile,
    unpack_signature,
    unpack_terms,
)
from monitor.stories.profile import Weighed
from monitor.stories.rarity import Rarity
from monitor.stories.signature import Signature
from monitor.stories.window import ASKED, Sought, StoryWindow

_COUNTED_EVERY = 1000
"""After how many articles the counts of terms are written anew; in between the terms of each article are."""

_LEAST_SHARED = 0.1
_AT_ANY_AGE = timedelta.max


class StoryRows(Protocol):
    """What is needed of a store, within the transaction of an article. Bytes are those of `monitor.stories.packing`."""

    def grouped(self) -> int: ...
    def profiles(self) -> Iterator[tuple[str, bytes]]: ...
    def profile(self, story: str) -> bytes | None: ...
    def save_profile(self, touched: int, story: str, profile: bytes) -> None: ...
    def close_profile(self, story: str, terms: Iterable[int]) -> None: ...
    def open_again(self, story: str) -> None: ...
    def stories_over(
        self, terms: Mapping[int, float], rules: Iterable[str], least: float
    ) -> Sequence[tuple[str, bytes]]: ...

    def rarity(self) -> tuple[float, bytes] | None: ...
    def lessons(self) -> Iterator[bytes]: ...
    def add_lesson(self, touched: int, terms: bytes) -> None: ...
    def save_rarity(self, touched: int, articles: float, counts: bytes) -> None: ...

    def put_signature(self, article: str, bands: Sequence[int], content: bytes) -> None: ...
    def similar_signatures(self, bands: Sequence[int]) -> Sequence[tuple[str, bytes]]: ...

    def story(self, story_id: str) -> Story | None: ...
    def save_story(self, story: Story) -> None: ...
    def recall(self, keys: Sequence[str]) -> Mapping[str, KeyMemory]: ...
    def story_memories(self, story: str) -> Sequence[KeyMemory]: ...
    def replace_memory(self, old: str, memory: KeyMemory) -> None: ...
    def merge_stories(self, kept: str, dropped: str, article: str, score: float, at: datetime) -> None: ...


class KeptStories:
    """Where articles belong, over a store. Not for several threads at once, as its transactions are."""

    def __init__(
        self,
        rows: StoryRows,
        grouping: GroupingSettings | None = None,
        duplicates: DuplicateSettings | None = None,
    ) -> None:
        self._rows = rows
        self._grouping = grouping or GroupingSettings()
        self._duplicates = duplicates or DuplicateSettings()
        self._window: StoryWindow | None = None
        self._touched = 0

    def duplicate_of(self, signature: Signature) -> Duplication:
        """Whether a text repeats a known one."""
        similar = self._rows.similar_signatures(signature.bands)
        known = [unpack_signature(article, content) for article, content in similar]
        return near_duplicate(signature, known, self._duplicates)

    def sign(self, article: str, signature: Signature) -> None:
        """Keep what the text of an article (the id under which it is stored) is known by."""
        self._rows.put_signature(article, signature.bands, pack_signature(signature))

    def seek(self, article: Article, known: Placement, matches: Sequence[Match]) -> Sought:
        """Where an article that was never seen belongs; `known` is how far facts carry. Changes nothing."""
        window = self._current()
        if known.reason is not StoryReason.FIRST:
            sought = window.seek(article, known)
            if not self._is_unlike(sought, matches):
                return sought
        sought = window.seek(article)
        rules = {(match.watchlist, match.rule) for match in matches if not match.fact}
        retold = self._told_before(sought, rules) if rules else None
        return replace(sought, placement=retold) if retold else sought

    def _is_unlike(self, sought: Sought, matches: Sequence[Match]) -> bool:
        """Whether only a fact puts an article where no word of it belongs; a correction belongs there all the same."""
        placement = sought.placement
        by_fact = placement.reason is StoryReason.SAME_FACT and not any(match.retracts for match in matches)
        return by_fact and placement.score is not None and placement.score < self._grouping.fact_at

    def take(self, article: Article, sought: Sought) -> None:
        """Take an article in where it belongs: merges, the profile of its story, what its words teach."""
        window, placement = self._current(), sought.placement
        for merge in placement.merges:
            self._merge(merge, article)
        packed = None if placement.story in window else self._rows.profile(placement.story)
        moved = window.take(sought, unpack_profile(placement.story, packed) if packed else None)
        if packed:
            self._rows.open_again(placement.story)
        self._touched += 1
        self._rows.save_profile(self._touched, placement.story, moved.grown)
        for left in moved.left:
            self._rows.close_profile(left.story, left.terms)
        self._rows.add_lesson(self._touched, pack_terms(sought.weighed.features.terms))
        if self._touched % _COUNTED_EVERY == 0:
            rarity = window.rarity
            self._rows.save_rarity(self._touched, rarity.articles, pack_counts(rarity.counts))

    def _current(self) -> StoryWindow:
        touched = self._rows.grouped()
        if self._window is None or touched != self._touched:
            self._window, self._touched = self._made(), touched
        return self._window

    def _made(self) -> StoryWindow:
        kept = self._rows.rarity()
        rarity = Rarity(kept[0], unpack_counts(kept[1])) if kept else Rarity()
        for terms in self._rows.lessons():
            rarity.learn(unpack_terms(terms))
        return StoryWindow(self._grouping, rarity, self._rows.profiles())

    def _told_before(self, sought: Sought, rules: Iterable[tuple[str, str]]) -> Placement | None:
        """The earlier story that one of these rules told and that an article tells again, at any age."""
        story = sought.placement.story
        if self._rows.recall([story_key(*rule, story) for rule in rules]):
            return None
        weights = {term: weight**2 for term, weight in islice(sought.weighed.vector.items(), ASKED)}
        over = self._rows.stories_over(weights, [story_keys(*rule) for rule in sorted(rules)], _LEAST_SHARED)
        return told_again(sought.weighed, over, self._grouping)

    def _merge(self, merge: Merge, article: Article) -> None:
        kept, dropped = self._rows.story(merge.kept), self._rows.story(merge.dropped)
        assert kept is not None and dropped is not None, "the stories of the window are stored"
        for memory in self._rows.story_memories(merge.dropped):
            moved = renamed(memory, merge.kept)
            known = self._rows.recall([moved.key]).get(moved.key)
            self._rows.replace_memory(memory.key, united(known, moved) if known else moved)
        self._rows.merge_stories(merge.kept, merge.dropped, article.id, merge.score, article.arrived)
        self._rows.save_story(one_story(kept, dropped))


def told_again(article: Weighed, over: Sequence[tuple[str, bytes]], settings: GroupingSettings) -> Placement | None:
    """The likeliest of the stories that are over, where it is likely enough; time between them says nothing."""
    ageless = replace(settings, span=_AT_ANY_AGE, a_day_apart=0.0)
    scored = [(odds(article, unpack_profile(story, packed), ageless), story) for story, packed in over]
    score, story = max(scored, default=(settings.again_at, ""))
    return Placement(story, StoryReason.SIMILAR, score=score) if story and score >= settings.again_at else None
