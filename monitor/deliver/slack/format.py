"""A digest as Slack's blocks, or as Markdown for services that take Slack's webhooks and know no blocks.

Blocks of rich text are structure, not markup: nothing in a title is ever parsed. The limits are Slack's: 50 blocks a
message, 150 characters a header, 3,000 an address; and all blocks of a message together some 13,000 characters, their
own names among them, which no page of Slack's says (`msg_blocks_too_long`, slackapi/bolt-js issue 2509).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from monitor.deliver.chat import WHOLE, byline, cut, defused, heading, pieces, runs_of, shares
from monitor.model.record import Record, StoryRecord

MOST_STORIES, MOST_CHARACTERS = 40, 11_000
"""Blocks are counted as they are written, in JSON."""

LONGEST_MARKDOWN = 4_000
"""Characters: Rocket.Chat takes 5,000, Mattermost 16,383."""

_LONGEST_HEADER, _LONGEST_ADDRESS = 150, 3_000
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:])")

Block = dict[str, Any]


def block_posts(record: Record) -> Sequence[bytes]:
    """As many messages as Slack's limits ask for; each is one frozen body."""
    if record.kind == "notice":
        parts = pieces(record.text, MOST_CHARACTERS // 2)
        return [_message(record, n, len(parts), [_rich([_text(part)])]) for n, part in enumerate(parts, start=1)]
    packed = shares(record.stories, _fits_blocks)
    return [
        _message(record, number, len(packed), _blocks(record, share, last=number == len(packed)))
        for number, share in enumerate(packed, start=1)
    ]


def _fits_blocks(stories: Sequence[StoryRecord]) -> bool:
    written = json.dumps([_story(story) for story in stories], ensure_ascii=False)
    return len(stories) <= MOST_STORIES and len(written) <= MOST_CHARACTERS


def _message(record: Record, number: int, total: int, blocks: Sequence[Block]) -> bytes:
    title = heading(record, number, total)
    header = {"type": "header", "text": {"type": "plain_text", "text": cut(title, _LONGEST_HEADER), "emoji": False}}
    message = {
        "text": _escaped(defused(title)),
        "blocks": [header, *blocks],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")


def _blocks(record: Record, stories: Sequence[StoryRecord], *, last: bool) -> list[Block]:
    found, watchlist = [], None
    for story in stories:
        if story.watchlist_title != watchlist:
            watchlist = story.watchlist_title
            found.append(_rich([_text(watchlist, bold=True)]))
        found.append(_story(story))
    ending = [[_text(record.warning)], [_link(WHOLE, record.page)] if record.page else []] if last else []
    told = [line for line in ending if any(element["text"] for element in line)]
    return [*found, _rich(*told)] if told else found


def _story(story: StoryRecord) -> Block:
    kind = story.novelty.upper() + (f" · {story.severity}" if story.severity != "normal" else "")
    lines = [[_text(f"{kind} ", bold=True), _headline(story)], [_text(story.title)]]
    lines += [[_text(f"{news.label}: ", bold=True), _text(news.text)] for news in story.news]
    lines += [[_text(text, bold=marked) for text, marked in runs_of(passage)] for passage in story.passages]
    lines.append([_text(byline(story), italic=True)])
    return _rich(*(line for line in lines if any(element.get("text") for element in line)))


def _headline(story: StoryRecord) -> Block:
    if not story.url or len(story.url) > _LONGEST_ADDRESS:
        return _text(story.headline)
    return _link(story.headline, story.url)


def _link(text: str, url: str) -> Block:
    return {"type": "link", "url": url, "text": defused(text)}


def _text(text: str, **style: bool) -> Block:
    element: Block = {"type": "text", "text": defused(text)}
    return (
        {**element, "style": {key: True for key, wanted in style.items() if wanted}} if any(style.values()) else element
    )


def _rich(*lines: Sequence[Block]) -> Block:
    """A block of rich text, line below line; elements without text are refused by Slack."""
    sections = []
    for number, line in enumerate(lines, start=1):
        elements = [element for element in line if element["text"]]
        breaks = [{"type": "text", "text": "\n"}] if number < len(lines) else []
        sections.append({"type": "rich_text_section", "elements": [*elements, *breaks]})
    return {"type": "rich_text", "elements": sections}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markdown_posts(record: Record) -> Sequence[bytes]:
    """As many messages of Markdown as their limit asks for."""
    if record.kind == "notice":
        parts = pieces(record.text, LONGEST_MARKDOWN // 3)
        return [_markdown(record, n, len(parts), [_plain(part)]) for n, part in enumerate(parts, start=1)]
    packed = shares(
        record.stories, lambda stories: sum(len(_told(story)) + 80 for story in stories) <= LONGEST_MARKDOWN
    )
    return [
        _markdown(record, number, len(packed), _paragraphs(record, share, last=number == len(packed)))
        for number, share in enumerate(packed, start=1)
    ]


def _markdown(record: Record, number: int, total: int, paragraphs: Sequence[str]) -> bytes:
    text = "\n\n".join([f"**{_plain(heading(record, number, total))}**", *paragraphs])
    return json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "replace")


def _paragraphs(record: Record, stories: Sequence[StoryRecord], *, last: bool) -> list[str]:
    found, watchlist = [], None
    for story in stories:
        if story.watchlist_title != watchlist:
            watchlist = story.watchlist_title
            found.append(f"**{_plain(cut(watchlist, 60))}**")
        found.append(_told(story))
    ending = [_plain(record.warning), f"[{WHOLE}]({record.page})" if record.page else ""] if last else []
    return found + [line for line in ending if line]


def _told(story: StoryRecord) -> str:
    headline = f"[{_plain(story.headline)}]({story.url})" if story.url else _plain(story.headline)
    lines = [f"**{story.novelty.upper()}** {headline}", _plain(story.title)]
    lines += [f"**{_plain(news.label)}:** {_plain(news.text)}" for news in story.news]
    lines += [
        "".join(f"**{_plain(text)}**" if marked and text.strip() == text else _plain(text) for text, marked in runs)
        for runs in map(runs_of, story.passages)
    ]
    return "\n".join(line for line in [*lines, _plain(byline(story))] if line)


def _plain(text: str) -> str:
    """The text in Markdown that shows nothing but the text."""
    return _MARKUP.sub(r"\\\1", defused(text))
