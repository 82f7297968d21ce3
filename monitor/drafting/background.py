"""Counts how frequent words are in news at large: what a topic is set against (`monitor.text.frequency`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from monitor.model import TEXT_FIELDS, Article
from monitor.text.frequency import Background
from monitor.text.inflect import headword
from monitor.text.tokens import words

LEAST = 4
"""Words of fewer articles are not shipped."""


def headwords(text: str) -> list[str]:
    """The plain words of a text in dictionary form; numbers, names with digits and Chinese are none."""
    return [headword(word, "en") for word in words(text) if len(word) > 1 and word.isascii() and word.isalpha()]


def count(articles: Iterable[Article]) -> Background:
    """In how many articles each headword stands."""
    counts: Counter[str] = Counter()
    total = 0
    for article in articles:
        total += 1
        counts.update({word for name in TEXT_FIELDS for word in headwords(article.text_of(name))})
    return Background(total, counts)


def written(background: Background) -> str:
    """The table as it is shipped: the number of articles, then `count word` in order."""
    kept = sorted((-number, word) for word, number in background.counts.items() if number >= LEAST)
    return "\n".join([str(background.articles), *(f"{-number} {word}" for number, word in kept)]) + "\n"
