"""The stories of the last days in memory: finds the few that an article can belong to, and remembers where it went.

    article -> features -> weights (rarity learnt so far) -> candidates -> `assign` -> the story's profile grows

A story is found by its heaviest terms, through an index from term to stories; of those that share some, the few that
share most are compared in full. What the window holds is `rows()`, and a window made of them goes on as if it had never
stopped. A pipeline keeps the rows in its store (`StoryRows` below), changed ones only: those of `Placement.story`
and of its merges.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Protocol

from monitor.model import Article
from monitor.stories.assign import GroupingSettings, assign
from monitor.stories.features import features
from monitor.stories.grouping import Placement
from monitor.stories.profile import Profile, Weighed, joined, opened, weigh
from monitor.stories.rarity import Rarity

_INDEXED = 12
"""Under how many of its heaviest terms an article is found."""

_ASKED = 16
"""How many of its heaviest terms an article asks for."""

_NEWEST = 48
"""How many stories of one term are looked at, the newest: what half the window says tells nothing."""

_COMPARED = 3
"""How many stories are compared in full, and what they must share to be: of 1, the squared length of the article."""

_LEAST_SHARED = 0.06


class StoryRows(Protocol):
    """What the window needs of a store to survive a restart."""

    def save_profile(self, profile: Profile) -> None: ...
    def drop_profile(self, story: str) -> None: ...
    def profiles(self) -> Iterator[Profile]:
        """Every profile, the longest untouched first."""
        ...


class StoryWindow:
    """The open stories. One article at a time: `place`. Not for several threads at once."""

    def __init__(
        self,
        settings: GroupingSettings | None = None,
        rarity: Rarity | None = None,
        profiles: Iterable[Profile] = (),
    ) -> None:
        self._settings = settings or GroupingSettings()
        self._rarity = rarity or Rarity()
        self._profiles: OrderedDict[str, Profile] = OrderedDict()
        self._index: dict[int, list[str]] = {}
        self._gone = 0
        self._renamed: dict[str, str] = {}
        for profile in profiles:
            self._profiles[profile.story] = profile
            self._enter(profile.story, profile.terms)

    def __len__(self) -> int:
        return len(self._profiles)

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
        given = features(article)
        self._rarity.learn(given.terms)
        weighed = weigh(given, self._rarity.weigh(given.chances))
        self._leave(given.arrived)
        placement = assign(article.id, weighed, self.candidates(weighed), self._settings)
        self._take(placement, weighed)
        return placement

    def candidates(self, article: Weighed) -> list[Profile]:
        """The stories that share most of the article's heaviest terms."""
        shared: dict[str, float] = {}
        index = self._index
        for term, weight in islice(article.vector.items(), _ASKED):
            for story in index.get(term, ())[-_NEWEST:]:
                shared[story] = shared.get(story, 0.0) + weight * weight
        found: list[Profile] = []
        for story in sorted(shared, key=shared.__getitem__, reverse=True):
            if shared[story] < _LEAST_SHARED:
                break
            if story in self._profiles:
                found.append(self._profiles[story])
                if len(found) == _COMPARED:
                    break
        return found

    def _take(self, placement: Placement, article: Weighed) -> None:
        for merge in placement.merges:
            into = self._profiles[merge.kept]
            gone = self._profiles.pop(merge.dropped)
            self._profiles[merge.kept] = joined(into, gone)
            self._renamed[merge.dropped] = merge.kept
            self._enter(merge.kept, gone.terms)
        alone = opened(placement.story, article)
        known = self._profiles.pop(placement.story, None)
        self._profiles[placement.story] = joined(known, alone) if known else alone
        self._enter(placement.story, alone.terms)

    def _enter(self, story: str, terms: Iterable[int]) -> None:
        for term in islice(terms, _INDEXED):
            stories = self._index.setdefault(term, [])
            if not stories or stories[-1] != story:
                stories.append(story)
                if len(stories) > 4 * _NEWEST:
                    del stories[: -2 * _NEWEST]

    def _leave(self, now: datetime) -> None:
        """Let go of stories that are over, and of the longest untouched where there are too many."""
        horizon = now - self._settings.span
        while self._profiles:
            oldest = next(iter(self._profiles.values()))
            if oldest.arrived >= horizon and len(self._profiles) < self._settings.most:
                break
            del self._profiles[oldest.story]
            self._gone += 1
        if self._gone > max(1000, len(self._profiles)):
            self._sweep()

    def _sweep(self) -> None:
        """Take the stories that left out of the index; now and then, so that it costs little each time."""
        here = self._profiles
        swept = {term: [story for story in stories if story in here] for term, stories in self._index.items()}
        self._index = {term: stories for term, stories in swept.items() if stories}
        self._renamed = {story: name for story, name in self._renamed.items() if self.current(name) in here}
        self._gone = 0
