"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), which feedparser does not read (case 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.ingest.article import Draft
from monitor.ingest.html import body_text, html_to_text, inline_text
from monitor.model import Wishes
from monitor.net.urls import safe_link


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's body holds. `complete` is false if it breaks off; its whole entries are there all the same.

    `wishes` is what the feed says about how often it wants to be read.
    """

    drafts: tuple[Draft, ...]
    title: str = ""
    lang: str = ""
    complete: bool = True
    wishes: Wishes = field(default_factory=Wishes)


def is_json_feed(found: object) -> bool:
    """Whether parsed JSON calls itself a JSON Feed; early ones wrote http, or left `version` out."""
    if not isinstance(found, Mapping) or not isinstance(found.get("items"), list):
        return False
    return "jsonfeed.org/version" in _text(found.get("version"))


def json_feed(found: Mapping[str, Any], base: str = "") -> ParsedFeed:
    """The entries of a JSON Feed. Takes what `is_json_feed` says yes to; members of a wrong type count as absent."""
    lang = _text(found.get("language"))
    author = _authors(found)
    items = [item for item in found["items"] if isinstance(item, Mapping)]
    base = _text(found.get("feed_url")) or base
    return ParsedFeed(tuple(_draft(item, author, base) for item in items), _text(found.get("title")), lang)


def _draft(item: Mapping[str, Any], author: str, base: str) -> Draft:
    markup = _text(item.get("content_html"))
    native_id = _text(item.get("id"))
    url = safe_link(_text(item.get("url")), base) or safe_link(_text(item.get("external_url")), base)
    return Draft(
        title=inline_text(_text(item.get("title"))),
        summary=_text(item.get("summary")),
        body=html_to_text(markup) if markup else body_text(_text(item.get("content_text"))),
        url=url or safe_link(native_id),
        author=_authors(item) or author,
        category=", ".join(filter(None, map(_text, _list(item.get("tags"))))),
        lang=_text(item.get("language")),
        published=_text(item.get("date_published")) or _text(item.get("date_modified")),
        native_id=native_id,
    )


def _authors(holder: Mapping[str, Any]) -> str:
    """`authors` of 1.1, `author` of 1.0."""
    people = [*_list(holder.get("authors")), holder.get("author")]
    return ", ".join(name for person in people if isinstance(person, Mapping) and (name := _text(person.get("name"))))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    """1.0 allows numbers as ids."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
