"""How an article is like a story, and unlike it: the evidence from which the odds follow that they tell of one event.

Two events of one kind share most of their words. What tells them apart is that the names at the heart of the one are
missing in the other, which has names of its own in their place; that numbers differ beside the same noun; that the days
differ. Each of these is a number here, named, so that a decision can be explained.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache
from math import exp, log, log1p
from typing import NamedTuple

from monitor.stories.places import TELLING_PLACES
from monitor.stories.profile import MOST_RARE, STEPS, Profile, Weighed


class Likeness(NamedTuple):
    """The evidence for and against one event.

    `tightness`: the mean cosine with the articles of the story in proportion to how alike those are among themselves;
    `size`: the logarithm of how many they are; `exchanged`: the heaviest name at the story's heart that the article
    lacks, times the heaviest of the article's leading names that the story lacks; `strange`: the share of such names
    among the article's leading ones; `surprise`, `surprise_log`: how much likelier the article's words are in this
    story than in any (hundreds of nats, and the logarithm of the nats); `counts_agree`, `counts_differ`: how often a
    number stands before the same word as in the story, and how often another; `days_differ`: 1 where both name
    weekdays and none in common.
    """

    tightness: float
    size: float
    exchanged: float
    strange: float
    surprise: float
    surprise_log: float
    counts_agree: float
    counts_differ: float
    days_differ: float


_LEAST_COHESION = 0.05

_HEART = 0.5
"""In what share of its articles a name occurs that is at the heart of a story; of its leads while it is small."""

_SMALL = 3


def likeness(article: Weighed, story: Profile) -> Likeness:
    """Compare; linear in the terms of the story, about 15 µs."""
    given, terms = article.features, article.features.terms
    places = [place for place, term in enumerate(story.terms) if term in terms]
    shared = {story.terms[place] for place in places}
    told = sum([article.rarity[term] for term in given.lead])
    strangers = [article.rarity[term] for term in given.lead if term not in shared]
    agree, differ = _counted(given.numbers, story)
    surprise = _surprise(story, places)
    return Likeness(
        tightness=_dot(article, story, places) / story.articles / max(story.cohesion, _LEAST_COHESION),
        size=log(story.articles),
        exchanged=_lost(shared, story) * max(strangers) / 30 if strangers else 0.0,
        strange=sum(strangers) / told if told else 0.0,
        surprise=surprise / 100,
        surprise_log=log1p(max(0.0, surprise)),
        counts_agree=agree,
        counts_differ=differ,
        days_differ=float(bool(given.days and story.days and not given.days & story.days)),
    )


def _dot(article: Weighed, story: Profile, places: Sequence[int]) -> float:
    """The summed weights of what is shared; `places` are those of the story's terms that the article has."""
    vector, terms, weights = article.vector, story.terms, story.weights
    return sum([weights[place] * vector.get(terms[place], 0.0) for place in places])


def _surprise(story: Profile, places: Sequence[int]) -> float:
    """How much likelier the article's words are in this story than in any; nats."""
    many, counts, rarity = story.articles, story.counts, story.rarity
    if many == 1:
        return sum(map(_MISSING_ALONE.__getitem__, rarity)) + sum([_GAIN_ALONE[rarity[place]] for place in places])
    rough = [(rare + _HALF) // _ROUGH for rare in rarity]
    missing = sum([_missing(count, many, rare) for count, rare in zip(counts, rough, strict=True)])
    return missing + sum([_gain(counts[place], many, rough[place]) for place in places])


def _chances(count: int, many: int, rare: int) -> tuple[float, float]:
    """How likely a term is in any article, and in one of a story of whose `many` articles `count` have it.

    `rare` is how rare it is, roughly: in sixteenths of a nat, so that what follows is worked out once.
    """
    before = exp(-rare / 16)
    return before, min((count + 2 * before + 0.02) / (many + 2), 0.999)


_ROUGH = STEPS // 16
_HALF = _ROUGH // 2


@lru_cache(maxsize=65_536)
def _missing(count: int, many: int, rare: int) -> float:
    """What it adds to the surprise that an article lacks a term."""
    before, after = _chances(count, many, rare)
    return log((1 - after) / (1 - before)) if after > before else 0.0


@lru_cache(maxsize=65_536)
def _gain(count: int, many: int, rare: int) -> float:
    """What it adds that an article has a term rather than lacks it."""
    before, after = _chances(count, many, rare)
    return log(after / before) - _missing(count, many, rare) if after > before else 0.0


_MISSING_ALONE = [_missing(1, 1, (rare + _HALF) // _ROUGH) for rare in range(MOST_RARE + 1)]
_GAIN_ALONE = [_gain(1, 1, (rare + _HALF) // _ROUGH) for rare in range(MOST_RARE + 1)]
"""The same of stories of one article, by rarity: most stories are such."""


def _lost(shared: Set[int], story: Profile) -> float:
    """The rarity of the rarest name at the heart of a story that an article lacks, by the share that has it; nats."""
    many = story.articles
    named = story.leads if many < _SMALL else story.names
    hearts = [
        rare * count
        for term, rare, count in zip(story.terms, story.rarity, named, strict=True)
        if count and count >= _HEART * many and term not in shared
    ]
    return max(hearts, default=0) / many / STEPS


def _counted(numbers: frozenset[tuple[int, int]], story: Profile) -> tuple[float, float]:
    """How many numbers the story has before the same word, and how many it has other numbers for."""
    if not numbers or not story.numbers:
        return 0.0, 0.0
    nouns = {noun for _, noun in story.numbers}
    agree = sum(story.numbers.get(number, 0) for number in numbers) / story.articles
    differ = sum(noun in nouns and (number, noun) not in story.numbers for number, noun in numbers)
    return agree, float(differ)


def is_elsewhere(article: Weighed, story: Profile) -> bool:
    """Whether the article's beginning names another place instead of one at the heart of the story."""
    theirs = (article.features.lead & TELLING_PLACES).difference(story.terms)
    if not theirs:
        return False
    enough, terms = _HEART * story.articles, article.features.terms
    return any(
        lead and lead >= enough and term in TELLING_PLACES and term not in terms
        for term, lead in zip(story.terms, story.leads, strict=True)
    )


def is_nameless(article: Weighed, story: Profile) -> bool:
    """Whether the two share no name, where the script tells names: then they may share but a subject."""
    given = article.features
    return given.cased and given.names.isdisjoint(story.terms)
