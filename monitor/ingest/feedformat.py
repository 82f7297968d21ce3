"""A feed's bytes to drafts: RSS, RDF, Atom and CDF through feedparser, JSON Feed by ourselves.

feedparser gets a BytesIO and nothing else: a str is fetched or opened as a file, and so are bytes that name one
(finding 7 of the cases). What it hands back is taken as hostile: titles are not sanitised, links may be anything.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import feedparser

from monitor.errors import FeedFormatError
from monitor.ingest.article import Draft
from monitor.ingest.charset import decode, wide_text
from monitor.ingest.dates import confirmed, parse_date
from monitor.ingest.defuse import defused
from monitor.ingest.html import element_text, html_blocks, inline_text
from monitor.ingest.jsonfeed import ParsedFeed, is_json_feed, json_feed
from monitor.ingest.letter_lines import Story
from monitor.ingest.roundup import MIN_SECTIONS, section_stories
from monitor.ingest.wishes import read_wishes
from monitor.model import Fault
from monitor.net.urls import safe_link

_SHORTEST_ROUNDUP = 400
LONG_SUMMARY = 800
"""Characters above which the only text of an entry is its body and no summary."""

_ROOT = re.compile(rb"(?:\s|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->)*<channel[\s>]", re.IGNORECASE | re.DOTALL)
_CLOSED_ITEM = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_CLOSED_ROOT = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>|</channel>\s*$", re.IGNORECASE)
_APPEARED = re.compile(r"\s*\bThe post (?:(?!\bThe post ).){1,500} (?:appeared first|first appeared) on .{1,100}$")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WEB_PAGE = re.compile(
    rb"(?:<!--(?:(?!-->).)*-->|<\?xml[^>]*>|<!doctype[^>]*>|\s)*<(?:html|head|body|title|meta|script|style)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class FeedBody:
    """What was fetched or read. `whole` is false if the connection broke off in the middle."""

    raw: bytes
    url: str = ""
    content_type: str = ""
    whole: bool = True


def parse_feed(body: FeedBody) -> ParsedFeed:
    """The drafts in a feed's body, in the feed's order. Pure and slow: 40 ms for 100 entries.

    Raises FeedFormatError for what is no feed, whatever status it came with (cases 2 to 4).
    """
    start = _start(body.raw)
    if not start:
        raise FeedFormatError("the answer is empty, so it is no feed", fault=Fault.EMPTY)
    if is_web_page(body.raw):
        raise FeedFormatError("the answer is a web page, not a feed (a login, a challenge, or a wrong URL?)")
    if start[:1] in b"{[":
        return replace(_json(body), complete=body.whole)
    return _xml(body)


def is_web_page(raw: bytes) -> bool:
    """Whether some bytes begin as an HTML page does."""
    return _WEB_PAGE.match(_start(raw[:8192])[:4096]) is not None


def _start(raw: bytes) -> bytes:
    return raw.lstrip(b"\xef\xbb\xbf \t\r\n\x00")


def _json(body: FeedBody) -> ParsedFeed:
    try:
        found = json.loads(decode(body.raw), parse_constant=str)
    except RecursionError as error:
        raise FeedFormatError("the answer is JSON that is nested too deeply") from error
    except ValueError as error:
        raise FeedFormatError(
            "the answer looks like JSON, but is none" if body.whole else "JSON that breaks off"
        ) from error
    if not is_json_feed(found):
        raise FeedFormatError("the answer is JSON, but no JSON Feed (an error message?)")
    return json_feed(found, body.url)


def _xml(body: FeedBody) -> ParsedFeed:
    body = _narrow(body)
    body = replace(body, raw=defused(body.raw))
    # Without a content-location: feedparser would make a guid `1` a URL, another one wherever the feed is fetched.
    headers = {"content-type": body.content_type or "application/xml"}
    try:
        found = feedparser.parse(
            io.BytesIO(body.raw), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError) as error:
        raise FeedFormatError(f"the feed cannot be parsed: {type(error).__name__}") from error
    if not found.version and not found.entries and not _ROOT.match(body.raw):
        raise FeedFormatError("the answer is no feed")
    entries = found.entries
    broken_off = not body.whole or (bool(found.bozo) and not _CLOSED_ROOT.search(body.raw[-4096:]))
    if broken_off:
        entries = entries[: len(_CLOSED_ITEM.findall(body.raw))]
    title = _plain(found.feed, "title")
    drafts = tuple(_draft(entry, title, body.url) for entry in entries)
    wishes = read_wishes(body.raw, _text(found.feed, "ttl"))
    return ParsedFeed(drafts, title, _text(found.feed, "language"), complete=not broken_off, wishes=wishes)


def _narrow(body: FeedBody) -> FeedBody:
    """UTF-16 and UTF-32 as UTF-8: feedparser believes a wrong declaration more than the bytes themselves (case 7)."""
    text = wide_text(body.raw)
    if not text:
        return body
    raw = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    return replace(body, raw=raw, content_type="application/xml; charset=utf-8")


def _draft(entry: Mapping[str, Any], feed_title: str, base: str) -> Draft:
    summary, body = _texts(entry)
    title = _plain(entry, "title")
    origin = entry.get("source")
    named = _plain(origin, "title") if isinstance(origin, Mapping) else ""
    return Draft(
        title=title,
        summary=summary,
        body=body,
        url=_link(entry, base),
        publisher=named or _text(entry, "publisher") or feed_title,
        author=_text(entry, "author"),
        category=", ".join(dict.fromkeys(filter(None, (_text(tag, "term") for tag in entry.get("tags") or ())))),
        lang=_language(entry),
        published=_published(entry),
        native_id=_text(entry, "id"),
        stories=_sections(entry, title, base),
    )


def _text(holder: Mapping[str, Any], key: str) -> str:
    """A text of feedparser's, past its own `get`, which lets `published` stand in for `updated`."""
    value = dict.get(holder, key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _plain(holder: Mapping[str, Any], key: str) -> str:
    """A title as text: markup goes only where the feed says that it is markup."""
    detail = holder.get(f"{key}_detail")
    kind = detail.get("type", "") if isinstance(detail, Mapping) else ""
    return inline_text(_text(holder, key)) if "html" in str(kind) else _text(holder, key)


def _texts(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Summary and body. A long text that is alone is the body, whatever element it came in."""
    summary = _told(_text(entry, "summary"))
    contents = entry.get("content") or ()
    bodies = [_told(_text(part, "value")) for part in contents if _is_readable(part)]
    body = max(bodies, key=len, default="")
    if not body and len(summary) > LONG_SUMMARY:
        return "", summary
    return ("", body) if summary == body else (summary, body)


def _told(markup: str) -> str:
    """An element's words, without the line that WordPress puts below each of them."""
    return _APPEARED.sub("", element_text(markup))


def _sections(entry: Mapping[str, Any], title: str, base: str) -> tuple[Story, ...]:
    """The stories of an entry that is a newsletter. Only markup with several links is looked at."""
    markups = [_text(entry, "summary"), *(_text(part, "value") for part in entry.get("content") or ())]
    markup = max(markups, key=len)
    if len(markup) < _SHORTEST_ROUNDUP or markup.count("<a ") < MIN_SECTIONS:
        return ()
    return section_stories(title, html_blocks(markup, base))


def _is_readable(part: Mapping[str, Any]) -> bool:
    kind = _text(part, "type")
    return not kind or kind.startswith("text/") or "xhtml" in kind


def _link(entry: Mapping[str, Any], base: str) -> str:
    """The article's own address: FeedBurner and Pheedo tell it beside the link that leads through them (case 23)."""
    told = (*(_text(entry, name) for name in ("feedburner_origlink", "pheedo_origlink")), _text(entry, "link"))
    return next(filter(None, (safe_link(link, base) for link in told)), "") or _permalink(entry)


def _permalink(entry: Mapping[str, Any]) -> str:
    return safe_link(_text(entry, "id")) if entry.get("guidislink") else ""


def _language(entry: Mapping[str, Any]) -> str:
    detail = entry.get("title_detail")
    return _text(detail, "language") if isinstance(detail, Mapping) else ""


def _published(entry: Mapping[str, Any]) -> Any:
    """The first of the entry's dates that can be believed; else the text as it stands, which nobody will."""
    for key in ("published", "created", "updated"):
        text = _text(entry, key)
        moment = parse_date(text) or confirmed(text, entry.get(f"{key}_parsed") if text else None)
        if moment is not None:
            return moment
    return _text(entry, "published")
