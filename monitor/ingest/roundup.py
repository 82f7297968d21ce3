"""One item that tells several stories: a headline that strings them together, a briefing with a section for each.

Each story becomes an article of its own, with the item's link, date and publisher. So a query never joins words of two
stories, and what is known of one of them is told again by its fact, not as news: a round-up corroborates. What was one
item keeps its name for people (`native_id`, link), but not as an identity, which its parts would share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.ingest.blocks import Block
from monitor.ingest.letter_lines import Story, is_headline
from monitor.ingest.newsletter import split_newsletter
from monitor.text.tokens import words

MIN_PARTS = 3
"""So many stories make a round-up. Two are more often one story in two clauses, unless the item says what it is."""

MIN_SECTIONS = 3
"""The same for the sections of a body, each of which has a link and prose."""

_SEMICOLONS = re.compile(r"\s*[；;]\s*")
_BARS = re.compile(r"\s+[|｜丨]\s+|\s*[｜丨]\s*")
_ENTITY = re.compile(r"&\w{1,20}$")
_NUMBER = re.compile(r"^(?:\(?\d{1,2}[.)、:：]\s*|[①-⑳]\s*)")
_LABEL = re.compile(
    r"(?i)\b(?:morning|evening|daily|weekly|weekend|lunchtime|news|market|tech|ai)?\s*"
    r"(?:briefing|brief|round-?up|digest|newsletter|headlines|bulletin|in brief|wrap)\b|"
    r"早报|晚报|早参|晨报|午报|日报|周报|早餐|快讯汇总|要闻|新闻汇总|简报|早班车|一览"
)
_LABELLED = re.compile(r"^(?P<label>[^:：|｜—]{2,40}?)\s*(?:[:：|｜]|\s[—–-]\s)\s*(?P<rest>.+)$")
_LONGEST_TITLE = 2_000


def title_parts(title: str) -> list[str]:
    """The headlines that a title strings together with `;` or `|`; empty if it is one headline (pure)."""
    if len(title) > _LONGEST_TITLE:
        return []
    label, rest = _unlabelled(title)
    for separator in (_SEMICOLONS, _BARS):
        parts = [_bare(part) for part in separator.split(rest)]
        parts = [part for part in parts if part and not _LABEL.fullmatch(part)]
        if separator is _SEMICOLONS and any(_ENTITY.search(part) for part in parts):
            continue
        if len(parts) >= (2 if label else MIN_PARTS) and all(map(is_headline, parts)):
            return parts
    return []


def section_stories(title: str, blocks: Sequence[Block]) -> tuple[Story, ...]:
    """The stories of an item's body, if it is made of sections that each lead somewhere else (pure)."""
    if sum(bool(block.links or block.bare_url) for block in blocks) < MIN_SECTIONS:
        return ()
    stories = split_newsletter(blocks)
    targets = {story.url for story in stories if story.url}
    named = bool(_LABEL.search(title))
    return tuple(stories) if len(targets) >= (2 if named else MIN_SECTIONS) else ()


def dealt(parts: Sequence[str], body: str) -> list[Story]:
    """The paragraphs of a body dealt out to the headlines that they tell of; none is lost, none given twice (pure).

    A paragraph goes to the headline with which it shares most words, else to that of the paragraph before it.
    """
    if not parts:
        return []
    heads = [set(words(part)) for part in parts]
    told: list[list[str]] = [[] for _ in parts]
    at = 0
    for paragraph in filter(None, body.split("\n")):
        said = set(words(paragraph))
        shares = [len(head & said) / max(len(head), 1) for head in heads]
        best = max(range(len(parts)), key=lambda index: (shares[index], index == at))
        at = best if shares[best] >= 0.25 else at
        told[at].append(paragraph)
    return [Story(part, "\n".join(lines)) for part, lines in zip(parts, told, strict=True)]


def _bare(part: str) -> str:
    """A headline without its number, and without the column's name before or after a bar: `8点1氪丨A`, `B | Wire`."""
    pieces = [piece for piece in _BARS.split(part) if is_headline(piece)]
    return _NUMBER.sub("", pieces[0] if len(pieces) == 1 else part).strip(" .。’'\"”")


def _unlabelled(title: str) -> tuple[str, str]:
    """`Morning briefing: A; B` -> the label and the rest."""
    found = _LABELLED.match(title)
    if found and _LABEL.search(found["label"]):
        return found["label"], found["rest"]
    return "", title
