"""The signature of an article's text: enough to tell a copy, also a cut or a lightly edited one, from a stranger.

A bottom-k sketch: of the hashes of all runs of four words, the smallest are kept, in order. Two sketches tell what
share of the runs two texts have in common, and with the number of runs also how much of the shorter one is in the
longer, so that a copy that was cut to its first paragraphs is known. The first hashes are the bands under which a store
finds candidates: a text that shares most of its runs with another shares several of its smallest. The opening has a
sketch of its own, because what strangers share is at the end: who the company is, whom to call, what looks forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, pairwise
from zlib import crc32

from monitor.model import Article
from monitor.stories.calendar import MONTH_NAMES
from monitor.stories.keys import canonical
from monitor.text.tokens import normal_word, raw_words

KEPT = 64
"""How many hashes a sketch keeps."""

BANDS = 12
"""Under how many of them a text is found."""

OPENING_WORDS = 24
"""How long the opening of a text is: a sentence, so that news of one sentence before a page of boilerplate counts."""

TELLING_WORDS = 100
"""Within how many words names and numbers are looked at."""

SHORT_WORDS = 40
"""A text of fewer words is nothing without its title."""

_MOST_WORDS = 3000
"""How many words are read: a book that is sent as an article costs no more than a long report."""

_PLACE_LINE = 12
"""Within how many words the place line of an opening ends: MIAMI, FL, June 9, 2026 -"""

_MASK = (1 << 63) - 1
_ODD, _OTHER, _LAST = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xFF51AFD7ED558CCD


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text. All of it are plain numbers, equal on every machine and in every run.

    `sketch` holds up to `KEPT` hashes of runs of four words, ascending, each within 63 bits; `opening` the same of
    the opening; `runs` and `opening_runs` count the different runs, `words` all words. `names` and `numbers` are
    hashes of the capitalised words and of the numbers of the beginning, by which two filled-in forms of one
    template differ; not of the headline, the first thing that a second publisher writes anew; its words are in
    `title`. `publisher` is folded, empty where unknown.
    """

    article: str
    publisher: str
    sketch: tuple[int, ...]
    opening: tuple[int, ...]
    runs: int
    opening_runs: int
    words: int
    names: frozenset[int]
    numbers: frozenset[int]
    title: frozenset[int] = frozenset()

    @property
    def bands(self) -> tuple[int, ...]:
        """The hashes under which a store finds it."""
        return self.sketch[:BANDS]


_NAME, _NUMBER, _MONTH, _WORD = "name", "number", "month", "word"
_MONTHS = frozenset(MONTH_NAMES.lower().split("|"))


@lru_cache(maxsize=131_072)
def _hashed(raw: str) -> tuple[int, str]:
    """The hash of a word as it is compared, and its kind."""
    word = normal_word(raw)
    lower = word.lower()
    if any(character.isdigit() for character in word):
        kind = _NUMBER
    elif lower == word:
        kind = _WORD
    else:
        kind = _MONTH if lower in _MONTHS else _NAME
    return crc32(lower.encode("utf-8", "surrogatepass")), kind


def sign(article: Article) -> Signature:
    """The signature of summary and body, of a short one with its title; about 1 µs per word.

    Under many headlines stands one line that says nothing ("Comments", "Read more at ...").
    """
    read = _read(article.summary, article.body)
    if len(read) < SHORT_WORDS:
        read = _read(article.title, article.summary, article.body)
    hashes = [hashed for hashed, _ in read]
    runs, opening = _runs(hashes), _runs(hashes[:OPENING_WORDS])
    return Signature(
        article=article.id,
        publisher=canonical(article.publisher),
        sketch=tuple(sorted(runs)[:KEPT]),
        opening=tuple(sorted(opening)[:KEPT]),
        runs=len(runs),
        opening_runs=len(opening),
        words=len(hashes),
        names=frozenset(hashed for hashed, kind in read[:TELLING_WORDS] if kind is _NAME),
        numbers=frozenset(_numbers(read[:TELLING_WORDS])),
        title=frozenset(hashed for hashed, _ in _read(article.title)[:TELLING_WORDS]),
    )


def _read(*texts: str) -> list[tuple[int, str]]:
    return [_hashed(raw) for raw in islice(chain.from_iterable(map(raw_words, texts)), _MOST_WORDS)]


def _numbers(opening: list[tuple[int, str]]) -> Iterator[int]:
    """The numbers of the first words without the date of its place line, which a second sending carries anew."""
    for place, (hashed, kind) in enumerate(opening):
        dated = place < _PLACE_LINE and any(before is _MONTH for _, before in opening[max(0, place - 2) : place])
        if kind is _NUMBER and not dated:
            yield hashed


def _runs(hashes: list[int]) -> set[int]:
    """The hashes of all runs of four words; each pair is mixed once, and the order of the words counts."""
    pairs = [(one * _ODD ^ two * _OTHER) & _MASK for one, two in pairwise(hashes)]
    return {((one ^ two >> 7) * _LAST ^ two * _ODD) >> 3 & _MASK for one, two in zip(pairs, pairs[2:], strict=False)}
