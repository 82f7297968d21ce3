"""Where the terms of all rules stand in a field: the trie walked from every word that the rules know."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress, count
from typing import Protocol

from monitor.query.chunks import Known, Split
from monitor.query.spelling import Gap
from monitor.query.spots import of_range
from monitor.query.vocabulary import Entry, Joints, Vocabulary
from monitor.text.sentences import sentence_ends

_BETWEEN = {
    Gap.PHRASE: re.compile(r"[ \t\-./'\"&_+]*"),
    Gap.NOTHING: re.compile(r""),
    Gap.HYPHEN: re.compile(r"-"),
    Gap.HYPHEN_OR_SPACE: re.compile(r"[- ]"),
}
_SPACE_WILL_DO = (Gap.PHRASE, Gap.HYPHEN_OR_SPACE)
_STOP_AND_SPACE = re.compile(r"\.\W*\s")


Place = tuple[int, int]
"""Where a word stands: its chunk, and its place within that."""


class Field(Protocol):
    """What a scan asks of the field that it scans."""

    def split(self, at: int) -> Split: ...

    def after(self, at: int) -> str: ...

    def in_capitals(self, place: Place) -> bool: ...


class Scan:
    """The hits of one vocabulary in one field, by term: half-open ranges of words, and the same as bits (`spots`).

    A term of one word is hit at once, one of several words when it is looked for (`follow`).
    """

    def __init__(self, field: Field, chunks: Sequence[Known | None], vocabulary: Vocabulary) -> None:
        self.hits: dict[int, list[tuple[int, int]]] = {}
        self.spots: dict[int, int] = {}
        self._field = field
        self._chunks = chunks
        self._vocabulary = vocabulary
        self._heads: dict[int, list[tuple[int, Place]]] = {}
        self._irregular: list[int] = []
        self._begins: list[int] = []
        self.length = self._read()

    def follow(self, nodes: Iterable[int]) -> None:
        """Look for the terms whose paths in the trie begin with these nodes (`Vocabulary.heads`).

        Most exclusions are phrases of common words, and an article asks for a few of ten thousands: looking for all of
        them took longer than all the rest of an article.
        """
        for node in nodes:
            for number, place in self._heads.pop(node, ()):
                self._follow(number, (place,), node)

    def follow_all(self) -> Scan:
        """Look for all terms."""
        if self._heads:
            self.follow(list(self._heads))
        return self

    def _add(self, term: int, start: int, end: int) -> None:
        known = self.hits.get(term)
        if known is None:
            self.hits[term] = [(start, end)]
            self.spots[term] = of_range(start, end)
        else:
            known.append((start, end))
            self.spots[term] |= of_range(start, end)

    def _read(self) -> int:
        """Take in the terms of one word, and where others may begin; the number of words.

        Only chunks that hold a known word, or not just one word, are looked at; of most of them, only that they hit
        nothing, and that no path goes on from them to the next.
        """
        chunks, children, shift = self._chunks, self._vocabulary.children, 0
        last = len(chunks) - 1
        for at in compress(count(), chunks):
            chunk: Known = chunks[at]  # type: ignore[assignment]
            if not chunk.simple:
                if chunk.symbols:
                    self._read_words(chunk, at, at + shift)
                if len(chunk.words) != 1:
                    self._irregular.append(at)
                    self._begins.append(at + shift)
                    shift += len(chunk.words) - 1
                continue
            for term in chunk.terms:
                self._add(term, at + shift, at + shift + 1)
            if chunk.nodes and at < last and (following := chunks[at + 1]) is not None:
                first = following.first
                for node in chunk.nodes:
                    if first is None or not children[node].keys().isdisjoint(first):
                        self._heads.setdefault(node, []).append((at + shift, (at, 0)))
        return len(chunks) + shift

    def _read_words(self, chunk: Known, at: int, begin: int) -> None:
        """Take in a chunk of several words, or of one in doubt."""
        for inside, entry in enumerate(chunk.words):
            if entry is None:
                continue
            number = begin + inside
            for term in entry.terms:
                self._add(term, number, number + 1)
            for term in entry.acronyms:
                if not self._field.in_capitals((at, inside)):
                    self._add(term, number, number + 1)
            for node in entry.nodes:
                self._heads.setdefault(node, []).append((number, (at, inside)))

    def place_of(self, at: int) -> Place:
        """The place of a word; counted from the last chunk before it that does not hold just one word."""
        before = bisect_right(self._begins, at) - 1
        if before < 0:
            return at, 0
        chunk, inside = self._irregular[before], at - self._begins[before]
        words = self._words_in(chunk)
        return (chunk, inside) if inside < words else (chunk + 1 + inside - words, 0)

    def number_of(self, chunk: int) -> int:
        """The number of the first word of a chunk, or of the next word if it has none."""
        before = bisect_left(self._irregular, chunk) - 1
        if before < 0:
            return chunk
        irregular = self._irregular[before]
        return self._begins[before] + self._words_in(irregular) + chunk - irregular - 1

    def _words_in(self, chunk: int) -> int:
        known = self._chunks[chunk]
        return 1 if known is None else len(known.words)

    def spots_of(self, terms: Iterable[int]) -> int:
        """The words that one of the terms covers, as bits."""
        found, spots = 0, self.spots
        for term in terms:
            if term in spots:
                found |= spots[term]
        return found

    def _follow(self, start: int, path: tuple[Place, ...], node: int) -> None:
        """Walk the trie on with the next word; a hit needs the right signs between its words."""
        following = self._next(path[-1])
        if following is None:
            return
        vocabulary, longer = self._vocabulary, (*path, following[0])
        branches = vocabulary.children[node]
        for symbol in following[1].symbols:
            if symbol in branches:
                deeper = branches[symbol]
                for term, joints in vocabulary.ends.get(deeper, ()):
                    if self._is_phrase(longer, joints):
                        self._add(term, start, start + len(longer))
                if vocabulary.children[deeper]:
                    self._follow(start, longer, deeper)

    def _next(self, place: Place) -> tuple[Place, Entry] | None:
        """The word after a word that is known, if it is known too."""
        chunks, (at, inside) = self._chunks, place
        chunk, inside = chunks[at], inside + 1
        while chunk is not None and inside == len(chunk.words):
            at, inside = at + 1, 0
            if at == len(chunks):
                return None
            chunk = chunks[at]
        entry = chunk.words[inside] if chunk is not None else None
        return None if entry is None else ((at, inside), entry)

    def _is_phrase(self, places: Sequence[Place], joints: Joints) -> bool:
        """May words that follow each other be those of a spelling of several words, by what stands between them?"""
        for at, gap in enumerate(joints.gaps):
            if not self._gap_holds(gap, places[at], places[at + 1]):
                return False
        return not joints.lower_case or self._stands_alone(places[0], places[-1])

    def _gap_holds(self, gap: Gap, left: Place, right: Place) -> bool:
        """May a word and the next, both known, be the words of one phrase? Read from their chunks alone."""
        if right[0] == left[0] + 1 and self._is_bare(left) and self._is_bare(right):
            return gap in _SPACE_WILL_DO and self._field.after(left[0]) == " "
        text, end, start = self._joint(left, right)
        between = text[end:start]
        if not _BETWEEN[gap].fullmatch(between):
            return False
        return not (_STOP_AND_SPACE.search(between) and sentence_ends(text, end, start))

    def _is_bare(self, place: Place) -> bool:
        chunk = self._chunks[place[0]]
        return chunk is not None and chunk.bare

    def _joint(self, left: Place, right: Place) -> tuple[str, int, int]:
        """The folded text of all chunks from one word to the next; where the one ends in it, the other begins."""
        split, after = self._field.split, self._field.after
        text, end = split(left[0]).folded, split(left[0]).spans[left[1]][1]
        base = 0
        for chunk in range(left[0], right[0]):
            text += after(chunk)
            base = len(text)
            text += split(chunk + 1).folded
        return text, end, base + split(right[0]).spans[right[1]][0]

    def _stands_alone(self, first: Place, last: Place) -> bool:
        """A term of several words in lower case does not match a part of a hyphenated name (App-Store)."""
        if self._is_bare(first) and self._is_bare(last):
            return True
        before, after = self._field.split(first[0]), self._field.split(last[0])
        capital = before.folded[before.spans[first[1]][0]].isupper()
        return not (capital and (before.hangs_on_left(first[1]) or after.hangs_on_right(last[1])))
