"""Where the terms of all rules stand in a field: the trie walked from every word that the rules know."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress, count
from typing import NamedTuple, Protocol

from monitor.query import spots
from monitor.query.chunks import Known, Split
from monitor.query.spelling import Gap, WordKind
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


_Word = tuple[Entry, int, int, bool]
"""A word that the rules know: its entry, its chunk, its place within that, and is that bare? (A plain tuple: there are
150 of them in an article, and a named one takes five times as long to make.)"""


class Scan:
    """The hits of one vocabulary in one field, by term: half-open ranges of word numbers.

    A term of one word is hit at once, one of several words when it is looked for (`follow`).
    """

    def __init__(self, field: Field, chunks: Sequence[Known | None], vocabulary: Vocabulary) -> None:
        self.hits: dict[int, list[tuple[int, int]]] = {}
        self._spots: dict[int, int] = {}
        self._field = field
        self._chunks = chunks
        self._vocabulary = vocabulary
        self._known: dict[int, _Word] = {}
        self._heads: dict[int, list[int]] = {}
        self._irregular: list[int] = []
        self._begins: list[int] = []
        self.length = self._count()
        for at, (entry, chunk, inside, _) in self._known.items():
            for term in entry.terms:
                self._add(term, at, at + 1)
            for term in entry.acronyms:
                if not field.in_capitals(Place(chunk, inside)):
                    self._add(term, at, at + 1)
            if entry.nodes and at + 1 in self._known:
                for node in entry.nodes:
                    self._heads.setdefault(node, []).append(at)

    def follow(self, nodes: Iterable[int]) -> None:
        """Look for the terms whose paths in the trie begin with these nodes (`Vocabulary.heads`).

        Most exclusions are phrases of common words, and an article asks for a few of ten thousands: looking for all of
        them took longer than all the rest of an article.
        """
        for node in nodes:
            for at in self._heads.pop(node, ()):
                self._follow(at, at + 1, node)

    def follow_all(self) -> Scan:
        """Look for all terms."""
        if self._heads:
            self.follow(list(self._heads))
        return self

    def _add(self, term: int, start: int, end: int) -> None:
        known = self.hits.get(term)
        if known is None:
            self.hits[term] = [(start, end)]
        else:
            known.append((start, end))

    def _count(self) -> int:
        """Number the words. Only chunks that hold a known word, or not just one word, are looked at."""
        known, chunks, shift = self._known, self._chunks, 0
        for at in compress(count(), chunks):
            words, entries, bare = chunks[at]  # type: ignore[misc]
            begin = at + shift
            for inside, entry in entries:
                known[begin + inside] = (entry, at, inside, bare)
            if words != 1:
                self._irregular.append(at)
                self._begins.append(begin)
                shift += words - 1
        return len(chunks) + shift

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
        found, hits, known = 0, self.hits, self._spots
        for term in terms:
            if term in hits:
                if term not in known:
                    known[term] = spots.of_ranges(hits[term])
                found |= known[term]
        return found

    def _follow(self, start: int, at: int, node: int) -> None:
        """Walk the trie on with a word that is known; a hit needs the right signs between its words."""
        vocabulary = self._vocabulary
        branches = vocabulary.children[node]
        for symbol in self._known[at][0].symbols:
            if symbol in branches:
                following = branches[symbol]
                for term, variant in vocabulary.ends.get(following, ()):
                    if self._gaps_hold(start, variant.gaps) and self._stands(start, at, variant.words[0].kind):
                        self._add(term, start, at + 1)
                if at + 1 in self._known:
                    self._follow(start, at + 1, following)

    def _gaps_hold(self, start: int, gaps: Sequence[Gap]) -> bool:
        return all([self._gap_holds(at, gap) for at, gap in enumerate(gaps, start)])

    def _gap_holds(self, at: int, gap: Gap) -> bool:
        """May a word and the next, both known, be the words of one phrase? Read from their chunks alone."""
        (_, left, _, bare), (_, right, _, next_bare) = self._known[at], self._known[at + 1]
        if bare and next_bare and right == left + 1:
            return gap in _SPACE_WILL_DO and self._field.after(left) == " "
        text, end, start = self._joint(at)
        between = text[end:start]
        if not _BETWEEN[gap].fullmatch(between):
            return False
        return not (_STOP_AND_SPACE.search(between) and sentence_ends(text, end, start))

    def _joint(self, at: int) -> tuple[str, int, int]:
        """The folded text of all chunks from one known word to the next; where the one ends in it, the other begins."""
        (_, left, inside, _), (_, right, following, _) = self._known[at], self._known[at + 1]
        first = self._field.split(left)
        text, end = first.folded, first.spans[inside][1]
        base = 0
        for chunk in range(left, right):
            text += self._field.after(chunk)
            base = len(text)
            text += self._field.split(chunk + 1).folded
        return text, end, base + self._field.split(right).spans[following][0]

    def _stands(self, start: int, last: int, kind: WordKind) -> bool:
        """May a term of several words match here? One in lower case does not match a part of a hyphenated name."""
        (_, first_chunk, first, bare), (_, last_chunk, inside, last_bare) = self._known[start], self._known[last]
        if kind not in LOWER_CASE or (bare and last_bare):
            return True
        before, after = self._field.split(first_chunk), self._field.split(last_chunk)
        capital = before.folded[before.spans[first][0]].isupper()
        return not (capital and (before.hangs_on_left(first) or after.hangs_on_right(inside)))
