"""Text as a card shows it: cleaned, with the words of the evidence marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from monitor.digest.content import Run
from monitor.digest.novelty import ReaderAlert
from monitor.digest.sentences import Span
from monitor.model import Article
from monitor.text.clean import clean, one_line

LONGEST = 900
"""A sentence of more characters is a broken extraction: only the words around its evidence are shown, and marked so."""

LONGEST_TITLE = 300
_SIGN = re.compile(r"[>•·▪■\s]*[>•·▪■]\s+")
_AROUND = 250
_CUT = "[…]"


def headline(article: Article, alerts: Sequence[ReaderAlert], untitled: str) -> tuple[Run, ...]:
    """The title with its evidence marked; without a title the first words of the text; without both `untitled`."""
    title = article.title if one_line(article.title) else _first_line(article)
    marks = marks_of(article, "title", alerts) if title is article.title else []
    end = len(title) if len(title) <= LONGEST_TITLE else _word_end(title, LONGEST_TITLE)
    runs = runs_of(title, (0, end), marks) or (Run(untitled),)
    return runs if end == len(title) else (*runs, Run("…"))


def sentence(text: str, span: Span, marks: Sequence[Span]) -> tuple[Run, ...]:
    """The sentence at `span`, whole unless it is endless, without the sign of a quotation or an item before it."""
    if sign := _SIGN.match(text, *span):
        span = sign.end(), span[1]
    if span[1] - span[0] <= LONGEST:
        return runs_of(text, span, marks)
    start, end = _window(text, span, marks)
    before = (Run(f"{_CUT} "),) if start > span[0] else ()
    after = (Run(f" {_CUT}"),) if end < span[1] else ()
    return (*before, *runs_of(text, (start, end), marks), *after)


def _window(text: str, span: Span, marks: Sequence[Span]) -> Span:
    """The part of an endless sentence around its first evidence, at word limits where there are any."""
    inside = [mark for mark in marks if span[0] <= mark[0] < span[1]]
    first = inside[0][0] if inside else span[0]
    last = max((end for start, end in inside if start - first < _AROUND), default=first)
    start, end = max(span[0], first - _AROUND), min(span[1], min(last, first + _AROUND) + _AROUND)
    space = text.find(" ", start, first) if start > span[0] else -1
    return (space + 1 if space >= 0 else start), (end if end == span[1] else _word_end(text, end))


def _word_end(text: str, limit: int) -> int:
    """The last word limit before `limit`, if it is near."""
    space = text.rfind(" ", max(0, limit - 40), limit)
    return space if space > 0 else limit


def marks_of(article: Article, field: str, alerts: Sequence[ReaderAlert]) -> list[Span]:
    """All evidence of the card in one field of one article, overlapping marks joined."""
    spans = sorted(
        span
        for alert in alerts
        if alert.waiting.article.id == article.id
        for evidence in alert.waiting.alert.match.evidence
        if evidence.field == field
        for span in evidence.spans
    )
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def runs_of(text: str, span: Span, marks: Sequence[Span]) -> tuple[Run, ...]:
    """The text of `span` as marked and plain runs; cleaned run by run, so that positions stay right."""
    cuts = {span[0], span[1]}
    inside = [(max(a, span[0]), min(b, span[1])) for a, b in marks if a < span[1] and span[0] < b]
    cuts.update(cut for mark in inside for cut in mark)
    runs = []
    for start, end in pairwise(sorted(cuts)):
        if shown := " ".join(clean(text[start:end]).split("\n")):
            runs.append(Run(shown, any(a <= start < b for a, b in inside)))
    return _stripped(runs)


def _stripped(runs: list[Run]) -> tuple[Run, ...]:
    if runs:
        runs[0] = Run(runs[0].text.lstrip(), runs[0].marked)
        runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].marked)
    return tuple(run for run in runs if run.text)


def _first_line(article: Article) -> str:
    text = one_line((article.summary or article.body)[: 2 * LONGEST_TITLE])
    return text if len(text) <= 120 else f"{text[: _word_end(text, 120)]}…"
