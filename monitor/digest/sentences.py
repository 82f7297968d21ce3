"""Where the sentences of an article lie: those that hold a mark, those it begins with, whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.text.sentences import sentence_spans

WRAPPED = 50
"""A line of plain text with fewer characters was not broken by a margin."""

BEGINNING = 1800
"""Characters of a text in which its first sentences are looked for."""

_REACHES, _EDGE = (150, 450), 40
"""Characters to either side of a mark in which its sentence is looked for, and those at the edge of that range in which
no sentence begins for sure: what stands before is not known there. Nor is it known of the last one where it ends."""

_AFTER = (150, 450, 900)
"""Characters in which the next sentences are looked for."""

Span = tuple[int, int]


def first_sentences(text: str) -> list[Span]:
    """The sentences at the beginning of a text, those that are there whole."""
    spans = whole_sentences(text[:BEGINNING])
    return spans if len(text) <= BEGINNING else spans[:-1] or spans


def touched(text: str, spans: Iterable[Span]) -> list[Span]:
    """The sentences in which the marks lie. Only the text around them is looked at, unless a sentence is very long."""
    marks = sorted(spans)
    found: list[Span] = []
    for reach in (*_REACHES, len(text)):
        left: list[Span] = []
        for low, high in _windows(marks, len(text), reach):
            inside = [mark for mark in marks if low <= mark[0] < high]
            near = [(start + low, end + low) for start, end in whole_sentences(text[low:high])]
            near = near if high == len(text) else near[:-1]
            near = [(a, b) for a, b in near if low == 0 or a > low + _EDGE]
            found += [(a, b) for a, b in near if any(a < end and start < b for start, end in inside)]
            left += [(start, end) for start, end in inside if not any(a <= start < b for a, b in near)]
        marks = left
    return sorted(set(found))


def _windows(marks: Sequence[Span], length: int, reach: int) -> Iterable[Span]:
    """The text around the marks, as ranges that do not overlap."""
    windows: list[Span] = []
    for start, end in marks:
        low, high = max(0, start - reach), min(length, end + reach)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(high, windows[-1][1]))
        else:
            windows.append((low, high))
    return windows


def whole_sentences(text: str) -> list[Span]:
    """The sentences, those whole that a line end has broken: one that ends in nothing and goes on in a small letter."""
    whole: list[Span] = []
    for start, end in sentence_spans(text):
        if whole and text[start].islower() and _is_broken_off(text, whole[-1], start):
            start = whole.pop()[0]
        whole.append((start, end))
    return whole


def _is_broken_off(text: str, before: Span, start: int) -> bool:
    """Whether the line before ends as a full line of wrapped text does: long, with a word or a comma."""
    line = text[: before[1]].rpartition("\n")[2]
    broken = text[before[1] : start].count("\n") == 1 and (line[-1].isalnum() or line[-1] in ",-–—")
    return broken and len(line) >= WRAPPED


def sentences_after(text: str, end: int, most: int) -> list[Span]:
    """The next sentences after `end`, at most so many, those that are there whole."""
    for reach in _AFTER:
        spans = whole_sentences(text[end : end + reach])
        spans = spans if end + reach >= len(text) else spans[:-1]
        if len(spans) >= most or end + reach >= len(text):
            break
    return [(end + start, end + stop) for start, stop in spans[:most]]
