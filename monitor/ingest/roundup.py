"""One item that tells several stories: a headline that strings them together, a briefing with a section for each.

Each story becomes an article of its own, with the item's link, date and publisher. So a query never joins words of two
stories, and what is known of one of them is told again by its fact, not as news: a round-up corroborates. What was one
item keeps its name for people (`native_id`, link), but not as an identity, which its parts would share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.ingest.blocks import Block, text_blocks
from monitor.ingest.letter_lines import AFTER_NUMBER, CJK, Story, is_headline
from monitor.ingest.newsletter import split_newsletter
from monitor.text.sentences import sentence_spans
from monitor.text.tokens import CJK as CJK_RANGES
from monitor.text.tokens import is_cjk, words

MIN_PARTS = 3
"""So many stories make a round-up. Two are more often one story in two clauses, unless the item says what it is."""

MIN_SECTIONS = 3
"""The same for the sections of a body, each of which has a link and prose."""

_SEMICOLONS = re.compile(r"\s*[；;]\s*")
_BARS = re.compile(r"\s+[|｜丨]\s+|\s*[｜丨]\s*")
_ENTITY = re.compile(r"&\w{1,20}$")
_NUMBER = re.compile(rf"^(?:\(?\d{{1,2}}{AFTER_NUMBER}|[①-⑳]\s*)")
_LABEL = re.compile(
    r"(?i)\b(?:morning|evening|daily|weekly|weekend|lunchtime|news|market|tech|ai)?\s*"
    r"(?:briefing|brief|round-?up|digest|newsletter|headlines|bulletin|in brief|wrap)\b|"
    r"早报|晚报|早参|晨报|午报|日报|周报|早餐|快讯汇总|要闻|新闻汇总|简报|早班车|一览"
)
_LABELLED = re.compile(r"^(?P<label>[^:：|｜—]{2,40}?)\s*(?:[:：|｜]|\s[—–-]\s)\s*(?P<rest>.+)$")
_LONGEST_TITLE = 2_000
_SHARED = 0.25
"""Of a headline's words, so many stand in the text that tells of it."""

_HEADING_LENGTH = 8
"""Chinese characters that a headline has at least, where a column's name may stand too."""

_STRANGER = 40
"""Characters of a piece that tells a story although nothing ends it: a shorter one is a motto, a credit, a name."""

_LINE_END = re.compile(rf"(?<=[{CJK_RANGES}」』”》）！？])\s+(?=[{CJK_RANGES}「《“]|\d{{1,2}} ?月 ?\d{{1,2}} ?日)")
_SOURCE_LABEL = re.compile(r"^[(（](?:消息)?(?:来源|來源|文|编译)\s*[:：/]\s*")
_END = re.compile(
    r"(?:[(（](?:消息)?(?:来源|來源|文|编译)\s*[:：/][^()（）]{1,30}[)）]|(?<=[。！？”])（[^（）\s，。；]{2,12}）|【[^【】]{0,10}阅读原文】|"
    r"(?<=\s)https?://\S{1,2000})(?=\s|$)"
)
"""Where a story ends that others follow in the same line: the paper that told it, or a link to it."""


def stories_of(title: str, body: str) -> list[Story]:
    """The stories that an item strings together; empty if it is one, or if only its body could say so (pure).

    The body's own make-up says more than the title, which names a few of the stories only.
    """
    apart = "；" in title and len(_END.findall(body)) >= MIN_SECTIONS
    parts = title_parts(title, 2 if apart else MIN_PARTS)
    if not parts and not _LABEL.search(title):
        return []
    stories = split_newsletter(text_blocks(body))
    return stories if len(stories) >= max(len(parts), MIN_SECTIONS) else _dealt(parts, body)


def title_parts(title: str, fewest: int = MIN_PARTS) -> list[str]:
    """The headlines that a title strings together with `;` or `|`; empty if it is one headline (pure).

    `fewest` is how many they must be in a title that does not call itself a round-up.
    """
    if len(title) > _LONGEST_TITLE:
        return []
    label, rest = _unlabelled(title)
    for separator in (_SEMICOLONS, _BARS):
        parts = [_bare(part) for part in separator.split(rest)]
        parts = [part for part in parts if part and not _LABEL.fullmatch(part)]
        if separator is _SEMICOLONS and any(_ENTITY.search(part) for part in parts):
            continue
        if len(parts) >= (2 if label else fewest) and all(map(is_headline, parts)):
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


def _dealt(parts: Sequence[str], body: str) -> list[Story]:
    """The pieces of a body dealt out to the headlines that they tell of; none is lost, none given twice.

    A piece goes to the headline with which it shares most words. One that tells of none of them goes to that of the
    piece before it; where stories name their sources, and so are known to be apart, it is a story of its own.
    """
    if not parts:
        return []
    stories = [Story(part, "") for part in parts]
    heads = [_marks(part) for part in parts]
    apart = _END.search(body) is not None
    at = 0
    for piece in _pieces(parts, body, apart=apart):
        told = _sourced(_NUMBER.sub("", piece) if apart else piece)
        said = _marks(told.body)
        shares = [len(head & said) / max(len(head), 1) for head in heads]
        best = max(range(len(parts)), key=lambda index: (shares[index], index == at))
        if shares[best] >= _SHARED:
            at = best
        elif apart and is_headline(told.body) and (told.body != piece or len(piece) >= _STRANGER):
            at = len(stories)
            stories.append(_headed(told))
            continue
        stories[at] = _joined(stories[at], told)
    return stories


def _pieces(parts: Sequence[str], body: str, *, apart: bool) -> list[str]:
    """A body cut into paragraphs, or else behind what ends its stories and before headlines that stand in it."""
    if not apart:
        return [line for line in body.split("\n") if line]
    cuts = {found.end() for found in _END.finditer(body)}
    cuts |= {at for part in parts if (at := body.find(part)) > 0 and body[at - 1].isspace()}
    return [piece for start, end in pairwise(sorted({0, *cuts, len(body)})) if (piece := body[start:end].strip())]


def _sourced(piece: str) -> Story:
    """A piece without what ends it, which is its publisher, its URL, or a mere `read on`."""
    ends = [found for found in _END.finditer(piece) if found.end() == len(piece)]
    if not ends:
        return Story("", piece)
    text, end = piece[: ends[0].start()].strip(), ends[0][0]
    if end.startswith("http"):
        return Story("", text, url=end)
    return Story("", text, publisher="" if "【" in end else _SOURCE_LABEL.sub("", end).strip("()（） "))


def _joined(story: Story, told: Story) -> Story:
    body = f"{story.body}\n{told.body}".strip()
    return Story(story.title, body, story.url or told.url, story.publisher or told.publisher)


def _headed(told: Story) -> Story:
    """A piece with its title, if that can be told: Chinese has blanks only where the lines of a page were joined."""
    text = told.body
    spans = sentence_spans(text)
    start, end = spans[0] if spans else (0, 0)
    for found in _LINE_END.finditer(text, start, end):
        if len(CJK.findall(text[start : found.start()])) >= _HEADING_LENGTH:
            return replace(told, title=text[start : found.start()], body=text[found.end() :])
        start = found.end()  # the name of a column
    return told


def _marks(text: str) -> set[str]:
    """What a text is recognised by: its words; of Chinese two characters each, since one stands in every text."""
    said = words(text)
    pairs = {left + right for left, right in pairwise(said) if is_cjk(left) and is_cjk(right)}
    return pairs | {word for word in said if not is_cjk(word)}


def _bare(part: str) -> str:
    """A headline without its number, and without the column's name before or after a bar: `8点1氪丨A`, `B | Wire`."""
    pieces = [piece for piece in _BARS.split(part) if is_headline(piece)]
    return _NUMBER.sub("", pieces[0] if len(pieces) == 1 else part).lstrip("’” ").rstrip(" .。")


def _unlabelled(title: str) -> tuple[str, str]:
    """`Morning briefing: A; B` -> the label and the rest."""
    found = _LABELLED.match(title)
    if found and _LABEL.search(found["label"]):
        return found["label"], found["rest"]
    return "", title
