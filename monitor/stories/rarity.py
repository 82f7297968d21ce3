"""How much a term tells: the rarer, the more. Learnt from the stream, with what English is like as a beginning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log

PRIOR_ARTICLES = 500.0
"""How many articles the shipped word list counts for beside those that were read."""

_FORGET_AT = 500_000
"""After how many articles the counts are halved."""

_MOST_TERMS = 200_000
"""How many terms are counted, in some 20 MB. What is more was mostly met once, and that goes: to have met a term once
long ago, or never, is hardly a difference."""


class Rarity:
    """Document frequencies of terms over the stream; old and single ones fade, so that they stay bounded and recent.

    `articles` and `counts` are all its state.
    """

    __slots__ = ("articles", "counts")

    def __init__(self, articles: float = 0.0, counts: Mapping[int, int] | None = None) -> None:
        self.articles = articles
        self.counts: dict[int, int] = dict(counts or {})

    def learn(self, terms: Iterable[int]) -> None:
        """Count the terms of one article, each once."""
        self.articles += 1
        counts = self.counts
        for term in terms:
            counts[term] = counts.get(term, 0) + 1
        if self.articles >= _FORGET_AT:
            self._halve()
        if len(self.counts) > _MOST_TERMS:
            self.counts = {term: count for term, count in counts.items() if count > 1}
            while len(self.counts) > _MOST_TERMS // 2:
                self._halve()

    def _halve(self) -> None:
        self.articles /= 2
        self.counts = {term: count // 2 for term, count in self.counts.items() if count > 1}

    def weigh(self, chances: Mapping[int, float]) -> dict[int, float]:
        """Minus the logarithm of how likely a lead is to hold each term of an article, this one counted.

        `chances` are the likelihoods before anything was read.
        """
        seen, every = self.counts.get, log(self.articles + 1 + PRIOR_ARTICLES)
        return {term: every - log(seen(term, 0) + 1 + PRIOR_ARTICLES * chance) for term, chance in chances.items()}
