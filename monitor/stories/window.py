"""The stories of the last days in memory: finds the few that an article can belong to, and remembers where it went.

    article -> features -> weights (rarity learnt so far) -> candidates -> `assign` -> the story's profile grows

A story is found by its heaviest terms, through an index from term to stories; of those that share some, the few that
share most are compared in full. `seek` looks and `take` remembers, so that what would be can be asked. The index
follows from the profiles and their order: a window made of the rows of another goes on as that one would have.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from monitor.model import Article, StoryReason
from monitor.stories.assign import GroupingSettings, assign
from monitor.stories.features import features
from monitor.stories.grouping import Placement
from monitor.stories.profile import Profile, Weighed, joined, opened, weigh
from monitor.stories.rarity import Rarity

INDEXED = 24
"""Under how many of its heaviest terms a story is found."""

ASKED = 16
"""How many of its heaviest terms an article asks for."""

_NEWEST = 24
"""How many stories of one term are looked at, the newest: what half the window says tells nothing."""

_COMPARED = 2
"""How many stories are compared in full, and what they must share to be: of 1, the squared length of the article."""

_LEAST_SHARED = 0.06


@dataclass(frozen=True, slots=True)
class Sought:
    """Where an article belongs, and the article as it was weighed for that."""

    placement: Placement
    weighed: Weighed


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed in the window: the profile that grew, those that left because they were over, those merged away."""

    grown: Profile
    left: tuple[Profile, ...]
    merged: tuple[str, ...]


class StoryWindow:
    """The open stories. Not for several threads at once."""

    def __init__(
        self,
        settings: GroupingSettings | None = None,
        rarity: Rarity | None = None,
        profiles: Iterable[Profile] = (),
    ) -> None:
        """`profiles` come in the order in which they were touched last."""
        self.settings = settings or GroupingSettings()
        self._rarity = rarity or Rarity()
        self._profiles: OrderedDict[str, Profile] = OrderedDict()
        self._index: dict[int, str | dict[str, None]] = {}
        """The stories of each term, the longest untouched first; most terms have but one."""
        self._renamed: dict[str, str] = {}
        for profile in profiles:
            self._profiles[profile.story] = profile
            self._enter(profile)

    def __len__(self) -> int:
        return len(self._profiles)

    def __contains__(self, story: str) -> bool:
        return story in self._profiles

    def rows(self) -> Iterator[Profile]:
        """The profiles, the longest untouched first."""
        return iter(self._profiles.values())

    @property
    def rarity(self) -> Rarity:
        """What was learnt of how rare words are; to be kept beside the rows."""
        return self._rarity

    def current(self, story: str) -> str:
        """The name that a story goes by after the merges since."""
        while story in self._renamed:
            story = self._renamed[story]
        return story

    def place(self, article: Article) -> Placement:
        """Assign an article to its story, and take it in. Articles are expected in order of arrival."""
        sought = self.seek(article)
        self.take(sought)
        return sought.placement

    def seek(self, article: Article, known: Placement | None = None) -> Sought:
        """Where an article belongs; `known` where that is certain without its words. Changes nothing."""
        weighed = self.weigh(article)
        candidates = self.candidates(weighed)
        if known is not None and known.story in self._profiles:
            candidates = [self._profiles[known.story], *(each for each in candidates if each.story != known.story)]
        return Sought(assign(article.id, weighed, candidates, self.settings, known), weighed)

    def weigh(self, article: Article) -> Weighed:
        """An article with the weight of its terms as of now."""
        given = features(article)
        return weigh(given, self._rarity.weigh(given.chances))

    def candidates(self, article: Weighed) -> list[Profile]:
        """The stories that share most of the article's heaviest terms."""
        shared: dict[str, float] = {}
        index = self._index
        for term, weight in islice(article.vector.items(), ASKED):
            stories = index.get(term)
            if stories is None:
                continue
            square = weight * weight
            for story in (stories,) if isinstance(stories, str) else islice(reversed(stories), _NEWEST):
                shared[story] = shared.get(story, 0.0) + square
        horizon = article.features.arrived - self.settings.span
        found: list[Profile] = []
        for story in sorted(shared, key=shared.__getitem__, reverse=True):
            if shared[story] < _LEAST_SHARED:
                break
            profile = self._profiles[story]
            if profile.arrived >= horizon:
                found.append(profile)
                if len(found) == _COMPARED:
                    break
        return found

    def take(self, sought: Sought, known: Profile | None = None) -> Moved:
        """Take an article in where it belongs; `known` is the profile of its story where the window has none."""
        placement, article = sought.placement, sought.weighed
        self._rarity.learn(article.features.terms)
        for merge in placement.merges:
            self._merge(merge.kept, merge.dropped)
        before = self._drop(placement.story) or known
        alone = opened(placement.story, article)
        grown = joined(before, alone) if before and self._is_alike(placement) else before or alone
        self._profiles[placement.story] = grown
        self._enter(grown)
        left = tuple(self._leave(article.features.arrived))
        return Moved(grown, left, tuple(merge.dropped for merge in placement.merges))

    def _is_alike(self, placement: Placement) -> bool:
        """Whether an article may shape the profile of its story. One that only a fact put there, in another language
        perhaps, would make it a profile of nothing, which is like everything."""
        by_fact = placement.reason is StoryReason.SAME_FACT
        return not by_fact or (placement.score is not None and placement.score >= self.settings.join_at)

    def _merge(self, kept: str, dropped: str) -> None:
        gone, into = self._drop(dropped), self._drop(kept)
        assert gone is not None and into is not None, "only stories of the window are merged"
        self._profiles[kept] = joined(into, gone)
        self._enter(self._profiles[kept])
        self._renamed[dropped] = kept

    def _enter(self, profile: Profile) -> None:
        index, story = self._index, profile.story
        for term in profile.heaviest(INDEXED):
            stories = index.setdefault(term, story)
            if stories is not story:
                if isinstance(stories, str):
                    index[term] = {stories: None, story: None}
                else:
                    stories[story] = None

    def _drop(self, story: str) -> Profile | None:
        profile = self._profiles.pop(story, None)
        if profile is not None:
            for term in profile.heaviest(INDEXED):
                stories = self._index[term]
                if isinstance(stories, str) or len(stories) == 1:
                    del self._index[term]
                else:
                    del stories[story]
        return profile

    def _leave(self, now: datetime) -> Iterator[Profile]:
        """Let go of stories that are over, and of the longest untouched where there are too many."""
        horizon = now - self.settings.span
        while self._profiles:
            oldest = next(iter(self._profiles.values()))
            if oldest.arrived >= horizon and len(self._profiles) <= self.settings.most:
                break
            self._drop(oldest.story)
            yield oldest
