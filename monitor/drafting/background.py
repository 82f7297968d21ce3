"""How frequent words are in news at large: what a topic is set against.

The shipped table counts, for each headword, the articles that hold it among some six thousand press releases and news
items of all subjects; `make background` counts anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from monitor.model import TEXT_FIELDS, Article
from monitor.text.inflect import headword
from monitor.text.tokens import words

LEAST = 4
"""Words of fewer articles are not shipped."""


@dataclass(frozen=True, slots=True)
class Background:
    """Of how many articles each headword is known, out of how many."""

    articles: int
    counts: Mapping[str, int]


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


@cache
def shipped() -> Background:
    """The table of the package."""
    lines = (files(__package__) / "background.txt").read_text(encoding="ascii").splitlines()
    counts = {word: int(number) for number, _, word in (line.partition(" ") for line in lines[1:])}
    return Background(int(lines[0]), counts)
