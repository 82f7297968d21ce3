"""Which story an article belongs to, by words, names, numbers and days: pure, with a reason and a score.

The score is the logarithm of the odds that article and story tell of one event: a weighted sum of their likeness. The
weights are a logistic regression over labelled news (`python -m benchmarks.stories --fit`). Penalties for time and
for names replaced are chosen: that news has few dates to learn from, and here it is worth more to keep two events
apart than to join two halves of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import mul

from monitor.model import StoryReason
from monitor.stories.grouping import Merge, Placement, story_id
from monitor.stories.likeness import Likeness, is_elsewhere, is_nameless, likeness
from monitor.stories.odds import BIAS, WEIGHTS
from monitor.stories.profile import Profile, Weighed, as_article, joined, opened

_DAY = timedelta(days=1)
_MOSTLY = 0.75
"""The share of strange names among the leading ones from which an article speaks of others."""


@dataclass(frozen=True, slots=True)
class GroupingSettings:
    """What an operator may choose about grouping.

    `join_at`, `merge_at` and `again_at` are logarithms of odds: higher ones make more and smaller stories. `again_at`
    is for a story that is over and was told by a rule without a fact, `fact_at` for one that tells the same fact: below
    it a fact that both tell is not enough. `span` is how long after its last article a
    story still takes another, by arrival and, where both say it, by publication. `most` bounds the
    stories in the window; the longest untouched leave first. `a_day_apart` is what a day between costs;
    `replaced` what it costs that most names stand for others, `elsewhere` that a country stands for another: one
    product banned in two countries is two stories; `nameless` that not one name is shared: two essays on one industry.
    """

    join_at: float = -1.0
    merge_at: float = 0.0
    again_at: float = 0.0
    fact_at: float = -7.0
    span: timedelta = timedelta(days=7)
    most: int = 200_000
    a_day_apart: float = 0.3
    replaced: float = 1.0
    elsewhere: float = 4.0
    nameless: float = 2.0


def assign(
    article: str,
    weighed: Weighed,
    candidates: Sequence[Profile],
    settings: GroupingSettings,
    known: Placement | None = None,
) -> Placement:
    """Put an article (its id) into the likeliest of the candidates, or into a story of its own.

    `known` is where it belongs for another reason than likeness; then only merges and a score are added to that. Where
    the article shows that a further candidate is the same story, the placement says so in `merges`, and the story that
    opened first keeps its name.
    """
    scored = sorted(
        ((odds(weighed, profile, settings), profile) for profile in candidates),
        key=lambda each: (-each[0], each[1].opened, each[1].story),
    )
    if known is not None:
        scored.sort(key=lambda each: each[1].story != known.story)
        if not scored or scored[0][1].story != known.story:
            return known
    elif not scored or scored[0][0] < settings.join_at:
        return Placement(story_id(article), StoryReason.FIRST, score=scored[0][0] if scored else None)
    score, chosen = scored[0]
    merges = tuple(_merges(weighed, chosen, scored[1:], settings))
    story = merges[-1].kept if merges else chosen.story
    return Placement(story, known.reason if known else StoryReason.SIMILAR, score=score, merges=merges)


def _merges(
    article: Weighed, chosen: Profile, others: Sequence[tuple[float, Profile]], settings: GroupingSettings
) -> Iterator[Merge]:
    """The candidates that are one story with the chosen one once it has the article.

    The article must be likely to belong to both, and the other story to the one that it belongs to.
    """
    grown = chosen
    for score, other in others:
        if score < settings.merge_at:
            break
        if grown is chosen:
            grown = joined(chosen, opened(chosen.story, article))
        between = odds(as_article(other), grown, settings)
        if between >= settings.merge_at:
            first, second = sorted((grown, other), key=lambda profile: (profile.opened, profile.story))
            yield Merge(first.story, second.story, between)
            grown = joined(first, second)


def odds(article: Weighed, story: Profile, settings: GroupingSettings) -> float:
    """The logarithm of the odds that they tell of one event; minus infinity where too much time lies between."""
    apart = _apart(article.features.spoken, story.spoken)
    if apart > settings.span:
        return float("-inf")
    evidence = likeness(article, story)
    replaced = settings.replaced if evidence.exchanged >= 1 and evidence.strange >= _MOSTLY else 0.0
    elsewhere = settings.elsewhere if is_elsewhere(article, story) else 0.0
    nameless = settings.nameless if is_nameless(article, story) else 0.0
    return weighed_sum(evidence) - replaced - elsewhere - nameless - settings.a_day_apart * (apart / _DAY)


def weighed_sum(evidence: Likeness) -> float:
    """The learnt part of the odds."""
    return float(BIAS + sum(map(mul, WEIGHTS, evidence)))


def _apart(one: datetime | None, other: datetime | None) -> timedelta:
    return abs(one - other) if one and other else timedelta(0)
