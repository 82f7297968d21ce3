"""The stories of the last days in memory: finds the few that an article can belong to, and remembers where it went.

    article -> features -> weights (rarity learnt so far) -> candidates -> `assign` -> the story's profile grows

A story is found by its heaviest terms, through an index from term to stories; of those that share some, the few that
share most are compared in full. `seek` looks and `take` remembers, so that what would be can be asked. The index
follows from the profiles and their order: a window made of the rows of another goes on as that one would have.

A profile is held as the bytes that the store keeps of it and read when it is compared: that is a third of the memory,
and nothing grows with the comparisons. Of a story of one article the window holds about 1.2 kB, index included.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from monitor.model import Article, StoryReason
from monitor.stories.assign import GroupingSettings, assign
from monitor.stories.features import features
from monitor.stories.grouping import Placement
from monitor.stories.packing import arrival, heaviest, micros, pack_profile, unpack_profile
from monitor.stories.profile import Profile, Weighed, joined, opened, weigh
from monitor.stories.rarity import Rarity

INDEXED = 24
"""Under how many of its heaviest terms a story is found."""

ASKED = 16
"""How many of its heaviest terms an article asks for."""

_NEWEST = 12
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
class Left:
    """A story that is over, and the terms under which it was found."""

    story: str
    terms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed in the window: the story that grew and its packed profile, those that left, those merged away."""

    story: str
    grown: bytes
    left: tuple[Left, ...]
    merged: tuple[str, ...]


class StoryWindow:
    """The open stories. Not for several threads at once."""

    def __init__(
        self,
        settings: GroupingSettings | None = None,
        rarity: Rarity | None = None,
        rows: Iterable[tuple[str, bytes]] = (),
    ) -> None:
        """`rows` are stories with their packed profiles, in the order in which they were touched last."""
        self.settings = settings or GroupingSettings()
        self._rarity = rarity or Rarity()
        self._profiles: dict[int, bytes] = {}
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        """Stories by a number that grows with every touch, and back."""
        self._index: dict[int, int | array[int]] = {}
        """The numbers of the stories of each term, ascending; most terms have but one."""
        self._next = self._oldest = 0
        self._renamed: dict[str, str] = {}
        for story, profile in rows:
            self._enter(story, profile)

    def __len__(self) -> int:
        return len(self._profiles)

    def __contains__(self, story: str) -> bool:
        return story in self._numbers

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """The stories and their packed profiles, the longest untouched first."""
        return zip(self._names.values(), self._profiles.values(), strict=True)

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
        if known is not None and (profile := self._profile(known.story)):
            candidates = [profile, *(each for each in candidates if each.story != known.story)]
        return Sought(assign(article.id, weighed, candidates, self.settings, known), weighed)

    def weigh(self, article: Article) -> Weighed:
        """An article with the weight of its terms as of now."""
        return weigh(features(article), self._rarity)

    def candidates(self, article: Weighed) -> list[Profile]:
        """The stories that share most of the article's heaviest terms."""
        shared: defaultdict[int, float] = defaultdict(float)
        index = self._index
        for term, weight in islice(article.vector.items(), ASKED):
            numbers = index.get(term)
            if numbers is None:
                continue
            square = weight * weight
            for number in (numbers,) if isinstance(numbers, int) else numbers[: -_NEWEST - 1 : -1]:
                shared[number] += square
        horizon = micros(article.features.arrived - self.settings.span)
        enough = [(-share, number) for number, share in shared.items() if share >= _LEAST_SHARED]
        found: list[Profile] = []
        for _, number in sorted(enough):
            packed = self._profiles[number]
            if arrival(packed) >= horizon:
                found.append(unpack_profile(self._names[number], packed))
                if len(found) == _COMPARED:
                    break
        return found

    def take(self, sought: Sought, known: Profile | None = None) -> Moved:
        """Take an article in where it belongs; `known` is the profile of its story where the window has none."""
        placement, article = sought.placement, sought.weighed
        self._rarity.learn(article.features.terms)
        for merge in placement.merges:
            self._merge(merge.kept, merge.dropped)
        before = self._profile(placement.story) or known
        alone = opened(placement.story, article)
        grown = joined(before, alone) if before and self._is_alike(placement) else before or alone
        self._drop(placement.story)
        packed = pack_profile(grown)
        self._enter(placement.story, packed)
        left = tuple(self._leave(article.features.arrived))
        return Moved(placement.story, packed, left, tuple(merge.dropped for merge in placement.merges))

    def _is_alike(self, placement: Placement) -> bool:
        """Whether an article may shape the profile of its story. One that only a fact put there, in another language
        perhaps, would make it a profile of nothing, which is like everything."""
        by_fact = placement.reason is StoryReason.SAME_FACT
        return not by_fact or (placement.score is not None and placement.score >= self.settings.join_at)

    def _merge(self, kept: str, dropped: str) -> None:
        into, gone = self._profile(kept), self._profile(dropped)
        assert into is not None and gone is not None, "only stories of the window are merged"
        self._drop(kept)
        self._drop(dropped)
        self._enter(kept, pack_profile(joined(into, gone)))
        self._renamed[dropped] = kept

    def _profile(self, story: str) -> Profile | None:
        number = self._numbers.get(story)
        return None if number is None else unpack_profile(story, self._profiles[number])

    def _enter(self, story: str, profile: bytes) -> None:
        number, index = self._next, self._index
        self._next += 1
        self._profiles[number], self._names[number], self._numbers[story] = profile, story, number
        for term in heaviest(profile, INDEXED):
            numbers = index.setdefault(term, number)
            if numbers is not number:
                if isinstance(numbers, int):
                    index[term] = array("I", (numbers, number))
                else:
                    numbers.append(number)

    def _drop(self, story: str) -> None:
        number = self._numbers.pop(story, None)
        if number is None:
            return
        index = self._index
        for term in heaviest(self._profiles.pop(number), INDEXED):
            numbers = index[term]
            if isinstance(numbers, int) or len(numbers) == 1:
                del index[term]
            else:
                del numbers[bisect_left(numbers, number)]
        del self._names[number]

    def _leave(self, now: datetime) -> Iterator[Left]:
        """Let go of stories that are over, and of the longest untouched where there are too many."""
        horizon = micros(now - self.settings.span)
        while self._profiles:
            while self._oldest not in self._profiles:
                self._oldest += 1
            profile = self._profiles[self._oldest]
            if arrival(profile) >= horizon and len(self._profiles) <= self.settings.most:
                break
            story = self._names[self._oldest]
            self._drop(story)
            yield Left(story, heaviest(profile, INDEXED))
