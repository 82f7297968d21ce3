"""Where the terms of all rules stand in a field: the trie walked from every word that the rules know."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress, count
from typing import NamedTuple, Protocol

from monitor.query.chunks import Known, Split
from monitor.query.spelling import Gap, WordKind
from monitor.query.spots import of_range
from monitor.query.vocabulary import LOWER_CASE, Entry, Vocabulary
from monitor.text.sentences import sentence_ends

_BETWEEN = {
    Gap.PHRASE: re.compile(r"[ \t\-./'\"&_+]*"),
    Gap.NOTHING: re.compile(r""),
    Gap.HYPHEN: re.compile(r"-"),
    Gap.HYPHEN_OR_SPACE: re.compile(r"[- ]"),
}
_SPACE_WILL_DO = (Gap.PHRASE, Gap.HYPHEN_OR_SPACE)
_STOP_AND_SPACE = re.compile(r"\.\W*\s")


class Place(NamedTuple):
    """Where a word stands: its chunk, and its place within that."""

    chunk: int
    inside: int


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
                shift += self._read_words(chunk, at, at + shift)
                continue
            for term in chunk.terms:
                self._add(term, at + shift, at + shift + 1)
            if chunk.nodes and at < last and (following := chunks[at + 1]) is not None:
                first = following.first
                for node in chunk.nodes:
                    if first is None or not children[node].keys().isdisjoint(first):
                        self._heads.setdefault(node, []).append((at + shift, Place(at, 0)))
        return len(chunks) + shift

    def _read_words(self, chunk: Known, at: int, begin: int) -> int:
        """Take in a chunk of no word, of several, or of one in doubt; how many words it has beyond one."""
        for inside, entry in chunk.entries:
            number = begin + inside
            for term in entry.terms:
                self._add(term, number, number + 1)
            for term in entry.acronyms:
                if not self._field.in_capitals(Place(at, inside)):
                    self._add(term, number, number + 1)
            for node in entry.nodes:
                self._heads.setdefault(node, []).append((number, Place(at, inside)))
        if chunk.words != 1:
            self._irregular.append(at)
            self._begins.append(begin)
        return chunk.words - 1

    def place_of(self, at: int) -> Place:
        """The place of a word; counted from the last chunk before it that does not hold just one word."""
        before = bisect_right(self._begins, at) - 1
        if before < 0:
            return Place(at, 0)
        chunk, inside = self._irregular[before], at - self._begins[before]
        words = self._chunks[chunk].words  # type: ignore[union-attr]
        return Place(chunk, inside) if inside < words else Place(chunk + 1 + inside - words, 0)

    def number_of(self, chunk: int) -> int:
        """The number of the first word of a chunk, or of the next word if it has none."""
        before = bisect_left(self._irregular, chunk) - 1
        if before < 0:
            return chunk
        irregular = self._irregular[before]
        words = self._chunks[irregular].words  # type: ignore[union-attr]
        return self._begins[before] + words + chunk - irregular - 1

    def spots_of(self, terms: Iterable[int]) -> int:
        """The words that one of the terms covers, as bits."""
        found, spots = 0, self.spots
        for term in terms:
            if term in spots:
                found |= spots[term]
        return found

    def _follow(self, start: int, path: tuple[Place, ...], node: int) -> None:
        """Walk the trie on with the next word; a hit needs the right signs between its words."""
        place = self._next(path[-1])
        entry = self._entry(place) if place is not None else None
        if place is None or entry is None:
            return
        vocabulary, longer = self._vocabulary, (*path, place)
        branches = vocabulary.children[node]
        for symbol in entry.symbols:
            if symbol in branches:
                following = branches[symbol]
                for term, variant in vocabulary.ends.get(following, ()):
                    if self._gaps_hold(longer, variant.gaps) and self._stands(longer, variant.words[0].kind):
                        self._add(term, start, start + len(longer))
                if vocabulary.children[following]:
                    self._follow(start, longer, following)

    def _entry(self, place: Place) -> Entry | None:
        chunk = self._chunks[place.chunk]
        return None if chunk is None else chunk.entry(place.inside)

    def _next(self, place: Place) -> Place | None:
        """The word after a word."""
        chunk = self._chunks[place.chunk]
        if chunk is not None and place.inside + 1 < chunk.words:
            return Place(place.chunk, place.inside + 1)
        for at in range(place.chunk + 1, len(self._chunks)):
            following = self._chunks[at]
            if following is None or following.words:
                return Place(at, 0)
        return None

    def _gaps_hold(self, places: Sequence[Place], gaps: Sequence[Gap]) -> bool:
        return all([self._gap_holds(*pair) for pair in zip(gaps, places, places[1:], strict=False)])

    def _gap_holds(self, gap: Gap, left: Place, right: Place) -> bool:
        """May a word and the next, both known, be the words of one phrase? Read from their chunks alone."""
        if right.chunk == left.chunk + 1 and self._is_bare(left) and self._is_bare(right):
            return gap in _SPACE_WILL_DO and self._field.after(left.chunk) == " "
        text, end, start = self._joint(left, right)
        between = text[end:start]
        if not _BETWEEN[gap].fullmatch(between):
            return False
        return not (_STOP_AND_SPACE.search(between) and sentence_ends(text, end, start))

    def _is_bare(self, place: Place) -> bool:
        chunk = self._chunks[place.chunk]
        return chunk is not None and chunk.bare

    def _joint(self, left: Place, right: Place) -> tuple[str, int, int]:
        """The folded text of all chunks from one word to the next; where the one ends in it, the other begins."""
        first = self._field.split(left.chunk)
        text, end = first.folded, first.spans[left.inside][1]
        base = 0
        for chunk in range(left.chunk, right.chunk):
            text += self._field.after(chunk)
            base = len(text)
            text += self._field.split(chunk + 1).folded
        return text, end, base + self._field.split(right.chunk).spans[right.inside][0]

    def _stands(self, places: Sequence[Place], kind: WordKind) -> bool:
        """May a term of several words match here? One in lower case does not match a part of a hyphenated name."""
        first, last = places[0], places[-1]
        if kind not in LOWER_CASE or (self._is_bare(first) and self._is_bare(last)):
            return True
        before, after = self._field.split(first.chunk), self._field.split(last.chunk)
        capital = before.folded[before.spans[first.inside][0]].isupper()
        return not (capital and (before.hangs_on_left(first.inside) or after.hangs_on_right(last.inside)))
