"""Where the terms of all rules stand in a field: the trie walked from every word that the rules know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from monitor.query.chunks import Known, Split
from monitor.query.spelling import Gap, WordKind
from monitor.query.vocabulary import LOWER_CASE, Entry, Vocabulary

_BETWEEN = {
    Gap.PHRASE: re.compile(r"[ \t\-./'\"&_+]*"),
    Gap.NOTHING: re.compile(r""),
    Gap.HYPHEN: re.compile(r"-"),
    Gap.HYPHEN_OR_SPACE: re.compile(r"[- ]"),
}
_STOP_AND_SPACE = re.compile(r"\.\W*\s")


class Field(Protocol):
    """What a scan asks of the field that it scans."""

    def split(self, at: int) -> Split: ...

    def in_capitals(self, at: int) -> bool: ...

    def stop_ends_sentence(self, at: int) -> bool: ...


class Place(NamedTuple):
    """Where a word stands that the rules know: its chunk, and its place within that."""

    entry: Entry
    chunk: int
    inside: int


class Scan:
    """The hits of one vocabulary in one field, by term: half-open ranges of word numbers."""

    def __init__(self, field: Field, chunks: Sequence[Known | None], vocabulary: Vocabulary) -> None:
        self.hits: dict[int, list[tuple[int, int]]] = {}
        self._field = field
        self._vocabulary = vocabulary
        self._known, self.length = _scan(chunks)
        for at, place in self._known.items():
            entry = place.entry
            for term in entry.terms:
                self.hits.setdefault(term, []).append((at, at + 1))
            for term in entry.acronyms:
                if not field.in_capitals(at):
                    self.hits.setdefault(term, []).append((at, at + 1))
            if entry.nodes and at + 1 in self._known:
                for node in entry.nodes:
                    self._follow(at, at + 1, node)

    def _follow(self, start: int, at: int, node: int) -> None:
        """Walk the trie from a word on; a hit needs the right signs between its words."""
        for term, variant in self._vocabulary.ends.get(node, ()):
            if self._gaps_hold(start, variant.gaps) and self._stands(start, at, variant.words[0].kind):
                self.hits.setdefault(term, []).append((start, at))
        branches = self._vocabulary.children[node]
        place = self._known.get(at) if branches else None
        if place is not None:
            for symbol in place.entry.symbols:
                following = branches.get(symbol)
                if following is not None:
                    self._follow(start, at + 1, following)

    def _gaps_hold(self, start: int, gaps: Iterable[Gap]) -> bool:
        for at, gap in enumerate(gaps, start):
            between = self._between_known(at)
            if not _BETWEEN[gap].fullmatch(between):
                return False
            if _STOP_AND_SPACE.search(between) and self._field.stop_ends_sentence(at):
                return False
        return True

    def _between_known(self, at: int) -> str:
        """The folded text between a known word and the next, which is known too: read from their chunks alone."""
        left, right = self._known[at], self._known[at + 1]
        before, after = self._field.split(left.chunk), self._field.split(right.chunk)
        end, start = before.spans[left.inside][1], after.spans[right.inside][0]
        if left.chunk == right.chunk:
            return before.folded[end:start]
        middle = (self._field.split(chunk).folded for chunk in range(left.chunk + 1, right.chunk))
        return " ".join((before.folded[end:], *middle, after.folded[:start]))

    def _stands(self, start: int, end: int, kind: WordKind) -> bool:
        """May a term of several words match here? One in lower case does not match a part of a hyphenated name."""
        if kind not in LOWER_CASE:
            return True
        first, last = self._known[start], self._known[end - 1]
        before, after = self._field.split(first.chunk), self._field.split(last.chunk)
        capital = before.folded[before.spans[first.inside][0]].isupper()
        return not (capital and (before.hangs_on_left(first.inside) or after.hangs_on_right(last.inside)))


def _scan(chunks: Sequence[Known | None]) -> tuple[dict[int, Place], int]:
    """The words that the rules know, by their number in the text, and how many words there are in all."""
    known: dict[int, Place] = {}
    shift = 0
    for at, chunk in enumerate(chunks):
        if chunk is not None:
            for inside, entry in chunk.entries:
                known[at + shift + inside] = Place(entry, at, inside)
            shift += chunk.words - 1
    return known, len(chunks) + shift
