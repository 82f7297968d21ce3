"""What of an article tells its story: its words, names, numbers and weekdays, taken from the title and the lead.

News is written with the event first, so the first words carry it and the rest dilutes it. A word is a number here (the
CRC-32 of its headword), so that a million articles fit into memory and into the store. Names are what is written with a
capital where the language does not ask for one; in a headline where every word has one, only what is no ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import exp, log
from zlib import crc32

from monitor.model import Article
from monitor.stories.calendar import MONTH_NAMES
from monitor.stories.common import RANK_OF
from monitor.text.fold import fold
from monitor.text.inflect import headword
from monitor.text.tokens import is_cjk, normal_word, word_pattern

LEAD_WORDS = 100
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


@dataclass(frozen=True, slots=True)
class _Word:
    """An ordinary word as a term: its number, its chance, and whether it is in the dictionary of the language."""

    term: int
    chance: float
    ordinary: bool


@lru_cache(maxsize=131_072)
def _word(word: str) -> _Word:
    head = headword(word, "en")
    rank = RANK_OF.get(head)
    chance = _RARE if rank is None else 1 - exp(-_COMMONNESS / (rank + 3))
    return _Word(crc32(head.encode("utf-8", "surrogatepass")), chance, rank is not None or head != word)


@lru_cache(maxsize=65_536)
def _name(word: str) -> _Word:
    rank = RANK_OF.get(word)
    chance = _RARE if rank is None else 1 - exp(-_COMMONNESS / (rank + 3))
    return _Word(crc32(word.encode("utf-8", "surrogatepass")), chance, ordinary=False)


@lru_cache(maxsize=131_072)
def _token(raw: str) -> tuple[str, str]:
    """A word as it stands: what kind it is, and how it is counted."""
    word = normal_word(raw)
    lower = word.lower()
    if not raw[0].isascii() and is_cjk(raw[0]):
        return _CJK, raw
    if word.isdigit() or (word[0].isdigit() and not word.isalnum()):
        return _NUMBER, word
    return (_PLAIN if lower == word else _CAPITAL), lower


_PLAIN, _CAPITAL, _NUMBER, _CJK = "plain", "capital", "number", "cjk"


class _Reading:
    """The counts while a lead is read."""

    __slots__ = ("capital", "days", "firm", "lead", "numbers", "plain", "read")

    def __init__(self) -> None:
        self.plain: dict[str, int] = {}
        self.capital: dict[str, int] = {}
        self.firm: set[str] = set()
        self.lead: set[str] = set()
        self.numbers: list[tuple[str, str]] = []
        self.days = 0
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
    titled = headline and _is_titled(folded)
    plain, capital = reading.plain, reading.capital
    end, read, number, character = 0, reading.read, "", ""
    for match in word_pattern(folded).finditer(folded):
        start = match.start()
        kind, word = _token(match[0])
        if number:
            reading.numbers.append((number, word))
            number = ""
        if kind is _PLAIN:
            plain[word] = plain.get(word, 0) + 1
        elif kind is _CAPITAL:
            capital[word] = capital.get(word, 0) + 1
            if read < LEAD_NAMES_WITHIN:
                reading.lead.add(word)
            if start and not titled and (start - end == 1 or not _ENDS_A_SENTENCE.search(folded, end, start)):
                reading.firm.add(word)
        elif kind is _NUMBER:
            number = word
            plain[word] = plain.get(word, 0) + 1
        elif character and start == end:
            pair = character + word
            plain[pair] = plain.get(pair, 0) + 1
        character = word if kind is _CJK else ""
        end = match.end()
        read += 1
        if read >= LEAD_WORDS:
            break
    reading.read = read


def _is_titled(headline: str) -> bool:
    """Whether a headline gives every word a capital, so that capitals tell nothing."""
    long = [word for word in headline.split() if len(word) > 3 and word[0].isalpha()]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > _TITLED_SHARE * len(long)


def _features(reading: _Reading, article: Article) -> Features:
    counts: dict[int, int] = {}
    chances: dict[int, float] = {}
    names: set[int] = set()
    lead: set[int] = set()
    days = 0
    for word, count in reading.plain.items():
        known = _word(word)
        counts[known.term] = counts.get(known.term, 0) + count
        chances[known.term] = _NUMBER_CHANCE if word[0].isdigit() else known.chance
    for word, count in reading.capital.items():
        known = _word(word)
        if word in _WEEKDAYS:
            days |= _WEEKDAYS[word]
        elif word not in reading.plain and word not in _MONTHS and (word in reading.firm or not known.ordinary):
            known = _name(word)
            names.add(known.term)
            if word in reading.lead:
                lead.add(known.term)
        counts[known.term] = counts.get(known.term, 0) + count
        chances[known.term] = known.chance
    return Features(
        terms={term: 1 + log(count) if count > 1 else 1.0 for term, count in counts.items()},
        chances=chances,
        names=frozenset(names),
        lead=frozenset(lead),
        numbers=frozenset((_word(number).term, _word(noun).term) for number, noun in reading.numbers),
        days=days,
        arrived=article.arrived,
        spoken=None if article.date_doubtful else article.published,
    )
