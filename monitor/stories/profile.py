"""What is kept of a story to recognise the next article of it: counts of its terms, not its articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import hypot, sqrt

from monitor.stories.features import Features
from monitor.stories.rarity import Rarity

MOST_TERMS = 40
"""How many terms of an article are kept, those that weigh most."""

MOST_OF_A_STORY = 64
MOST_NUMBERS = 96
"""How many terms and how many numbers of a story are kept."""

STEPS = 256
"""How rare a term is, is kept in whole parts of a nat: so many of them."""

MOST_RARE = 24 * STEPS
"""No term is rarer: e to the 24th articles are more than are ever counted."""
_MOST_COUNT = 65_535
ONCE = bytes([1]) * MOST_TERMS
"""The counts of the terms of a story of one article."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An article with the weight of its terms at the time it arrived, as a vector of length one; heaviest first.

    `rarity` has how rare each of its terms is, in nats.
    """

    features: Features
    vector: Mapping[int, float]
    rarity: Mapping[int, float]


def weigh(features: Features, rarity: Rarity) -> Weighed:
    """Weigh the terms by how often they occur and how rare they are so far, and keep the heaviest."""
    rare, terms = rarity.weigh(features.chances), features.terms
    ranked = sorted([(-terms[term] * weight, term) for term, weight in rare.items()])[:MOST_TERMS]
    length = hypot(*[weight for weight, _ in ranked]) or 1.0
    return Weighed(features, {term: -weight / length for weight, term in ranked}, rare)


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of one story.

    The columns go side by side, one place per term, the heaviest first: `terms`; in how many articles each occurs
    (`counts`), as a name (`names`), as a name of the lead (`leads`); the sum of its weights (`weights`); how rare it
    was before the story used it, in parts of a nat (`rarity`). `square` is the squared length of the summed vector:
    from it follows how alike the articles are. `numbers` count amounts with the words after them; `days` are the
    weekdays named, as bits. `opened` and `arrived` are when its first and last article arrived, `spoken` when the last
    was published; UTC.
    """

    story: str
    articles: int
    terms: Sequence[int]
    counts: Sequence[int]
    names: Sequence[int]
    leads: Sequence[int]
    weights: Sequence[float]
    rarity: Sequence[int]
    square: float
    numbers: Mapping[tuple[int, int], int]
    days: int
    opened: datetime
    arrived: datetime
    spoken: datetime | None

    @property
    def cohesion(self) -> float:
        """The mean likeness of two of its articles, 0 to 1; of a story of one, what is usual."""
        if self.articles < 2:
            return USUAL_COHESION
        return max(0.0, (self.square - self.articles) / (self.articles * (self.articles - 1)))


USUAL_COHESION = 0.35


def opened(story: str, article: Weighed) -> Profile:
    """The profile of a story of one article."""
    given, terms, rarity = article.features, tuple(article.vector), article.rarity
    return Profile(
        story=story,
        articles=1,
        terms=terms,
        counts=ONCE[: len(terms)],
        names=bytes([term in given.names for term in terms]),
        leads=bytes([term in given.lead for term in terms]),
        weights=tuple(article.vector.values()),
        rarity=tuple([round(rarity[term] * STEPS) for term in terms]),
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
    terms, rarity, counts, names, leads = (
        [*mine, *[theirs[place] for place in fresh]]
        for mine, theirs in zip(_whole_numbers(one), _whole_numbers(other), strict=True)
    )
    weights = [*one.weights, *[other.weights[place] for place in fresh]]
    dot = 0.0
    for place, at in enumerate(known):
        if at >= 0:
            dot += weights[at] * other.weights[place]
            weights[at] += other.weights[place]
            counts[at] += other.counts[place]
            names[at] += other.names[place]
            leads[at] += other.leads[place]
    order = sorted(range(len(terms)), key=weights.__getitem__, reverse=True)[:MOST_OF_A_STORY]
    return Profile(
        terms=tuple([terms[place] for place in order]),
        counts=tuple([min(counts[place], _MOST_COUNT) for place in order]),
        names=tuple([min(names[place], _MOST_COUNT) for place in order]),
        leads=tuple([min(leads[place], _MOST_COUNT) for place in order]),
        weights=tuple([weights[place] for place in order]),
        rarity=tuple([rarity[place] for place in order]),
        story=one.story,
        articles=many,
        square=one.square + 2 * dot + other.square,
        numbers=_summed(one.numbers, other.numbers),
        days=one.days | other.days,
        opened=min(one.opened, other.opened),
        arrived=max(one.arrived, other.arrived),
        spoken=max((each for each in (one.spoken, other.spoken) if each), default=None),
    )


def _whole_numbers(story: Profile) -> tuple[Sequence[int], ...]:
    return story.terms, story.rarity, story.counts, story.names, story.leads


def _summed(one: Mapping[tuple[int, int], int], other: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Both counts; of a story that grows without end the numbers told most are kept."""
    both = dict(one)
    for number, count in other.items():
        both[number] = both.get(number, 0) + count
    if len(both) > MOST_NUMBERS:
        return dict(sorted(both.items(), key=lambda each: (-each[1], each[0]))[:MOST_NUMBERS])
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
        cased=False,
    )
    vector = {term: weight / length for term, weight in zip(story.terms, story.weights, strict=True)}
    return Weighed(typical, vector, {term: rare / STEPS for term, rare in zip(story.terms, story.rarity, strict=True)})
