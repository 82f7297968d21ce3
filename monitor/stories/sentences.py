"""The sentences that carry a match's evidence: where numbers count, and where background is told from news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.model import TEXT_FIELDS, Article, Match, Place
from monitor.stories.calendar import MONTH_NAMES
from monitor.text.sentences import paragraph_spans, sentence_spans
from monitor.text.tokens import words

_DATELINE = re.compile(
    rf"""\s*[A-Z][\w.'’]*(?:,?[ ][A-Z][\w.'’]*){{0,3}}
    (?: (?:,[ ](?:{MONTH_NAMES})\.?[ ]\d{{1,2}})?(?:[ ]\([^)]{{1,40}}\))?[ ]?[-–—/][ ]?(?=[A-Z“"'])
      | ,[ ](?:{MONTH_NAMES})\.?[ ]\d{{1,2}}(?=[ ][A-Z]) )
    | \S{{0,16}}\d{{1,2}}月\d{{1,2}}日[电讯]""",
    re.VERBOSE,
)
"""Where a report was written, and when, before its first words."""

_LEAD_SENTENCES = 5
_LEAD_WORDS = 100


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with evidence in it; `marked` are the folded words that prove the match.

    It stands in `field`, from the character `start` on.
    """

    text: str
    marked: tuple[str, ...]
    in_lead: bool
    field: str = ""
    start: int = 0

    def words_of(self, place: Place) -> list[str]:
        """The words by which it names a place that it holds."""
        return words(self.text[place.start - self.start : place.end - self.start])

    def holds(self, place: Place) -> bool:
        """Whether a place stands in it, and not only where it was written: "VALLETTA, Malta (AP) -"."""
        if place.field != self.field or not self.start <= place.start < self.start + len(self.text):
            return False
        dateline = _DATELINE.match(self.text) if self.field != "title" else None
        return dateline is None or place.start >= self.start + dateline.end()


def evidence_sentences(article: Article, match: Match) -> list[Sentence]:
    """The sentences of title, summary and body that hold marked words, in order; a title is one sentence."""
    found = []
    for name in TEXT_FIELDS:
        text = article.text_of(name)
        spans = sorted(span for evidence in match.evidence if evidence.field == name for span in evidence.spans)
        if spans:
            lead_end = _lead_end(text) if name == "body" else len(text)
            for start, end in _sentences(name, text):
                parts = [text[max(first, start) : min(last, end)] for first, last in spans]
                if marked := tuple(word for part in parts for word in words(part)):
                    found.append(Sentence(text[start:end], marked, start < lead_end, name, start))
    return found


def sentences_after(article: Article, evidence: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that go on in the same paragraph where the evidence ends, in summary and body."""
    found = []
    for name in ("summary", "body"):
        text = article.text_of(name)
        starts = {sentence.start for sentence in evidence if sentence.field == name}
        pairs = pairwise(sentence_spans(text)) if starts else ()
        for (start, end), (first, last) in pairs:
            if start in starts and first not in starts and "\n" not in text[end:first]:
                found.append(Sentence(text[first:last], (), in_lead=False, field=name, start=first))
    return found


def all_sentences(article: Article) -> Iterator[str]:
    """Every sentence of title, summary and body."""
    for name in TEXT_FIELDS:
        text = article.text_of(name)
        for start, end in _sentences(name, text):
            yield text[start:end]


def _sentences(name: str, text: str) -> list[tuple[int, int]]:
    return [(0, len(text))] if name == "title" else sentence_spans(text)


def _lead_end(body: str) -> int:
    """Where the lead of a body ends: its first paragraph, at most five sentences or a hundred words (design, 4)."""
    paragraphs = paragraph_spans(body)
    if not paragraphs:
        return 0
    counted, end = 0, 0
    for number, (start, stop) in enumerate(sentence_spans(body)):
        if start >= paragraphs[0][1] or number == _LEAD_SENTENCES or counted >= _LEAD_WORDS:
            break
        counted, end = counted + len(words(body[start:stop])), stop
    return end
