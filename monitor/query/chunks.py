"""Texts in chunks: what stands between two spaces was nearly always seen before, so reading it costs a look-up.

Folding, splitting into words and asking the lexicon happens once for a chunk, not once for every article. A line end
parts chunks as a space does: with the last word of a paragraph and the first of the next in one chunk, two of three new
chunks of an article were such pairs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from monitor.query.kept import Kept
from monitor.query.vocabulary import Entry, Vocabulary
from monitor.text.fold import fold
from monitor.text.tokens import word_pattern

_PLAIN = re.compile(r"[\"'(\[]*([A-Za-z]+)[.,;:!?)\]\"]*\Z")
"""One word of ASCII letters between signs that belong to no word: four of five chunks at first sight."""


def chunks_of(text: str) -> list[str]:
    """A text in chunks; each is followed by one character (a space or a line end) that belongs to none."""
    return text.replace("\n", " ").split(" ")


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


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules know of the words of a chunk: for each word its entry, or None; and all `symbols` of them.

    `bare`: it is one word without any sign around it. The rest is for the first pass over an article, ready to use:
    `simple` is a chunk of one word that means the same wherever it stands; then `terms` are complete with it and
    `nodes` are where the paths begin that it begins. `first` are the symbols of the first word, None where there is
    no word.
    """

    words: tuple[Entry | None, ...]
    symbols: tuple[int, ...]
    bare: bool
    simple: bool
    terms: tuple[int, ...]
    nodes: tuple[int, ...]
    first: tuple[int, ...] | None

    @classmethod
    def of(cls, words: tuple[Entry | None, ...], *, bare: bool) -> Known:
        """The chunk with these words."""
        entry = (words[0] if words else None) or _NOTHING
        simple = len(words) == 1 and not entry.acronyms
        terms, nodes = (entry.terms, entry.nodes) if simple else ((), ())
        symbols = entry.symbols if len(words) == 1 else tuple(s for word in words if word for s in word.symbols)
        return cls(words, symbols, bare, simple, terms, nodes, entry.symbols if words else None)


_NOTHING = Entry((), (), (), ())


def _split(chunk: str) -> Split:
    plain = _PLAIN.match(chunk)
    if plain is not None:
        return Split(chunk, (plain.span(1),), (plain.span(1),))
    folded = fold(chunk)
    spans = tuple(found.span() for found in word_pattern(folded.text).finditer(folded.text))
    written = spans if folded.offsets is None else tuple(folded.original(start, end) for start, end in spans)
    return Split(folded.text, spans, written)


class _Splits(Kept[Split]):
    def learn(self, key: str) -> Split:
        return _split(key)


split_chunk = _Splits().__getitem__
"""A chunk folded and split; those that were seen lately are remembered."""


class Chunks(Kept[Known | None]):
    """Chunk -> the words that the rules know; None for one word that no rule knows, the common case."""

    def __init__(self, vocabulary: Vocabulary, lang: str) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self._lexicon = vocabulary.lexicon(lang)

    def learn(self, key: str) -> Known | None:
        plain = _PLAIN.match(key)
        if plain is None:
            return self._known(key, _split(key))
        entry = self._lexicon[plain[1]]
        return None if entry is None else Known.of((entry,), bare=len(plain[1]) == len(key))

    def _known(self, chunk: str, split: Split) -> Known | None:
        text, spans = (split.folded, split.spans) if self._lexicon.lang == "en" else (chunk, split.written)
        words: list[Entry | None] = []
        for at, (start, end) in enumerate(spans):
            entry = self._lexicon[text[start:end]]
            in_name = entry is not None and (split.hangs_on_left(at) or split.hangs_on_right(at))
            words.append(entry.in_name if entry is not None and in_name else entry)
        if words == [None]:
            return None
        return Known.of(tuple(words), bare=spans == ((0, len(split.folded)),))
