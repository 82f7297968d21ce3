"""How much an article is about what a rule found in it, by where the proof stands.

News tells what it is about in its title and its first lines, and what it only mentions further down ("the inverted
pyramid"). So a proof in the title counts full, one in the lead nearly so, and one in the body the less the deeper it
stands; words of the proof that the title has too raise it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.query.found import Finding, Mention
from monitor.query.reading import Reading

IN_TITLE, IN_LEAD, BELOW_LEAD, LEAST = 1.0, 0.8, 0.6, 0.2
STEP = 0.05
"""What each hundred words of depth take off."""

TITLE_SHARE = 0.2
"""What it adds if the title has all the words of the proof."""


class Relevance(NamedTuple):
    """A score from 0.2 to 1, and where it comes from in words."""

    score: float
    reason: str


def relevance_of(reading: Reading, finding: Finding) -> Relevance:
    """The score of a proof: its deepest mention decides, since all of them are needed."""
    base, where = min((_standing(reading, mention) for mention in finding.mentions), default=(IN_TITLE, "everywhere"))
    if base == IN_TITLE or "title" not in reading.fields:
        return Relevance(base, where)
    proof = {word for mention in finding.mentions for word in _words(reading, mention)}
    shared = len(proof & reading.title_words)
    if not shared:
        return Relevance(base, f"{where}; the title has none of its words")
    score = round(min(IN_TITLE, base + TITLE_SHARE * shared / len(proof)), 2)
    return Relevance(score, f"{where}; the title has {shared} of its {len(proof)} words")


def _standing(reading: Reading, mention: Mention) -> tuple[float, str]:
    field = reading.fields[mention.field]
    if mention.field == "summary":
        return IN_LEAD, "in the summary"
    if mention.field != "body":
        return IN_TITLE, f"in the {mention.field}"
    if mention.end <= field.lead_end:
        return IN_LEAD, "in the lead"
    depth = int(field.between(0, mention.start))
    return round(max(LEAST, BELOW_LEAD - STEP * (depth // 100)), 2), f"{depth} words into the text"


def _words(reading: Reading, mention: Mention) -> Iterator[str]:
    field = reading.fields[mention.field]
    for start, end in mention.words:
        for at in range(start, end):
            first, after = field.range_of(at, at + 1)
            yield field.original[first:after].lower()
