"""Newsletters without headings: items that are opened in bold, numbered, or set between rules. All pure.

What tells them from the lists and sections of an article is that most of them close with their own source: a link, a
paper's name in brackets, a line `Source: ...`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.ingest.blocks import Block, Link, plain_text
from monitor.ingest.letter_lines import (
    AFTER_NUMBER,
    HOUSEKEEPING,
    Story,
    closing_source,
    could_be_publisher,
    ends_sentence,
    headlines,
    is_headline,
    is_long,
    is_read_on,
    is_source_line,
    is_titleish,
    link_of,
    publisher_name,
    title_and_publisher,
    without_source,
    written_source,
)
from monitor.text.sentences import sentence_spans

_FEWEST, _FEWEST_LISTED = 3, 5
_SOURCED_SHARE, _NUMBERED_SHARE = 0.6, 0.5
_LEAD_LENGTH = 160
_HEAD_LINES = 3

_NUMBER = re.compile(
    rf"^(?:[(（]?(?P<plain>\d{{1,2}}){AFTER_NUMBER}|(?P<round>[①-⑳])\s*|(?P<han>[一二三四五六七八九十]{{1,2}})、\s*|"
    r"(?P<labelled>\d{1,2})(?=\s(?:\w{1,15}\s){0,2}\w{1,15}:\s)\s)"
)
_LABEL = re.compile(r"^(?:\w{1,15}\s){0,2}\w{1,15}:\s+(?=\S.{8})")
_HAN_DIGITS = "一二三四五六七八九十"
_IN_LENSES = re.compile(r"^【(?P<title>[^【】]{4,80})】\s*")
_SET_OFF = re.compile(r"\s*[:：–—|]|\s+-\s|\.\s")
_IN_CAPITALS = re.compile(r"^(?P<title>[A-Z][A-Z0-9 ,.'’‘“”\"&$%()/–—-]{14,158}):\s+(?=\S)")


def led_items(blocks: Sequence[Block]) -> list[Story]:
    """Paragraphs that open with their title, and close with their source."""
    starts = [i for i, block in enumerate(blocks) if _opened(block)[0]]
    items = [_until_break(blocks[start:end]) for start, end in pairwise([*starts, len(blocks)])]
    if len(items) < _FEWEST:
        return []
    items[-1] = items[-1][: max(map(len, items[:-1]))]  # what follows the last one is not marked off from it
    return _sourced([_led(item) for item in items], _SOURCED_SHARE)


def numbered_items(blocks: Sequence[Block]) -> list[Story]:
    """Items numbered from 1 upwards, with a title on the line of the number or the text after it at once."""
    best: list[Story] = []
    for starts in _runs(blocks):
        items = [blocks[start:end] for start, end in pairwise(starts)]
        items.append(_until_break(blocks[starts[-1] :]))
        found = _sourced([_numbered(item) for item in items], _NUMBERED_SHARE)
        best = found if len(found) > len(best) else best
    return best


def ruled_sections(blocks: Sequence[Block]) -> list[Story]:
    """Sections between rules: title, perhaps publisher, prose, source."""
    starts = [i for i, block in enumerate(blocks) if block.ruled]
    sections = [blocks[start:end] for start, end in pairwise([0, *starts, len(blocks)])]
    return _sourced([_ruled(section) for section in sections], _SOURCED_SHARE)


def closed_items(blocks: Sequence[Block]) -> list[Story]:
    """A title on a line of its own, and prose that ends with the paper's name in so many words.

    A link at the end is not enough here: sections of an article have that too.
    """
    starts = [i for i, (title, below) in enumerate(pairwise(blocks)) if _heads(title) and is_long(below)]
    items = [
        (blocks[start].text, _until_break(blocks[start + 1 : end])) for start, end in pairwise([*starts, len(blocks)])
    ]
    closed = [i for i, (_, item) in enumerate(items) if _closes(item)]
    if not closed or len(closed) < len(items) * _SOURCED_SHARE:
        return []
    return _sourced([_story(title, item) for title, item in items[closed[0] : closed[-1] + 1]], 0)


def _closes(item: Sequence[Block]) -> bool:
    """Whether the paper is named at the end of an item."""
    return bool(item) and (is_source_line(item[-1]) or bool(written_source(item[-1])[1].text))


def listed_headlines(blocks: Sequence[Block]) -> list[Story]:
    """Headlines that are links, one below the other, where they are most of the text."""
    found = headlines(blocks)
    told = sum(len(story.title) for story in found)
    return found if len(found) >= _FEWEST_LISTED and told * 2 >= sum(len(block.text) for block in blocks) else []


def _heads(block: Block) -> bool:
    return is_titleish(block) and not ends_sentence(block.text) and is_headline(block.text)


def _sourced(items: Sequence[Story | None], share: float) -> list[Story]:
    """The items that are stories, if there are enough and enough of them say where they are from."""
    stories = [item for item in items if item]
    sourced = sum(bool(story.url or story.publisher) for story in stories)
    enough = len(stories) >= _FEWEST and len(stories) * 2 >= len(items) and sourced >= len(stories) * share
    return stories if enough else []


def _opened(block: Block) -> tuple[str, str]:
    """The title with which a paragraph opens, in bold, 【】, capitals or a link, and what follows; empty texts without.

    Words in bold that end in a colon are a label: `Why it matters:`.
    """
    opening = _NUMBER.sub("", block.text)
    framed = _IN_LENSES.match(opening) or _IN_CAPITALS.match(opening)
    lead = (framed["title"] if framed else block.lead or _opening_link(block).text).strip()
    if block.level or not is_headline(lead) or len(lead) > _LEAD_LENGTH or lead.endswith((":", "：")):
        return "", ""
    rest = opening[framed.end() :] if framed else opening.removeprefix(lead)
    return lead.rstrip(".。"), rest.lstrip(" .。:：–—|-")


def _opening_link(block: Block) -> Link:
    """The link with which a paragraph opens, if what it stands on is set off from the rest: `Rome acts – The ...`."""
    first = block.links[0] if block.links else Link("")
    rest = _NUMBER.sub("", block.text).removeprefix(first.text)
    return first if first.text and len(rest) < len(block.text) and _SET_OFF.match(rest) else Link("")


def _until_break(item: Sequence[Block]) -> Sequence[Block]:
    """An item up to what no longer belongs to it: a rule, a heading, a section's name, housekeeping."""
    for i, block in enumerate(item):
        ends = block.ruled or block.level or HOUSEKEEPING.search(block.text)
        belongs = is_long(block) or link_of(block) or is_source_line(block) or closing_source(block)[1].text
        if i and (ends or not belongs):
            return item[:i]
    return item


def _led(item: Sequence[Block]) -> Story | None:
    title, rest = _opened(item[0])
    story = _story(title, [replace(item[0], text=rest, lead=""), *item[1:]])
    return replace(story, url=story.url or _opening_link(item[0]).url) if story else None


def _numbered(item: Sequence[Block]) -> Story | None:
    if _opened(item[0])[0]:
        return _led(item)
    text = _LABEL.sub("", _NUMBER.sub("", item[0].text))
    first = replace(item[0], text=text)
    if is_long(first) or len(item) == 1:
        told, _ = closing_source(first)
        spans = sentence_spans(told)
        return _story(told[slice(*spans[0])].strip(" .。") if spans else "", [first, *item[1:]])
    return _story(text, item[1:])


def _ruled(section: Sequence[Block]) -> Story | None:
    """The first line is the title; a short one before the prose names the paper."""
    prose = next((i for i, block in enumerate(section) if is_long(block)), 0)
    if not 0 < prose <= _HEAD_LINES:
        return None
    head, under = section[:prose], section[prose:]
    story = _story(head[0].text, under)
    named = next((publisher_name(block.text) for block in head[1:] if could_be_publisher(block)), "")
    return replace(story, publisher=named) if story and named else story


def _story(title: str, under: Sequence[Block]) -> Story | None:
    """A title and what stands under it; None where that is no prose, or none of the news."""
    url = next(filter(None, map(link_of, under)), "")
    told, source = without_source([block for block in under if not block.bare_url and not is_read_on(block)])
    title, named = title_and_publisher(title)
    body = plain_text(told)
    if not title or len(body) < len(title) or HOUSEKEEPING.search(title) or not any(map(is_long, told)):
        return None
    return Story(title, body, source.url or url, source.text or named)


def _runs(blocks: Sequence[Block]) -> list[list[int]]:
    """Where blocks are numbered 1, 2, 3 and so on: a table of contents is one run, what follows it another."""
    runs: list[list[int]] = []
    for i, block in enumerate(blocks):
        number = _number_of(block)
        if number == 1:
            runs.append([i])
        elif runs and number == len(runs[-1]) + 1:
            runs[-1].append(i)
    return [run for run in runs if len(run) >= _FEWEST]


def _number_of(block: Block) -> int:
    found = _NUMBER.match(block.text)
    if not found:
        return 0
    if found["round"]:
        return ord(found["round"]) - ord("①") + 1
    if han := found["han"]:
        return _HAN_DIGITS.index(han[-1]) + 1 + (10 if len(han) == 2 and han[0] == "十" else 0)
    return int(found["plain"] or found["labelled"])


ITEMS = (led_items, numbered_items, ruled_sections, closed_items, listed_headlines)
"""The make-ups of this module."""
