"""How much a term tells: the rarer, the more. Learnt from the stream, with what English is like as a beginning."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

PRIOR_ARTICLES = 500.0
"""How many articles the shipped word list counts for beside those that were read."""

_FORGET_AT = 500_000


class Rarity:
    """Document frequencies of terms over the stream, halved now and then so that they stay bounded and recent.

    `articles` and `counts` are all its state; `rows` and `restored` carry it through the store.
    """

    __slots__ = ("articles", "counts")

    def __init__(self, articles: float = 0.0, counts: Mapping[int, int] | None = None) -> None:
        self.articles = articles
        self.counts: dict[int, int] = dict(counts or {})

    def learn(self, terms: Mapping[int, float]) -> None:
        """Count the terms of one article."""
        self.articles += 1
        counts = self.counts
        for term in terms:
            counts[term] = counts.get(term, 0) + 1
        if self.articles >= _FORGET_AT:
            self._forget()

    def _forget(self) -> None:
        self.articles /= 2
        self.counts = {term: count // 2 for term, count in self.counts.items() if count > 1}

    def of(self, term: int, chance: float) -> float:
        """Minus the logarithm of how likely a lead is to hold the term; `chance` is the likelihood before reading."""
        seen = self.counts.get(term, 0) + PRIOR_ARTICLES * chance
        return log((self.articles + PRIOR_ARTICLES) / seen)

    def weigh(self, chances: Mapping[int, float]) -> dict[int, float]:
        """The rarity of every term of an article."""
        counts = self.counts
        every = self.articles + PRIOR_ARTICLES
        return {term: log(every / (counts.get(term, 0) + PRIOR_ARTICLES * chance)) for term, chance in chances.items()}
