"""What is kept of a story to recognise the next article of it: counts of its terms, not its articles."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, sqrt
from typing import TypedDict

from monitor.stories.features import Features

MOST_TERMS = 48
"""How many terms of an article are kept, those that weigh most."""

_MOST_OF_A_STORY = 96
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
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:MOST_TERMS]
    length = sqrt(sum(weights[term] ** 2 for term in heaviest)) or 1.0
    return Weighed(features, {term: weights[term] / length for term in heaviest}, rarity)


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of one story.

    The arrays go side by side, one place per term, the heaviest first: `terms`; in how many articles each occurs
    (`counts`), as a name (`names`), as a name of the lead (`leads`); the sum of its weights (`weights`); how rare
    it was before the story used it (`rarity`); what it adds to the surprise where an article has it rather than
    lacks it (`gains`, in nats). `absent` is the surprise of an article that has none of them. `hearts` are the
    names at the story's heart with their weight. `square` is the squared length of the summed vector: from it
    follows how alike the articles are. `numbers` count amounts with the words after them; `days` are the weekdays
    named, as bits. `opened` and `arrived` are when its first and last article arrived, `spoken` when the last was
    published; UTC.
    """

    story: str
    articles: int
    terms: array[int]
    counts: array[int]
    names: array[int]
    leads: array[int]
    weights: array[float]
    rarity: array[float]
    gains: array[float]
    absent: float
    hearts: tuple[tuple[int, float], ...]
    square: float
    numbers: Mapping[tuple[int, int], int]
    days: int
    opened: datetime
    arrived: datetime
    spoken: datetime | None

    def heaviest(self, many: int) -> array[int]:
        """The terms that weigh most, at most so many."""
        return self.terms[:many]

    @property
    def cohesion(self) -> float:
        """The mean likeness of two of its articles, 0 to 1; of a story of one, what is usual."""
        if self.articles < 2:
            return USUAL_COHESION
        return max(0.0, (self.square - self.articles) / (self.articles * (self.articles - 1)))


USUAL_COHESION = 0.35

_HEART = 0.5
"""In what share of its articles a name occurs that is at the heart of a story; of its leads while it is small."""

_SMALL = 3


def opened(story: str, article: Weighed) -> Profile:
    """The profile of a story of one article."""
    given = article.features
    rows = [
        (term, 1, int(term in given.names), int(term in given.lead), weight, article.rarity[term])
        for term, weight in article.vector.items()
    ]
    return Profile(
        **_columns(rows, 1),
        story=story,
        articles=1,
        square=1.0,
        numbers=dict.fromkeys(given.numbers, 1),
        days=given.days,
        opened=given.arrived,
        arrived=given.arrived,
        spoken=given.spoken,
    )


def joined(one: Profile, other: Profile) -> Profile:
    """Two stories as one, under the name of the first; the terms that weigh most are kept."""
    rows = {row[0]: row for row in _rows(one)}
    dot = 0.0
    for row in _rows(other):
        term, count, name, lead, weight, _ = row
        known = rows.get(term)
        if known is None:
            rows[term] = row
        else:
            dot += known[4] * weight
            rows[term] = (term, known[1] + count, known[2] + name, known[3] + lead, known[4] + weight, known[5])
    kept = sorted(rows.values(), key=lambda row: (-row[4], row[0]))[:_MOST_OF_A_STORY]
    return Profile(
        **_columns(kept, one.articles + other.articles),
        story=one.story,
        articles=one.articles + other.articles,
        square=one.square + 2 * dot + other.square,
        numbers=_summed(one.numbers, other.numbers),
        days=one.days | other.days,
        opened=min(one.opened, other.opened),
        arrived=max(one.arrived, other.arrived),
        spoken=max((each for each in (one.spoken, other.spoken) if each), default=None),
    )


_Row = tuple[int, int, int, int, float, float]


class _Columns(TypedDict):
    """The arrays of a profile and what is worked out of them, once for all comparisons."""

    terms: array[int]
    counts: array[int]
    names: array[int]
    leads: array[int]
    weights: array[float]
    rarity: array[float]
    gains: array[float]
    absent: float
    hearts: tuple[tuple[int, float], ...]


def _columns(rows: Sequence[_Row], many: int) -> _Columns:
    terms, counts, names, leads, weights, rarities = zip(*rows, strict=True) if rows else ((),) * 6
    return worked_out(
        many,
        array("I", terms),
        array("H", [min(count, _MOST_COUNT) for count in counts]),
        array("H", [min(count, _MOST_COUNT) for count in names]),
        array("H", [min(count, _MOST_COUNT) for count in leads]),
        array("f", weights),
        array("f", rarities),
    )


def worked_out(
    many: int,
    terms: array[int],
    counts: array[int],
    names: array[int],
    leads: array[int],
    weights: array[float],
    rarity: array[float],
) -> _Columns:
    """What follows from the columns, worked out of what is kept of them: after a restart it is the same."""
    gains, absent, hearts = array("f"), 0.0, []
    for place, (count, rare) in enumerate(zip(counts, rarity, strict=True)):
        before = exp(-rare)
        after = min((count + 2 * before + 0.02) / (many + 2), 0.999)
        if after > before:
            missing = log((1 - after) / (1 - before))
            absent += missing
            gains.append(log(after / before) - missing)
        else:
            gains.append(0.0)
        heart = leads[place] if many < _SMALL else names[place]
        if heart >= _HEART * many:
            hearts.append((terms[place], rare * heart / many))
    return _Columns(
        terms=terms,
        counts=counts,
        names=names,
        leads=leads,
        weights=weights,
        rarity=rarity,
        gains=gains,
        absent=absent,
        hearts=tuple(hearts),
    )


def _rows(story: Profile) -> Iterator[_Row]:
    """A row per term, in the order of the arrays' fields."""
    return zip(story.terms, story.counts, story.names, story.leads, story.weights, story.rarity, strict=True)


def _summed(one: Mapping[tuple[int, int], int], other: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Both counts; of a story that grows without end the numbers told most are kept."""
    both = dict(one)
    for number, count in other.items():
        both[number] = both.get(number, 0) + count
    if len(both) > _MOST_OF_A_STORY:
        return dict(sorted(both.items(), key=lambda each: (-each[1], each[0]))[:_MOST_OF_A_STORY])
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
