"""Lists of feeds in OPML, read as leniently as they are written (80 of 118 public ones are no XML; case 24)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import quoteattr

from monitor.ingest.charset import decode
from monitor.net.urls import redact, url_fault
from monitor.text.clean import one_line

MAX_TAG = 20_000
"""Characters of one outline's tag."""

MAX_FOLDER = 100
"""Characters of a folder's name."""

_DEEPEST, _LOOKED_AT = 5, 50
_OUTLINE = re.compile(r"<(/?)outline(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One feed of a list; `folder` is the path of the outlines around it, joined by " / "."""

    title: str
    url: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class OpmlList:
    """The feeds of a list in order, each URL once, and what was left out: its line and why."""

    feeds: tuple[OpmlFeed, ...]
    skipped: tuple[tuple[int, str], ...] = ()


def read_opml(raw: bytes) -> OpmlList:
    """The feeds of an OPML file; nothing raises, and nothing is left out without a word."""
    text = decode(raw)
    if "<!--" in text:
        text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    feeds: dict[str, OpmlFeed] = {}
    skipped: list[tuple[int, str]] = []
    for line, folder, attributes in _outlines(text):
        url = re.sub(r"(?i)^feed:(?://)?(?=https?:)|^feed:(?=//)", "", attributes.get("xmlurl", "").strip())
        url = f"http:{url}" if url.startswith("//") else url
        if not url:
            continue
        if fault := url_fault(url):
            skipped.append((line, f"{redact(url)[:200]}: refused, {fault}"))
        elif url in feeds:
            skipped.append((line, f"{redact(url)}: stands in the list already"))
        else:
            title = one_line(attributes.get("title") or attributes.get("text", ""))
            feeds[url] = OpmlFeed(title, url, folder)
    if not feeds and not skipped:
        skipped.append((1, "no outline with an xmlUrl: is this OPML?"))
    return OpmlList(tuple(feeds.values()), tuple(skipped))


def write_opml(feeds: Iterable[OpmlFeed], title: str) -> str:
    """An OPML 2.0 document."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{_text(title)}</title></head>",
    ]
    outlines = (f'  <outline type="rss" {_named(feed.title)} xmlUrl={quoteattr(feed.url)}/>' for feed in feeds)
    return "\n".join([*lines, "<body>", *outlines, "</body>", "</opml>", ""])


def _named(title: str) -> str:
    return f"text={quoteattr(title)} title={quoteattr(title)}"


def _text(text: str) -> str:
    return quoteattr(text)[1:-1]


def _outlines(text: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Line, folder and attributes of every outline that opens."""
    folders: list[str] = []
    line, at = 1, 0
    for found in _OUTLINE.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        if found[1]:
            del folders[-1:]
            continue
        tag = _tag(text, found.end())
        attributes = {
            name.lower(): unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag.rstrip("/"))
        }
        yield line, _path(folders), attributes
        if not tag.endswith("/"):  # a feed names no folder: many lists forget to close them
            folder = "" if "xmlurl" in attributes else attributes.get("title") or attributes.get("text", "")
            folders.append(one_line(folder)[:MAX_FOLDER])


def _path(folders: Sequence[str]) -> str:
    """The innermost folders by name; in a list that closes none there are as many as outlines."""
    named = [folder for folder in folders[-_LOOKED_AT:] if folder]
    return " / ".join(["…", *named[-_DEEPEST:]] if len(named) > _DEEPEST else named)


def _tag(text: str, start: int) -> str:
    """The rest of a tag up to the `>` that closes it: one that stands in no quoted value."""
    quote = ""
    for at in range(start, min(len(text), start + MAX_TAG)):
        character = text[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == ">":
            return text[start:at]
    return text[start : start + MAX_TAG].partition(">")[0]
