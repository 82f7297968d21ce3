"""What of an article tells its story: its words, names, numbers and weekdays, taken from the title and the lead.

News is written with the event first, so the first words carry it and the rest dilutes it. A word is a number here (the
CRC-32 of its headword), so that a million articles fit into memory and into the store. Names are what is written with a
capital where the language does not ask for one; in a headline where every word has one, only what is no ordinary word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from math import exp, log
from zlib import crc32

from monitor.model import Article
from monitor.stories.calendar import MONTH_NAMES
from monitor.stories.common import RANK_OF
from monitor.text.fold import fold
from monitor.text.inflect import headword
from monitor.text.tokens import is_cjk, normal_word, word_pattern

LEAD_WORDS = 85
LEAD_NAMES_WITHIN = 35
"""How many words are read, and within how many of them a name is one of the lead."""

_CHARACTERS = 7 * LEAD_WORDS
_WEEKDAYS = {
    word: 1 << number
    for number, names in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    for word in (names,)
}
_MONTHS = frozenset(MONTH_NAMES.lower().split("|"))
_TITLED_SHARE = 0.6
_ENDS_A_SENTENCE = re.compile(r"""[.!?:\n"']""")
_RARE = 4.5e-5
_COMMONNESS = 7.0
_NUMBER_CHANCE = 0.02


@dataclass(frozen=True, slots=True)
class Features:
    """One article as stories see it.

    `terms` maps each term to 1 + ln(times it occurs), `names` are those of them that are names, `lead` the names of the
    first words, `numbers` the amounts with the word that follows each, `days` the weekdays as bits. `chances` is how
    likely a lead is to hold each term before any article was seen. `spoken` is when the article was published, None
    where it does not say.
    """

    terms: Mapping[int, float]
    chances: Mapping[int, float]
    names: frozenset[int]
    lead: frozenset[int]
    numbers: frozenset[tuple[int, int]]
    days: int
    arrived: datetime
    spoken: datetime | None


_PLAIN, _CAPITAL, _NUMBER, _CJK = "plain", "capital", "number", "cjk"


@dataclass(frozen=True, slots=True, eq=False)
class _Token:
    """A word as it stands: its kind, how it is counted, and its term, by its headword and (where a name) by itself.

    `chance` is how likely a lead is to hold the term, `ordinary` that the dictionary of the language has the word.
    """

    kind: str
    word: str
    term: int
    chance: float
    ordinary: bool


@lru_cache(maxsize=131_072)
def _token(raw: str) -> _Token:
    word = raw if raw.isalpha() else normal_word(raw)
    lower = word.lower()
    if not raw[0].isascii() and is_cjk(raw[0]):
        return _Token(_CJK, raw, 0, 0.0, ordinary=True)
    if word.isdigit() or (word[0].isdigit() and not word.isalnum()):
        return _counted(word)
    return _plain(word) if lower == word else _capital(lower)


@lru_cache(maxsize=131_072)
def _plain(word: str) -> _Token:
    head = headword(word, "en")
    rank = RANK_OF.get(head)
    ordinary = rank is not None or head != word
    return _Token(_PLAIN, word, _number_of(head), _chance(rank), ordinary)


@lru_cache(maxsize=65_536)
def _capital(lower: str) -> _Token:
    plain = _plain(lower)
    return _Token(_CAPITAL, lower, plain.term, plain.chance, plain.ordinary)


def _counted(word: str) -> _Token:
    return _Token(_NUMBER, word, _plain(word).term, _NUMBER_CHANCE, ordinary=True)


@lru_cache(maxsize=65_536)
def _name(word: str) -> tuple[int, float]:
    """A name as a term: its number and its chance."""
    return _number_of(word), _chance(RANK_OF.get(word))


def _number_of(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _chance(rank: int | None) -> float:
    return _RARE if rank is None else 1 - exp(-_COMMONNESS / (rank + 3))


class _Reading:
    """What was read of a lead: how often each word occurs, and of the words with capitals those that are names."""

    __slots__ = ("counts", "firm", "lead", "numbers", "read")

    def __init__(self) -> None:
        self.counts: Counter[_Token] = Counter()
        self.firm: set[str] = set()
        self.lead: set[str] = set()
        self.numbers: list[tuple[int, int]] = []
        self.read = 0


def features(article: Article) -> Features:
    """The features of an article. About 100 µs; the time does not grow with the length of the body."""
    reading = _Reading()
    title, lead = _parts(article)
    _read(title, reading, headline=True)
    _read(lead, reading, headline=False)
    return _features(reading, article)


def _parts(article: Article) -> tuple[str, str]:
    """The title, and the lead without the title that some sources repeat there."""
    title = article.title
    text = f"{article.summary}\n{article.body}" if article.summary else article.body
    return title, text[len(title) : _CHARACTERS] if title and text.startswith(title) else text[:_CHARACTERS]


def _read(text: str, reading: _Reading, *, headline: bool) -> None:
    folded = fold(text).text
    found = list(islice(word_pattern(folded).finditer(folded), LEAD_WORDS - reading.read))
    tokens = [_token(match[0]) for match in found]
    titled = headline and _is_titled(folded)
    leading = LEAD_NAMES_WITHIN - reading.read
    reading.counts.update(tokens)
    for place, token in enumerate(tokens):
        kind = token.kind
        if kind is _PLAIN:
            continue
        if kind is _CAPITAL:
            if place < leading:
                reading.lead.add(token.word)
            if not titled and _is_within(place, folded[found[place - 1].end() if place else 0 : found[place].start()]):
                reading.firm.add(token.word)
        elif kind is _NUMBER:
            if place + 1 < len(tokens):
                reading.numbers.append((token.term, _plain(tokens[place + 1].word).term))
        elif place and tokens[place - 1].kind is _CJK and found[place - 1].end() == found[place].start():
            reading.counts[_plain(tokens[place - 1].word + token.word)] += 1
    reading.read += len(tokens)


def _is_within(place: int, gap: str) -> bool:
    """Whether a word after a gap stands within a sentence, where only a name has a capital."""
    return bool(place or gap) and (len(gap) == 1 or not _ENDS_A_SENTENCE.search(gap))


def _is_titled(headline: str) -> bool:
    """Whether a headline gives every word a capital, so that capitals tell nothing."""
    long = [word for word in headline.split() if len(word) > 3 and word[0].isalpha()]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > _TITLED_SHARE * len(long)


def _features(reading: _Reading, article: Article) -> Features:
    counts: dict[int, int] = {}
    chances: dict[int, float] = {}
    capitals: list[tuple[_Token, int]] = []
    plain: set[str] = set()
    for token, count in reading.counts.items():
        if token.kind is _CAPITAL:
            capitals.append((token, count))
        elif token.kind is not _CJK:
            term = token.term
            plain.add(token.word)
            counts[term] = counts.get(term, 0) + count
            chances[term] = token.chance
    names: set[int] = set()
    lead: set[int] = set()
    days = 0
    for token, count in capitals:
        word, term, chance = token.word, token.term, token.chance
        if word in _WEEKDAYS:
            days |= _WEEKDAYS[word]
        elif word not in plain and word not in _MONTHS and (word in reading.firm or not token.ordinary):
            term, chance = _name(word)
            names.add(term)
            if word in reading.lead:
                lead.add(term)
        counts[term] = counts.get(term, 0) + count
        chances[term] = chance
    return Features(
        terms={term: 1 + log(count) if count > 1 else 1.0 for term, count in counts.items()},
        chances=chances,
        names=frozenset(names),
        lead=frozenset(lead),
        numbers=frozenset(reading.numbers),
        days=days,
        arrived=article.arrived,
        spoken=None if article.date_doubtful else article.published,
    )
