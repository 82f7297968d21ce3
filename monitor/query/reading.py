"""An article as the engine reads it: the words of its fields, and where the terms of all rules stand among them.

Everything that only a few articles need (positions, sentences, distances in Chinese) is worked out at first use.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain
from operator import add

from monitor.model import Article
from monitor.query.chunks import Chunks, Known, Split, chunks_of, split_chunk
from monitor.query.scan import Place, Scan
from monitor.query.stretches import Stretches
from monitor.query.tree import Distance, Unit
from monitor.text.fold import Folded, fold
from monitor.text.sentences import paragraph_spans, sentence_spans
from monitor.text.tokens import CJK, is_cjk

_LEAD_SENTENCES = 5
_LEAD_WORDS = 100
_LEAST_IN_CAPITALS = 3
_ANY_CJK = re.compile(f"[{CJK}\uff66-\uff9d\uffa0-\uffdc]")
_POSSESSIVE = ("'s", "'S")


class FieldReading:
    """One field: what stands in it, worked out where it is needed.

    `early` holds the hits of the terms that a rule needs; `late` those of terms that only exclude (AND NOT, NOT NEAR,
    except), looked for when a rule that has them would match: most articles never come that far.
    """

    def __init__(self, name: str, original: str, languages: tuple[Chunks, Chunks]) -> None:
        self.name = name
        self.original = original
        self.chunks = chunks_of(original)
        self._late_chunks = languages[1]
        self._splits: dict[int, Split] = {}
        self._known = list(map(languages[0].__getitem__, self.chunks))
        self.early = Scan(self, self._known, languages[0].vocabulary).follow_all()
        self.spots = self.early.spots
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
        return Scan(self, self._late_known, self._late_chunks.vocabulary)

    @cached_property
    def _late_known(self) -> list[Known | None]:
        return list(map(self._late_chunks.__getitem__, self.chunks))

    @cached_property
    def _late_symbols(self) -> frozenset[int]:
        found = filter(None, map(self._late_chunks.__getitem__, set(self.chunks)))
        return frozenset(chain.from_iterable([known.symbols for known in found]))

    def may_exclude(self, paths: Iterable[Sequence[int]]) -> bool:
        """Has the field all words of one of these spellings (`Vocabulary.paths`), wherever they stand?

        Nearly always not, and then nobody need know where its words stand.
        """
        return any(map(self._late_symbols.issuperset, paths))

    def in_capitals(self, place: Place) -> bool:
        """Does the word stand in a line without lower-case letters (and without CJK, which has no case)?"""
        text, (here, _) = self.original, self._written(place)
        end = text.find("\n", here)
        line = text[text.rfind("\n", 0, here) + 1 : end if end >= 0 else len(text)]
        return line.isupper() and len(line.split()) >= _LEAST_IN_CAPITALS and not _ANY_CJK.search(line)

    # one word at a time, in the original text

    @cached_property
    def _chunk_starts(self) -> list[int]:
        before = accumulate(map(len, self.chunks), initial=0)
        return list(map(add, before, range(len(self.chunks) + 1)))

    @cached_property
    def _line_ends(self) -> frozenset[int]:
        """The chunks that a line end follows."""
        lines = self.original.split("\n")[:-1]
        return frozenset(accumulate((line.count(" ") + 1 for line in lines), initial=-1))

    def after(self, at: int) -> str:
        """The character between a chunk and the next: a space or a line end."""
        return "\n" if at in self._line_ends else " "

    def _written(self, place: Place) -> tuple[int, int]:
        """Where a word begins and ends in the original text."""
        chunk, inside = place
        start, end = self.split(chunk).written[inside]
        base = self._chunk_starts[chunk]
        return base + start, base + end

    def start_of(self, at: int) -> int:
        """Where a word begins in the original text."""
        return self._written(self.early.place_of(at))[0]

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Original characters of the words from `start` to `end`, without a possessive 's at the end."""
        chunk, inside = self.early.place_of(end - 1)
        split, base = self.split(chunk), self._chunk_starts[chunk]
        first, after = split.spans[inside]
        begin, last = split.written[inside]
        if split.folded[first:after][-2:] in _POSSESSIVE:
            last = fold(self.chunks[chunk]).original(first, after - 2)[1]
        return base + begin if end - start == 1 else self.start_of(start), base + last

    def gap(self, end: int, start: int) -> str:
        """The folded text between the word before `end` and the word `start`."""
        return fold(self.original[self._written(self.early.place_of(end - 1))[1] : self.start_of(start)]).text

    @cached_property
    def sentence_stretches(self) -> Stretches:
        """The sentences; a title is one."""
        if self.name == "title":
            return Stretches((), self.length)
        folded = fold(self.original)
        return self._stretches(folded.original(start, end)[0] for start, end in sentence_spans(folded.text))

    @cached_property
    def paragraph_stretches(self) -> Stretches:
        """The paragraphs; a title is one."""
        return self._stretches(() if self.name == "title" else (start for start, _ in paragraph_spans(self.original)))

    def _stretches(self, starts: Iterable[int]) -> Stretches:
        return Stretches(list(map(self._first_word, starts)), self.length)

    def _first_word(self, start: int) -> int:
        """The number of the first word that begins at a character of the original text, or after it."""
        chunk = bisect_right(self._chunk_starts, start, hi=len(self.chunks)) - 1
        base = self._chunk_starts[chunk]
        before = sum(base + begin < start for begin, _ in self.split(chunk).written) if start > base else 0
        return self.early.number_of(chunk) + before

    def sentence_of(self, at: int) -> int:
        """The number of a word's sentence."""
        return self.sentence_stretches.number_of(at)

    def paragraph_of(self, at: int) -> int:
        """The number of a word's paragraph."""
        return self.paragraph_stretches.number_of(at)

    # all words at once, in the folded text: for regular expressions and open slots

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
        for folded, spans, _ in map(self.split, range(len(self.chunks))):
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
    def sentences(self) -> Sequence[int]:
        """The number of the sentence of each word."""
        return self.sentence_stretches.numbers()

    @cached_property
    def _halves(self) -> Sequence[int] | None:
        """Half words before each word, where the field has CJK characters (two of them count as one word)."""
        if self.original.isascii() or not _ANY_CJK.search(self.original):
            return None
        halves = array("l", [0])
        for word in self.words:
            halves.append(halves[-1] + (1 if is_cjk(word) else 2))
        return halves

    def reach(self, words: int) -> int:
        """How many words of this field a distance may span (see `_halves`); perhaps more."""
        return words if self.original.isascii() else 2 * words

    def between(self, end: int, start: int) -> float:
        """Words between the end of one range and the start of a later one."""
        halves = self._halves
        return start - end if halves is None else (halves[start] - halves[end]) / 2

    @cached_property
    def lead_end(self) -> int:
        """How many words of this field belong to the lead: all, but of a body its first paragraph, bounded."""
        if self.name != "body" or not self.length:
            return self.length
        within = range(self.length)
        most = bisect_right(within, float(_LEAD_WORDS), key=lambda at: self.between(0, at + 1))
        limit = self.start_of(most) if most < self.length else len(self.original)
        line_end = self.original.find("\n", self.start_of(0))
        text = self.original[: limit if line_end < 0 else min(limit, line_end)]
        # Only so much of the text is cut into sentences: most articles need none of the rest.
        folded = fold(text)
        starts = [
            start for start, end in sentence_spans(folded.text) if folded.original(start, end)[1] > self.start_of(0)
        ]
        stop = (
            folded.original(starts[_LEAD_SENTENCES], len(folded.text))[0]
            if len(starts) > _LEAD_SENTENCES
            else len(text)
        )
        return bisect_left(within[:most], stop, key=self.start_of)


class Reading:
    """One article: the fields that the rules search, read once for all of them."""

    def __init__(self, article: Article, languages: tuple[Chunks, Chunks], fields: Sequence[str]) -> None:
        self.article = article
        self.fields = {name: FieldReading(name, text, languages) for name in fields if (text := article.text_of(name))}

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The words of the title in lower case; none where there is no title."""
        title = self.fields.get("title")
        return frozenset(map(str.lower, title.words)) if title is not None else frozenset()


def stretches_of(field: FieldReading, distance: Distance) -> Stretches:
    """The sentences or paragraphs that must hold both parts."""
    return field.sentence_stretches if distance.unit is Unit.SENTENCE else field.paragraph_stretches
