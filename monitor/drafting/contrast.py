"""Which words set some articles apart from news at large.

Log-odds with an informative prior, divided by their standard deviation (Monroe, Colaresi and Quinn, "Fightin' Words",
Political Analysis 2008, equations 15 to 22), over the articles that hold a word rather than over its occurrences: one
article that repeats itself proves little.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, sqrt

from monitor.drafting.background import LEAST
from monitor.text.frequency import Background

WEIGHT = 40.0
"""For how many articles the prior counts."""


def stands_out(counts: Mapping[str, int], articles: int, background: Background) -> dict[str, float]:
    """By word, how many standard deviations it is more frequent in these articles than in the background.

    `counts` tells in how many of the `articles` each word stands. A word of which the background knows nothing counts
    there as one of the rarest.
    """
    rare = LEAST / 2
    found = {}
    for word, count in counts.items():
        known = background.counts.get(word, rare)
        prior = WEIGHT * known / background.articles
        here = (count + prior) / max(articles + WEIGHT - count - prior, 0.5)
        there = (known + prior) / max(background.articles + WEIGHT - known - prior, 0.5)
        found[word] = (log(here) - log(there)) / sqrt(1 / (count + prior) + 1 / (known + prior))
    return found
