"""An article as the engine reads it: the words of its fields, and where the terms of all rules stand among them.

Everything that only a few articles need (positions, sentences, distances in Chinese) is worked out at first use.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

from monitor.model import TEXT_FIELDS, Article
from monitor.query.spelling import Gap, WordKind
from monitor.query.vocabulary import Entry, Lexicon, Vocabulary
from monitor.text.fold import Folded, fold
from monitor.text.inflect import language_for
from monitor.text.sentences import paragraph_spans, sentence_spans
from monitor.text.tokens import CJK, is_cjk, word_pattern

_LEAD_SENTENCES = 5
_LEAD_WORDS = 100
_LEAST_IN_CAPITALS = 3
_ANY_CJK = re.compile(f"[{CJK}]")
_BETWEEN = {
    Gap.PHRASE: re.compile(r"[ \t\-./'\"&_+]*"),
    Gap.NOTHING: re.compile(r""),
    Gap.HYPHEN: re.compile(r"-"),
    Gap.HYPHEN_OR_SPACE: re.compile(r"[- ]"),
}
_STOP_AND_SPACE = re.compile(r"\.[^\w]*\s")
_POSSESSIVE = ("'s", "'S")
_LOWER_CASE = (WordKind.INFLECTED, WordKind.FORM)
_COMMON_WHEN_SMALL = frozenset(
    """a act aid aids am an and any are arm art as ask at ban bar base be bet big bill but buy by can cap car care
    chip core cut day did do end eu far fast few fire fit for fun get go goal got had hard has he help her
    here him his home how if in is it its job just key last law lead let long lot love low main man may me
    men met more most my new no nor not now of off oil old on one open or our out over own pay per play post
    put race ran red run sad safe said save saw say see set she show sit six so some star start stem step
    stop sun sure take tax team ten that the them then they this time to too top two up us use via view war
    was way we who why will win wish with word work yes yet you""".split()
)
"""Words that an acronym may be by accident in a headline all in capitals: US and us, WHO and who, IT and it."""


class FieldReading:
    """One field: the hits of terms as half-open ranges of word numbers; folded text and words where they are needed."""

    def __init__(self, name: str, original: str, vocabulary: Vocabulary, lang: str) -> None:
        self.name = name
        self.original = original
        self.hits: dict[int, list[tuple[int, int]]] = {}
        self._vocabulary = vocabulary
        self._known, self.length = _scan(original, vocabulary.lexicon(lang))
        for at, entry in self._known.items():
            for term, kind in entry.terms:
                if self._stands(at, at + 1, kind):
                    self.hits.setdefault(term, []).append((at, at + 1))
            for node in entry.nodes:
                self._follow(at, at + 1, node)

    def _follow(self, start: int, at: int, node: int) -> None:
        """Walk the trie from a word on; a hit needs the right signs between its words."""
        for term, variant in self._vocabulary.ends.get(node, ()):
            if self._gaps_hold(start, variant.gaps) and self._stands(start, at, variant.words[0].kind):
                self.hits.setdefault(term, []).append((start, at))
        branches = self._vocabulary.children[node]
        entry = self._known.get(at) if branches else None
        if entry is not None:
            for symbol in entry.symbols:
                following = branches.get(symbol)
                if following is not None:
                    self._follow(start, at + 1, following)

    def _gaps_hold(self, start: int, gaps: Iterable[Gap]) -> bool:
        text = self.folded.text
        for at, gap in enumerate(gaps, start):
            between = text[self.ends[at] : self.starts[at + 1]]
            if not _BETWEEN[gap].fullmatch(between):
                return False
            if _STOP_AND_SPACE.match(between) and self._stop_ends_sentence(at):
                return False
        return True

    def _stop_ends_sentence(self, at: int) -> bool:
        starts = [start for start, _ in self._real_sentences]
        return bisect_right(starts, self.starts[at]) != bisect_right(starts, self.starts[at + 1])

    def _stands(self, start: int, end: int, kind: WordKind) -> bool:
        """May a term of this kind match here? Not across a hyphenated name, nor by capitals where all is capital."""
        if kind in _LOWER_CASE:
            return not (
                "-" in self.original and self.words[start][0].isupper() and self._in_hyphenated_name(start, end)
            )
        if kind is not WordKind.ACRONYM:
            return True
        word = self.words[start]
        if word.lower() in _COMMON_WHEN_SMALL and "." not in word:
            return not self._in_capitals(start)
        return True

    def _in_hyphenated_name(self, start: int, end: int) -> bool:
        """Ban in Ray-Ban: a capitalised part whose neighbour by hyphen is capitalised too."""
        text = self.folded.text
        before = start and text[self.ends[start - 1] : self.starts[start]] == "-" and self.words[start - 1][0].isupper()
        if before:
            return True
        more = end < self.length and text[self.ends[end - 1] : self.starts[end]] == "-"
        return bool(more and self.words[end][0].isupper() and self.words[end - 1][0].isupper())

    def _in_capitals(self, at: int) -> bool:
        """Does the word stand in a line without lower-case letters (and without CJK, which has no case)?"""
        text = self.folded.text
        start = text.rfind("\n", 0, self.starts[at]) + 1
        end = text.find("\n", self.starts[at])
        line = text[start : end if end >= 0 else len(text)]
        return line.isupper() and len(line.split()) >= _LEAST_IN_CAPITALS and not _ANY_CJK.search(line)

    @cached_property
    def folded(self) -> Folded:
        """The folded text, with the way back to the original."""
        return fold(self.original)

    @cached_property
    def words(self) -> list[str]:
        """The words of the folded text."""
        return word_pattern(self.folded.text).findall(self.folded.text)

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [found.span() for found in word_pattern(self.folded.text).finditer(self.folded.text)]

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each word begins in the folded text."""
        return array("l", [start for start, _ in self._spans])

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where each word ends in the folded text."""
        return array("l", [end for _, end in self._spans])

    @cached_property
    def _real_sentences(self) -> list[tuple[int, int]]:
        return sentence_spans(self.folded.text)

    @cached_property
    def sentences(self) -> Sequence[int]:
        """The number of the sentence of each word; a title is one sentence."""
        return self._numbers(self._real_sentences)

    @cached_property
    def paragraphs(self) -> Sequence[int]:
        """The number of the paragraph of each word; a title is one paragraph."""
        return self._numbers(paragraph_spans(self.folded.text))

    def _numbers(self, spans: Sequence[tuple[int, int]]) -> Sequence[int]:
        if self.name == "title":
            return array("l", [0]) * self.length
        starts = [start for start, _ in spans]
        return array("l", [bisect_right(starts, start) for start in self.starts])

    @cached_property
    def _halves(self) -> Sequence[int] | None:
        """Half words before each word, where the field has CJK characters (two of them count as one word)."""
        if self.original.isascii() or not _ANY_CJK.search(self.folded.text):
            return None
        halves = array("l", [0])
        for word in self.words:
            halves.append(halves[-1] + (1 if is_cjk(word) else 2))
        return halves

    def between(self, end: int, start: int) -> float:
        """Words between the end of one range and the start of a later one."""
        halves = self._halves
        return start - end if halves is None else (halves[start] - halves[end]) / 2

    @cached_property
    def lead_end(self) -> int:
        """How many words of this field belong to the lead: all, but of a body its first paragraph, bounded."""
        if self.name != "body" or not self.words:
            return self.length
        end = 0
        first = self.sentences[0]
        while (
            end < self.length
            and self.paragraphs[end] == self.paragraphs[0]
            and self.sentences[end] - first < _LEAD_SENTENCES
            and self.between(0, end + 1) <= _LEAD_WORDS
        ):
            end += 1
        return end

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Original characters of the words from `start` to `end`, without a possessive 's at the end."""
        cut = 2 if self.words[end - 1][-2:] in _POSSESSIVE else 0
        return self.folded.original(self.starts[start], self.ends[end - 1] - cut)

    def gap(self, end: int, start: int) -> str:
        """The folded text between the word before `end` and the word `start`."""
        return self.folded.text[self.ends[end - 1] : self.starts[start]]


def _scan(text: str, lexicon: Lexicon) -> tuple[dict[int, Entry], int]:
    """The words of a text that the rules know, by their number, and how many words there are in all."""
    known: dict[int, Entry] = {}
    chunks = list(map(lexicon.chunks.__getitem__, text.split()))
    shift = 0
    for at, chunk in enumerate(chunks):
        if chunk is not None:
            for inside, entry in chunk.known:
                known[at + shift + inside] = entry
            shift += chunk.words - 1
    return known, len(chunks) + shift


class Reading:
    """One article: the fields that the rules search, read once for all of them."""

    def __init__(self, article: Article, vocabulary: Vocabulary, fields: Sequence[str] = TEXT_FIELDS) -> None:
        lang = language_for(article.lang)
        self.article = article
        self.fields = {
            name: FieldReading(name, text, vocabulary, lang) for name in fields if (text := article.text_of(name))
        }
