"""Texts in chunks: what stands between two spaces was nearly always seen before, so reading it costs a look-up.

Folding, splitting into words and asking the lexicon happens once for a chunk, not once for every article.
"""

from __future__ import annotations

from typing import NamedTuple

from monitor.query.vocabulary import MOST_KEPT, Entry, Vocabulary
from monitor.text.fold import fold
from monitor.text.tokens import word_pattern

_LONGEST_KEPT = 40


class Split(NamedTuple):
    """A chunk folded, where its words stand in the folded text, and where in the chunk as it is written."""

    folded: str
    spans: tuple[tuple[int, int], ...]
    written: tuple[tuple[int, int], ...]

    def hangs_on_left(self, at: int) -> bool:
        """Does a word begin with a capital and hang by a hyphen on a capitalised word before it (Ban in Ray-Ban)?"""
        return at > 0 and self._joined(at - 1, at)

    def hangs_on_right(self, at: int) -> bool:
        """The same with the word after it (Ray in Ray-Ban)."""
        return at + 1 < len(self.spans) and self._joined(at, at + 1)

    def _joined(self, left: int, right: int) -> bool:
        (start, end), (following, _) = self.spans[left], self.spans[right]
        text = self.folded
        return text[end:following] == "-" and text[start].isupper() and text[following].isupper()


class Known(NamedTuple):
    """The words of a chunk that the rules know, by their place in it; `words` counts all of its words."""

    words: int
    entries: tuple[tuple[int, Entry], ...]


def _split(chunk: str) -> Split:
    folded = fold(chunk)
    spans = tuple(found.span() for found in word_pattern(folded.text).finditer(folded.text))
    written = spans if folded.offsets is None else tuple(folded.original(start, end) for start, end in spans)
    return Split(folded.text, spans, written)


class _Splits(dict[str, Split]):
    def __missing__(self, chunk: str) -> Split:
        split = _split(chunk)
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[chunk] = split
        return split


split_chunk = _Splits().__getitem__
"""A chunk folded and split; those that were seen before are remembered."""


class Chunks(dict[str, Known | None]):
    """Chunk -> the words that the rules know; None for one word that no rule knows, the common case."""

    def __init__(self, vocabulary: Vocabulary, lang: str) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self._lexicon = vocabulary.lexicon(lang)

    def __missing__(self, chunk: str) -> Known | None:
        split = _split(chunk)
        text, spans = (split.folded, split.spans) if self._lexicon.lang == "en" else (chunk, split.written)
        entries = []
        for at, (start, end) in enumerate(spans):
            entry = self._lexicon[text[start:end]]
            if entry is not None and (split.hangs_on_left(at) or split.hangs_on_right(at)):
                entry = entry.in_name
            if entry is not None:
                entries.append((at, entry))
        known = None if len(split.spans) == 1 and not entries else Known(len(split.spans), tuple(entries))
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[chunk] = known
        return known
