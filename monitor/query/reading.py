"""An article as the engine reads it: the words of its fields, and where the terms of all rules stand among them.

Everything that only a few articles need (positions, sentences, distances in Chinese) is worked out at first use.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from monitor.model import Article
from monitor.query.chunks import Chunks, Split, split_chunk
from monitor.query.scan import Scan
from monitor.text.fold import Folded, fold
from monitor.text.sentences import paragraph_spans, sentence_spans
from monitor.text.tokens import CJK, is_cjk

_LEAD_SENTENCES = 5
_LEAD_WORDS = 100
_LEAST_IN_CAPITALS = 3
_ANY_CJK = re.compile(f"[{CJK}]")
_POSSESSIVE = ("'s", "'S")


class FieldReading:
    """One field: what stands in it, worked out where it is needed.

    `early` holds the hits of the terms that a rule needs; `late` those of terms that only exclude (AND NOT, NOT NEAR,
    except), looked for when a rule that has them would match: most articles never come that far.
    """

    def __init__(self, name: str, original: str, languages: tuple[Chunks, Chunks]) -> None:
        self.name = name
        self.original = original
        self.chunks = original.split(" ")
        self._late_chunks = languages[1]
        self._splits: dict[int, Split] = {}
        self.early = Scan(self, languages[0])
        self.length = self.early.length

    def split(self, at: int) -> Split:
        """One of the chunks, folded and split into words."""
        split = self._splits.get(at)
        if split is None:
            split = self._splits[at] = split_chunk(self.chunks[at])
        return split

    @cached_property
    def late(self) -> Scan:
        """The hits of the terms that only exclude."""
        return Scan(self, self._late_chunks)

    def stop_ends_sentence(self, at: int) -> bool:
        """Does a sentence end between a word and the next?"""
        starts = [start for start, _ in self._real_sentences]
        return bisect_right(starts, self.starts[at]) != bisect_right(starts, self.starts[at + 1])

    def in_capitals(self, at: int) -> bool:
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
        return [
            split.folded[start:end] for split in map(self.split, range(len(self.chunks))) for start, end in split.spans
        ]

    @cached_property
    def _ranges(self) -> tuple[Sequence[int], Sequence[int]]:
        starts, ends, base = array("l"), array("l"), 0
        for folded, spans in map(self.split, range(len(self.chunks))):
            for start, end in spans:
                starts.append(base + start)
                ends.append(base + end)
            base += len(folded) + 1
        return starts, ends

    @property
    def starts(self) -> Sequence[int]:
        """Where each word begins in the folded text."""
        return self._ranges[0]

    @property
    def ends(self) -> Sequence[int]:
        """Where each word ends in the folded text."""
        return self._ranges[1]

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


class Reading:
    """One article: the fields that the rules search, read once for all of them."""

    def __init__(self, article: Article, languages: tuple[Chunks, Chunks], fields: Sequence[str]) -> None:
        self.article = article
        self.fields = {name: FieldReading(name, text, languages) for name in fields if (text := article.text_of(name))}
