"""What is kept of a story to recognise the next article of it: counts of its terms, not its articles."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from math import exp, log, sqrt
from typing import Any

from monitor.stories.features import Features

MOST_TERMS = 40
"""How many terms of an article are kept, those that weigh most."""

_MOST_OF_A_STORY = 64
_MOST_NUMBERS = 96
_MOST_COUNT = 65_535


@dataclass(frozen=True, slots=True)
class Weighed:
    """An article with the weight of its terms at the time it arrived, as a vector of length one; heaviest first."""

    features: Features
    vector: Mapping[int, float]
    rarity: Mapping[int, float]


def weigh(features: Features, rarity: Mapping[int, float]) -> Weighed:
    """Weigh the terms by how often they occur and how rare they are, and keep the heaviest."""
    weights = {term: times * rarity[term] for term, times in features.terms.items()}
    heaviest = sorted([(-weight, term) for term, weight in weights.items()])[:MOST_TERMS]
    length = sqrt(sum([weight * weight for weight, _ in heaviest])) or 1.0
    return Weighed(features, {term: -weight / length for weight, term in heaviest}, rarity)


@dataclass(frozen=True, slots=True)
class Shape:
    """What follows from a profile for comparisons.

    `terms` has for each the sum of its weights, and what it adds to the surprise where an article has it rather
    than lacks it (nats); `absent` is the surprise of an article that has none of them. `hearts` are the names at
    the story's heart with their weight.
    """

    terms: Mapping[int, tuple[float, float]]
    absent: float
    hearts: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Profile:
    """The profile of one story.

    The arrays go side by side, one place per term, the heaviest first: `terms`; in how many articles each occurs
    (`counts`), as a name (`names`), as a name of the lead (`leads`); the sum of its weights (`weights`); how rare it
    was before the story used it (`rarity`). `square` is the squared length of the summed vector: from it follows how
    alike the articles are. `numbers` count amounts with the words after them; `days` are the weekdays named, as bits.
    `opened` and `arrived` are when its first and last article arrived, `spoken` when the last was published; UTC.
    """

    story: str
    articles: int
    terms: array[int]
    counts: array[int]
    names: array[int]
    leads: array[int]
    weights: array[float]
    rarity: array[float]
    square: float
    numbers: Mapping[tuple[int, int], int]
    days: int
    opened: datetime
    arrived: datetime
    spoken: datetime | None

    def heaviest(self, many: int) -> array[int]:
        """The terms that weigh most, at most so many."""
        return self.terms[:many]

    @cached_property
    def shape(self) -> Shape:
        """Worked out when it is first compared, of what is kept: after a restart it is the same."""
        many = self.articles
        if many == 1:
            part = [_ALONE[min(round(rare * 16), _RAREST)] for rare in self.rarity]
        else:
            part = [_surprise(n, many, round(rare * 16)) for n, rare in zip(self.counts, self.rarity, strict=True)]
        named = self.leads if many < _SMALL else self.names
        return Shape(
            terms={
                term: (weight, gain) for term, weight, (gain, _) in zip(self.terms, self.weights, part, strict=True)
            },
            absent=sum([missing for _, missing in part]),
            hearts=[
                (term, rare * count / many)
                for term, rare, count in zip(self.terms, self.rarity, named, strict=True)
                if count and count >= _HEART * many
            ],
        )

    @property
    def cohesion(self) -> float:
        """The mean likeness of two of its articles, 0 to 1; of a story of one, what is usual."""
        if self.articles < 2:
            return USUAL_COHESION
        return max(0.0, (self.square - self.articles) / (self.articles * (self.articles - 1)))


@lru_cache(maxsize=65_536)
def _surprise(count: int, many: int, rare: int) -> tuple[float, float]:
    """What a term adds where an article has it rather than lacks it, and what lacking it adds.

    It occurs in `count` of `many` articles of the story; `rare` is its rarity before that, in sixteenths of a nat.
    """
    before = exp(-rare / 16)
    after = min((count + 2 * before + 0.02) / (many + 2), 0.999)
    if after <= before:
        return 0.0, 0.0
    missing = log((1 - after) / (1 - before))
    return log(after / before) - missing, missing


_RAREST = 320
_ALONE = [_surprise(1, 1, rare) for rare in range(_RAREST + 1)]
"""What a term of a story of one article adds, by its rarity: most stories are such."""

USUAL_COHESION = 0.35

_HEART = 0.5
"""In what share of its articles a name occurs that is at the heart of a story; of its leads while it is small."""

_SMALL = 3


def opened(story: str, article: Weighed) -> Profile:
    """The profile of a story of one article."""
    given, vector = article.features, article.vector
    return Profile(
        story=story,
        articles=1,
        terms=array("I", vector),
        counts=array("H", (1,)) * len(vector),
        names=array("H", [term in given.names for term in vector]),
        leads=array("H", [term in given.lead for term in vector]),
        weights=array("f", vector.values()),
        rarity=array("f", [article.rarity[term] for term in vector]),
        square=1.0,
        numbers=dict.fromkeys(given.numbers, 1),
        days=given.days,
        opened=given.arrived,
        arrived=given.arrived,
        spoken=given.spoken,
    )


def joined(one: Profile, other: Profile) -> Profile:
    """Two stories as one, under the name of the first; the terms that weigh most are kept."""
    many = one.articles + other.articles
    places = dict(zip(one.terms, range(len(one.terms)), strict=True))
    known = [places.get(term, -1) for term in other.terms]
    fresh = [place for place, at in enumerate(known) if at < 0]
    terms, weights, rarity, counts, names, leads = (
        mine.tolist() + [theirs[place] for place in fresh]
        for mine, theirs in zip(_columns(one), _columns(other), strict=True)
    )
    dot = 0.0
    for place, at in enumerate(known):
        if at >= 0:
            dot += weights[at] * other.weights[place]
            weights[at] += other.weights[place]
            counts[at] += other.counts[place]
            names[at] += other.names[place]
            leads[at] += other.leads[place]
    order = sorted(range(len(terms)), key=weights.__getitem__, reverse=True)[:_MOST_OF_A_STORY]
    return Profile(
        terms=array("I", [terms[place] for place in order]),
        counts=array("H", [min(counts[place], _MOST_COUNT) for place in order]),
        names=array("H", [min(names[place], _MOST_COUNT) for place in order]),
        leads=array("H", [min(leads[place], _MOST_COUNT) for place in order]),
        weights=array("f", [weights[place] for place in order]),
        rarity=array("f", [rarity[place] for place in order]),
        story=one.story,
        articles=many,
        square=one.square + 2 * dot + other.square,
        numbers=_summed(one.numbers, other.numbers),
        days=one.days | other.days,
        opened=min(one.opened, other.opened),
        arrived=max(one.arrived, other.arrived),
        spoken=max((each for each in (one.spoken, other.spoken) if each), default=None),
    )


def _columns(story: Profile) -> tuple[array[Any], ...]:
    return story.terms, story.weights, story.rarity, story.counts, story.names, story.leads


def _summed(one: Mapping[tuple[int, int], int], other: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Both counts; of a story that grows without end the numbers told most are kept."""
    both = dict(one)
    for number, count in other.items():
        both[number] = both.get(number, 0) + count
    if len(both) > _MOST_NUMBERS:
        return dict(sorted(both.items(), key=lambda each: (-each[1], each[0]))[:_MOST_NUMBERS])
    return both


_TYPICAL = 0.34
"""In what share of a story's articles something occurs that is typical of it."""


def as_article(story: Profile) -> Weighed:
    """A story as if it were one article, to compare it with another story."""
    many = story.articles
    length = sqrt(story.square) or 1.0
    typical = Features(
        terms={term: 1.0 for term, count in zip(story.terms, story.counts, strict=True) if count >= _TYPICAL * many},
        chances={},
        names=frozenset(term for term, name in zip(story.terms, story.names, strict=True) if name),
        lead=frozenset(term for term, lead in zip(story.terms, story.leads, strict=True) if lead >= 0.5 * many),
        numbers=frozenset(number for number, count in story.numbers.items() if count >= _TYPICAL * many),
        days=story.days,
        arrived=story.arrived,
        spoken=story.spoken,
    )
    vector = {term: weight / length for term, weight in zip(story.terms, story.weights, strict=True)}
    return Weighed(typical, vector, dict(zip(story.terms, story.rarity, strict=True)))
