"""A digest as messages of a bot: text and entities, which say where a link or bold words stand, so that no title is
parsed. Telegram takes 4,096 characters and 100 entities a message, counted in UTF-16."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.deliver.chat import WHOLE, byline, cut, defused, heading, pieces, runs_of, shares
from monitor.model.record import Record, StoryRecord

MOST_UNITS, MOST_ENTITIES = 4_096, 100
_HEAD = 900
"""Units kept free for heading, the titles of watchlists, and the end."""


@dataclass
class Text:
    """A text that grows, and what stands in it."""

    text: str = ""
    entities: list[dict[str, object]] = field(default_factory=list)

    def add(self, text: str, kind: str = "", **more: str) -> Text:
        written = defused(text)
        if kind and written.strip():
            self.entities.append({"type": kind, "offset": units(self.text), "length": units(written), **more})
        self.text += written
        return self

    def fits(self) -> bool:
        return units(self.text) <= MOST_UNITS - _HEAD and len(self.entities) <= MOST_ENTITIES - 10


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "replace")) // 2


def posts(record: Record) -> Sequence[bytes]:
    """As many messages as the limits ask for; each is one frozen body."""
    if record.kind == "notice":
        parts = pieces(record.text, (MOST_UNITS - _HEAD) // 2)
        return [_body(_begun(record, number, len(parts)).add(part)) for number, part in enumerate(parts, start=1)]
    packed = shares(record.stories, lambda stories: _told(Text(), stories).fits())
    found = []
    for number, share in enumerate(packed, start=1):
        text = _told(_begun(record, number, len(packed)), share)
        if number == len(packed):
            _end(text, record)
        found.append(_body(text))
    return found


def _end(text: Text, record: Record) -> None:
    text.add(f"{record.warning}\n" if record.warning else "")
    if record.page:
        text.add(WHOLE, "text_link", url=record.page)


def _body(text: Text) -> bytes:
    message = {
        "text": text.text.rstrip(),
        "entities": text.entities,
        "link_preview_options": {"is_disabled": True},
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _begun(record: Record, number: int, total: int) -> Text:
    return Text().add(cut(heading(record, number, total), 200), "bold").add("\n\n")


def _told(text: Text, stories: Sequence[StoryRecord]) -> Text:
    watchlist = None
    for story in stories:
        if story.watchlist_title != watchlist:
            watchlist = story.watchlist_title
            text.add(cut(watchlist, 60), "underline").add("\n\n")
        _story(text, story)
        text.add("\n\n")
    return text


def _story(text: Text, story: StoryRecord) -> None:
    kind = story.novelty.upper() + (f" · {story.severity}" if story.severity != "normal" else "")
    text.add(f"{kind} ", "bold")
    if story.url:
        text.add(story.headline, "text_link", url=story.url)
    else:
        text.add(story.headline)
    text.add(f"\n{story.title}")
    for news in story.news:
        text.add("\n").add(f"{news.label}:", "bold").add(f" {news.text}")
    for passage in story.passages:
        text.add("\n")
        for words, marked in runs_of(passage):
            text.add(words, "bold" if marked else "")
    text.add("\n").add(byline(story), "italic")
