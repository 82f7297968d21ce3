"""`.json` and `.jsonl` articles: one object, an array of them, or one a line (design, section 4, end)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from monitor.ingest.article import Draft
from monitor.ingest.blocks import Block, plain_text, text_blocks
from monitor.ingest.charset import decode
from monitor.ingest.html import html_blocks, html_to_text, inline_text, looks_like_html
from monitor.ingest.jsonfeed import is_json_feed, json_feed
from monitor.ingest.roundup import MIN_SECTIONS, section_stories
from monitor.ingest.unwrap import unwrap
from monitor.model import Rejection

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line of a JSONL file; more is no article."""

_TEXT_KEYS = ("text", "body", "content")
_FIELDS = {
    "id": "native_id",
    "title": "title",
    "summary": "summary",
    "url": "url",
    "publisher": "publisher",
    "author": "author",
    "category": "category",
    "published": "published",
    "arrived": "arrived",
    "lang": "lang",
}


def json_drafts(raw: bytes) -> Iterator[Draft | Rejection]:
    """The articles of a `.json` file: one object, an array, or a JSON Feed."""
    found = _loaded(decode(raw))
    if isinstance(found, Rejection):
        yield found
    elif is_json_feed(found):
        yield from json_feed(found).drafts
    else:
        items = found if isinstance(found, list) else [found]
        for number, item in enumerate(items, 1):
            yield _draft(item, f"item {number}")


def jsonl_drafts(lines: Iterable[bytes]) -> Iterator[Draft | Rejection]:
    """One article a line. A bad line is a rejection with its number; the others are read."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            yield Rejection("", f"line {number}: longer than {MAX_LINE:,} bytes")
        elif line.strip(b"\xef\xbb\xbf \t\r\n\x00"):
            found = _loaded(decode(line))
            yield _at_line(found, number) if isinstance(found, Rejection) else _draft(found, f"line {number}")


def _at_line(rejection: Rejection, number: int) -> Rejection:
    return Rejection(rejection.origin, f"line {number}: {rejection.reason}")


def _loaded(text: str) -> Any:
    """Parsed JSON, or a rejection (case 26: depth, giant numbers, duplicate keys with different values)."""
    try:
        return json.loads(text.lstrip("\ufeff"), object_pairs_hook=_object, parse_constant=str)
    except RecursionError:
        return Rejection("", "JSON nested too deeply")
    except json.JSONDecodeError as error:
        return Rejection("", f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except ValueError as error:
        return Rejection("", f"JSON that cannot be read: {str(error)[:200]}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and found[key] != value:
            raise ValueError(f"the key {key[:60]!r} stands twice, with different values")
        found[key] = value
    return found


def _draft(item: object, place: str) -> Draft | Rejection:
    if not isinstance(item, Mapping):
        return Rejection("", f"{place}: no JSON object, so no article")
    body_key = next((key for key in _TEXT_KEYS if item.get(key)), "")
    known: dict[str, Any] = {_FIELDS[key]: _string(value) for key, value in item.items() if key in _FIELDS}
    extra = {key: _string(value) for key, value in item.items() if key not in _FIELDS and key != body_key}
    draft = Draft(**known, body=_string(item.get(body_key)), extra=extra)
    if not (draft.title or draft.summary or draft.body or draft.url):
        return Rejection("", f"{place}: no title, no text and no URL")
    return _plain(draft, known)


def _plain(draft: Draft, known: dict[str, Any]) -> Draft:
    known["title"] = inline_text(draft.title)
    known["summary"] = html_to_text(draft.summary)
    body, blocks = _body(draft.body)
    stories = section_stories(known["title"], blocks)
    return Draft(**known, body=body, extra=draft.extra, stories=stories)


def _body(text: str) -> tuple[str, list[Block]]:
    """A body as plain text, and its blocks where they may be sections: none where it shows too few URLs for that."""
    if looks_like_html(text):
        blocks = html_blocks(text)
        return plain_text(blocks), blocks
    text = text.replace("\r\n", "\n")
    return unwrap(text), text_blocks(text) if text.count("://") >= MIN_SECTIONS else []


def _string(value: object) -> str:
    """A JSON value as text: lists joined, objects by their name if they have one, null nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value)))
    if isinstance(value, Mapping):
        return value["name"] if isinstance(value.get("name"), str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
