"""What of an article tells its story: its words, names, numbers and weekdays, taken from the title and the lead.

News is written with the event first, so the first words carry it and the rest dilutes it. A word is a number here (the
CRC-32 of its headword), so that a million articles fit into memory and into the store. Names are what is written with a
capital where the language does not ask for one; in a headline where every word has one, only what is no ordinary word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log
from zlib import crc32

from monitor.model import Article
from monitor.stories.calendar import MONTH_NAMES
from monitor.stories.places import PLACE_OF
from monitor.text.fold import fold
from monitor.text.frequency import ranks
from monitor.text.inflect import headword
from monitor.text.tokens import ANY_WORD, ASCII_WORD, is_cjk, normal_word

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
_BETWEEN = [re.compile(f"({pattern.pattern})") for pattern in (ANY_WORD, ASCII_WORD)]
"""Splits a text into gaps and words, in turns; the second where all of it is ASCII."""
_RARE = 4.5e-5
_COMMONNESS = 7.0
_NUMBER_CHANCE = 0.02
_OFTEN = 0.1
"""How likely a lead is to hold a word that is in so many that it tells nothing, not even of a story of few words."""


@dataclass(frozen=True, slots=True)
class Features:
    """One article as stories see it.

    `terms` maps each term to 1 + ln(times it occurs), `names` are those of them that are names, `lead` the names of the
    first words, `numbers` the amounts with the word that follows each, `days` the weekdays as bits. `chances` is how
    likely a lead is to hold each term before any article was seen. `spoken` is when the article was published, None
    where it does not say. `cased` says that its script tells names by capitals.
    """

    terms: Mapping[int, float]
    chances: Mapping[int, float]
    names: frozenset[int]
    lead: frozenset[int]
    numbers: frozenset[tuple[int, int]]
    days: int
    arrived: datetime
    spoken: datetime | None
    cased: bool = True


_PLAIN, _EVERYWHERE, _CAPITAL, _NUMBER, _CJK = "plain", "everywhere", "capital", "number", "cjk"
_DAY, _MONTH, _PLACE = "day", "month", "place"


class _Token:
    """A word as it stands: its kind, how it is compared, its term, and how likely a lead is to hold that.

    The term is that of the headword, of a word with a capital that of the name. `ordinary` says that the dictionary of
    the language has a plain word, `day` is the bit of a weekday.
    """

    __slots__ = ("chance", "day", "kind", "ordinary", "term", "word")

    def __init__(self, kind: str, word: str, term: int, chance: float, *, ordinary: bool = True, day: int = 0) -> None:
        self.kind, self.word, self.term, self.chance = kind, word, term, chance
        self.ordinary, self.day = ordinary, day


class _Tokens(dict[str, _Token]):
    """The words that were seen, by how they are written. Those not seen for long are forgotten."""

    _MOST = 65_536

    def __init__(self, make: Callable[[str], _Token]) -> None:
        super().__init__()
        self._make = make
        self._before: dict[str, _Token] = {}

    def __missing__(self, raw: str) -> _Token:
        if len(self) >= self._MOST:
            self._before = dict(self)
            self.clear()
        token = self[raw] = self._before.get(raw) or self._make(raw)
        return token


def _token(raw: str) -> _Token:
    word = raw if raw.isalpha() else normal_word(raw)
    lower = word.lower()
    if raw in PLACE_OF and not raw.isascii():
        return _place(_PLACE, raw, PLACE_OF[raw])
    if not raw[0].isascii() and is_cjk(raw[0]):
        return _Token(_CJK, raw, 0, 0.0)
    if word.isdigit() or (word[0].isdigit() and not word.isalnum()):
        return _Token(_NUMBER, word, _number_of(word), _NUMBER_CHANCE)
    return _PLAINS[word] if lower == word else _capital(lower)


def _plain(word: str) -> _Token:
    head = headword(word, "en")
    rank = ranks().get(head)
    chance, ordinary = _chance(rank), rank is not None or head != word
    return _Token(_EVERYWHERE if chance > _OFTEN else _PLAIN, word, _number_of(head), chance, ordinary=ordinary)


def _capital(lower: str) -> _Token:
    if place := PLACE_OF.get(lower):
        return _place(_PLACE, lower, place)
    kind = _DAY if lower in _WEEKDAYS else _MONTH if lower in _MONTHS else _CAPITAL
    return _Token(kind, lower, _number_of(lower), _chance(ranks().get(lower)), day=_WEEKDAYS.get(lower, 0))


def _place(kind: str, word: str, place: str) -> _Token:
    """A place, however it is called, is one term."""
    return _Token(kind, word, _number_of(place), _chance(ranks().get(place)))


_TOKENS, _PLAINS = _Tokens(_token), _Tokens(_plain)


def _number_of(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _chance(rank: int | None) -> float:
    return _RARE if rank is None else 1 - exp(-_COMMONNESS / (rank + 3))


class _Reading:
    """What was read of a lead: its words, and of the words with capitals those that are names."""

    __slots__ = ("firm", "lead", "numbers", "pairs", "tokens")

    def __init__(self) -> None:
        self.tokens: list[_Token] = []
        self.pairs = 0
        self.firm: set[str] = set()
        self.lead: set[str] = set()
        self.numbers: list[tuple[int, int]] = []


def features(article: Article) -> Features:
    """The features of an article. About 100 µs; the time does not grow with the length of the body."""
    reading = _Reading()
    title, lead = _parts(article)
    read = _read(title, reading, 0, headline=True)
    _read(lead, reading, read, headline=False)
    return _features(reading, article)


def _parts(article: Article) -> tuple[str, str]:
    """The title, and the lead without the title that some sources repeat there."""
    title = article.title
    text = f"{article.summary}\n{article.body}" if article.summary else article.body
    return title, text[len(title) : _CHARACTERS] if title and text.startswith(title) else text[:_CHARACTERS]


def _read(text: str, reading: _Reading, before: int, *, headline: bool) -> int:
    """Read a text after so many words; how many words it is."""
    folded = fold(text).text
    pieces = _BETWEEN[folded.isascii()].split(folded, LEAD_WORDS - before) if before < LEAD_WORDS else []
    tokens = [*map(_TOKENS.__getitem__, pieces[1::2])]
    titled = headline and _is_titled(tokens)
    pairs: list[_Token] = []
    for place, token in enumerate(tokens):
        kind = token.kind
        if kind is _PLAIN or kind is _EVERYWHERE:
            continue
        if kind is _CAPITAL or kind is _PLACE:
            if before + place < LEAD_NAMES_WITHIN:
                reading.lead.add(token.word)
            if kind is _CAPITAL and not titled and _is_within(place, pieces[2 * place]):
                reading.firm.add(token.word)
        elif kind is _NUMBER:
            if place + 1 < len(tokens):
                reading.numbers.append((token.term, _PLAINS[tokens[place + 1].word].term))
        elif kind is _CJK and place and not pieces[2 * place] and tokens[place - 1].kind is _CJK:
            pair = tokens[place - 1].word + token.word
            pairs.append(_TOKENS[pair] if pair in PLACE_OF else _PLAINS[pair])
            if before + place < LEAD_NAMES_WITHIN and pair in PLACE_OF:
                reading.lead.add(pair)
    reading.tokens += tokens
    reading.tokens += pairs
    reading.pairs += len(pairs)
    return len(tokens)


def _is_within(place: int, gap: str) -> bool:
    """Whether a word after a gap stands within a sentence, where only a name has a capital."""
    return bool(place or gap) and (len(gap) == 1 or not _ENDS_A_SENTENCE.search(gap))


def _is_titled(headline: Sequence[_Token]) -> bool:
    """Whether a headline gives every word a capital, so that capitals tell nothing."""
    long = [token.kind for token in headline if len(token.word) > 3]
    plain = long.count(_PLAIN) + long.count(_EVERYWHERE)
    lettered = len(long) - long.count(_NUMBER)
    return lettered > 2 and lettered - plain > _TITLED_SHARE * lettered


def _features(reading: _Reading, article: Article) -> Features:
    counts: dict[int, int] = {}
    chances: dict[int, float] = {}
    capitals: list[tuple[_Token, int]] = []
    plain: set[str] = set()
    for token, count in Counter(reading.tokens).items():
        kind = token.kind
        if kind is _PLAIN or kind is _NUMBER:
            term = token.term
            plain.add(token.word)
            counts[term] = counts[term] + count if term in counts else count
            chances[term] = token.chance
        elif kind is _EVERYWHERE:
            plain.add(token.word)
        elif kind is not _CJK:
            capitals.append((token, count))
    names: set[int] = set()
    lead: set[int] = set()
    days = 0
    for token, count in capitals:
        word = token.word
        if token.kind is _PLACE or (
            token.kind is _CAPITAL and word not in plain and (word in reading.firm or not _PLAINS[word].ordinary)
        ):
            names.add(token.term)
            if word in reading.lead:
                lead.add(token.term)
        else:
            days |= token.day
            token = _PLAINS[word]
            if token.kind is _EVERYWHERE:
                continue
        term = token.term
        counts[term] = counts[term] + count if term in counts else count
        chances[term] = token.chance
    return Features(
        terms={term: 1 + log(count) if count > 1 else 1.0 for term, count in counts.items()},
        chances=chances,
        names=frozenset(names),
        lead=frozenset(lead),
        numbers=frozenset(reading.numbers),
        days=days,
        arrived=article.arrived,
        spoken=None if article.date_doubtful else article.published,
        cased=not reading.pairs,
    )
