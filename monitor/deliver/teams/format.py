"""A digest as adaptive cards: blocks of rich text, which are structure and not markup, so that no title is parsed.

Teams takes 28 KB a message by its documentation, and refused some from 21 KB on (the maintainers of msteams_hermes
measured it): what is longer than 20,000 octets becomes several.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from monitor.deliver.chat import WHOLE, byline, cut, defused, heading, pieces, runs_of, shares
from monitor.model.record import Record, StoryRecord

MOST_BYTES = 20_000
_HEAD = 2_000
"""Bytes kept free for everything but the stories."""

Part = dict[str, Any]


def posts(record: Record) -> Sequence[bytes]:
    """As many messages as the limit asks for; each is one frozen body."""
    if record.kind == "notice":
        parts = pieces(record.text, 4_000)
        return [_message(record, n, len(parts), [_line(_run(part))]) for n, part in enumerate(parts, start=1)]
    packed = shares(record.stories, lambda stories: _size(_parts(stories)) <= MOST_BYTES - _HEAD)
    found = []
    for number, share in enumerate(packed, start=1):
        ending = _ending(record) if number == len(packed) else []
        found.append(_message(record, number, len(packed), [*_parts(share), *ending]))
    return found


def _ending(record: Record) -> list[Part]:
    runs = [_run(record.warning), _linked(_run(WHOLE), record.page) if record.page else _run("")]
    return [_line(run) for run in runs if run["text"]]


def _message(record: Record, number: int, total: int, parts: Sequence[Part]) -> bytes:
    title = _line(_run(cut(heading(record, number, total), 200), weight="Bolder", size="Large"))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [title, *parts],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return _written({"type": "message", "attachments": [attachment]})


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _size(parts: Sequence[Part]) -> int:
    return len(_written(parts))


def _parts(stories: Sequence[StoryRecord]) -> list[Part]:
    found, watchlist = [], None
    for story in stories:
        if story.watchlist_title != watchlist:
            watchlist = story.watchlist_title
            found.append({**_line(_run(watchlist, weight="Bolder", size="Medium")), "separator": True})
        found += _story(story)
    return found


def _story(story: StoryRecord) -> list[Part]:
    kind = story.novelty.upper() + (f" · {story.severity}" if story.severity != "normal" else "")
    headline = _linked(_run(story.headline, weight="Bolder"), story.url)
    lines = [[_run(f"{kind} ", color="Accent", weight="Bolder"), headline], [_run(story.title)]]
    lines += [[_run(f"{news.label}: ", weight="Bolder"), _run(news.text)] for news in story.news]
    lines += [
        [_run(text, highlight=True) if marked else _run(text) for text, marked in runs_of(passage)]
        for passage in story.passages
    ]
    lines.append([_run(byline(story), isSubtle=True)])
    told = [_line(*line) for line in lines if any(run["text"] for run in line)]
    return [{**told[0], "spacing": "Large"}, *({**line, "spacing": "Small"} for line in told[1:])]


def _linked(run: Part, url: str) -> Part:
    return {**run, "underline": True, "selectAction": {"type": "Action.OpenUrl", "url": url}} if url else run


def _run(text: str, **look: object) -> Part:
    return {"type": "TextRun", "text": defused(text), **look}


def _line(*runs: Part) -> Part:
    return {"type": "RichTextBlock", "inlines": [run for run in runs if run["text"]]}
