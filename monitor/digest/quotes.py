"""A sentence that a card might quote: what it says, whether it can be read, and whether it tells what another tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.digest.furniture import is_furniture, refers_back
from monitor.digest.novelty import ReaderAlert
from monitor.digest.runs import LONGEST
from monitor.digest.sentences import Span, first_sentences, sentences_after, touched
from monitor.model import Article
from monitor.text.inflect import headword, language_for
from monitor.text.tokens import words as words_of

SHORTEST, OPENING = 40, 12
"""Columns of a sentence that says something; how many of the first sentences of a text are looked at."""

ALIKE, ECHO, FEWEST_WORDS = 0.8, 0.5, 6
"""The share of its words from which on a sentence repeats another one, that of its longer words from which on another
article says the same, and how many such words it must have for either."""

LONGER = 5
"""Letters of a word that is hardly ever a mere function word."""


@dataclass(frozen=True)
class Quote:
    """A sentence of an article, by the field and the range in which it stands."""

    article: Article
    field: str
    span: Span

    @cached_property
    def text(self) -> str:
        return self.article.text_of(self.field)[slice(*self.span)]

    @cached_property
    def content(self) -> str:
        """What it says, for finding the one that is printed twice."""
        return content_of(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words_of(self.text))

    @cached_property
    def basic_words(self) -> frozenset[str]:
        return basic_words(self.text, self.article.lang)

    @cached_property
    def longer_words(self) -> frozenset[str]:
        return longer_words(self.text)

    @property
    def is_readable(self) -> bool:
        """Whether it is whole, long enough to say something, and not too long to be read."""
        text = self.text
        wide = len(text) if text.isascii() else sum(1 if character.isascii() else 2 for character in text)
        return SHORTEST <= wide <= LONGEST // 2 and text.rstrip("\"'”’」』)） ")[-1:] in ".!?。！？…"

    @cached_property
    def is_furniture(self) -> bool:
        """Whether it is a part of the page and not of its news."""
        text, (start, end) = self.article.text_of(self.field), self.span
        line = text[text.rfind("\n", 0, start) + 1 : (text + "\n").index("\n", end - 1)]
        return is_furniture(self.text, line)

    def repeats(self, other: Quote) -> bool:
        """Whether both say the same, but for a figure perhaps."""
        fewer = min(len(self.words), len(other.words))
        return fewer >= FEWEST_WORDS and len(self.words & other.words) >= ALIKE * fewer

    def is_echo(self, chosen: Sequence[Quote], lead: Article) -> bool:
        """Whether another article than the `lead` says here, in other words or in another language, what is `chosen`
        already. One with a figure of its own does not."""
        if self.article.id == lead.id or not chosen:
            return False
        if self.article.lang != lead.lang:
            return True
        added = self.longer_words.difference(*(other.longer_words for other in chosen))
        return not any(map(_has_digit, added)) and any(map(self._is_much_like, chosen))

    def _is_much_like(self, other: Quote) -> bool:
        fewer = min(len(self.longer_words), len(other.longer_words))
        return fewer >= FEWEST_WORDS and len(self.longer_words & other.longer_words) >= ECHO * fewer

    def speaks_of(self, named: Iterable[Name], least: int) -> bool:
        """Whether it speaks of so many different things that are `named`."""
        spoken = self.text.casefold()
        if not any(name.text in spoken for name in named):
            return False
        return len({name.words for name in named if name.text in spoken or name.words <= self.basic_words}) >= least

    def goes_on(self, said: Collection[str], named: Iterable[Name], shared: int) -> bool:
        """Whether it speaks of what is `named`, refers back, or has so many longer words of what was `said`."""
        return self.speaks_of(named, 1) or refers_back(self.text) or len(self.longer_words.intersection(said)) >= shared


@dataclass(frozen=True, slots=True)
class Name:
    """A word or name that a card tells of: as it is written, in small letters, and its words in their basic forms."""

    text: str
    words: frozenset[str]


def names_in(article: Article, alerts: Sequence[ReaderAlert]) -> list[Name]:
    """What the evidence and the facts of an article name."""
    own = [alert.waiting.alert.match for alert in alerts if alert.waiting.article.id == article.id]
    found = [
        article.text_of(evidence.field)[slice(*span)].strip().casefold()
        for match in own
        for evidence in match.evidence
        for span in evidence.spans
    ]
    found += [value.casefold() for match in own for _, value in match.fact]
    return [Name(name, basic_words(name, article.lang)) for name in dict.fromkeys(found) if len(name) > 1]


def proof_of(alert: ReaderAlert) -> list[Quote]:
    """The sentences that an alert's evidence touches, in the fields below the title."""
    article = alert.waiting.article
    return [
        Quote(article, evidence.field, span)
        for evidence in alert.waiting.alert.match.evidence
        if evidence.field in ("summary", "body")
        for span in touched(article.text_of(evidence.field), evidence.spans)
    ]


def opening_of(article: Article) -> Iterator[Quote]:
    """The first sentences of the summary, then those of the text."""
    for field in ("summary", "body"):
        for span in first_sentences(article.text_of(field))[:OPENING]:
            yield Quote(article, field, span)


def after(quote: Quote, most: int) -> list[Quote]:
    """The next sentences of its field, at most so many."""
    spans = sentences_after(quote.article.text_of(quote.field), quote.span[1], most)
    return [Quote(quote.article, quote.field, span) for span in spans]


def content_of(text: str) -> str:
    """Its letters and digits alone."""
    return "".join(filter(str.isalnum, text.casefold()))


def basic_words(text: str, lang: str) -> frozenset[str]:
    """Its words in their basic forms."""
    language = language_for(lang)
    return frozenset(headword(word, language) for word in words_of(text))


def longer_words(text: str) -> frozenset[str]:
    """The words that say something, numbers among them."""
    return frozenset(word for word in words_of(text) if len(word) >= LONGER or _has_digit(word))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))
