"""How an article is like a story, and unlike it: the evidence from which the odds follow that they tell of one event.

Two events of one kind share most of their words. What tells them apart is that the names at the heart of the one are
missing in the other, which has names of its own in their place; that numbers differ beside the same noun; that the days
differ. Each of these is a number here, named, so that a decision can be explained.
"""

from __future__ import annotations

from math import log, log1p
from typing import NamedTuple

from monitor.stories.profile import Profile, Weighed


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


def likeness(article: Weighed, story: Profile) -> Likeness:
    """Compare; linear in the terms of the story, about 10 µs."""
    given = article.features
    dot, surprise, lost = _words_and_names(article, story)
    known = story.shape.terms
    told = sum([article.rarity[term] for term in given.lead])
    strangers = [article.rarity[term] for term in given.lead if term not in known]
    agree, differ = _counted(given.numbers, story)
    return Likeness(
        tightness=dot / story.articles / max(story.cohesion, _LEAST_COHESION),
        size=log(story.articles),
        exchanged=lost * max(strangers, default=0.0) / 30,
        strange=sum(strangers) / told if told else 0.0,
        surprise=surprise / 100,
        surprise_log=log1p(max(0.0, surprise)),
        counts_agree=agree,
        counts_differ=differ,
        days_differ=float(bool(given.days and story.days and not given.days & story.days)),
    )


def _words_and_names(article: Weighed, story: Profile) -> tuple[float, float, float]:
    """The summed weights of what is shared, the surprise, and the heaviest name of the story that is lost."""
    vector, present, shape = article.vector, article.features.terms, story.shape
    dot, surprise = 0.0, shape.absent
    for term in present.keys() & shape.terms.keys():
        weight, gain = shape.terms[term]
        surprise += gain
        dot += weight * vector.get(term, 0.0)
    lost = max([weight for term, weight in shape.hearts if term not in present], default=0.0)
    return dot, surprise, lost


def _counted(numbers: frozenset[tuple[int, int]], story: Profile) -> tuple[float, float]:
    """How many numbers the story has before the same word, and how many it has other numbers for."""
    if not numbers or not story.numbers:
        return 0.0, 0.0
    nouns = {noun for _, noun in story.numbers}
    agree = sum(story.numbers.get(number, 0) for number in numbers) / story.articles
    differ = sum(noun in nouns and (number, noun) not in story.numbers for number, noun in numbers)
    return agree, float(differ)
