"""How much a term tells: the rarer, the more. Learnt from the stream, with what English is like as a beginning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log

PRIOR_ARTICLES = 500.0
"""How many articles the shipped word list counts for beside those that were read."""

_FORGET_AT = 500_000
"""After how many articles, or of how many terms, the counts are halved: at most some 60 MB in memory."""


class Rarity:
    """Document frequencies of terms over the stream, halved now and then so that they stay bounded and recent.

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
        if self.articles >= _FORGET_AT or len(counts) > _FORGET_AT:
            self._forget()

    def _forget(self) -> None:
        self.articles /= 2
        self.counts = {term: count // 2 for term, count in self.counts.items() if count > 1}

    def weigh(self, chances: Mapping[int, float]) -> dict[int, float]:
        """Minus the logarithm of how likely a lead is to hold each term of an article, this one counted.

        `chances` are the likelihoods before anything was read.
        """
        seen, every = self.counts.get, log(self.articles + 1 + PRIOR_ARTICLES)
        return {term: every - log(seen(term, 0) + 1 + PRIOR_ARTICLES * chance) for term, chance in chances.items()}
