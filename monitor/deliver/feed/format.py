"""An Atom feed of alerts (RFC 4287): stories as entries with identifiers that never change, in a file of our own.

The file is its own memory: a new digest is merged into what is there. An entry that comes again takes the place of
the one with its id, so a digest that is delivered twice is in the feed once.
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from monitor.model.record import PassageRecord, Record, StoryRecord, record_bytes

ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = uuid.UUID("6f1d0ac2-52a4-5b0f-9a39-1b6d0f2d7c51")

ET.register_namespace("", ATOM)


class NotOursError(ValueError):
    """The file is there and is no feed that this program wrote."""


def posts(record: Record) -> Sequence[bytes]:
    """The record: entries are made of it when it is merged into the file."""
    return [record_bytes(record)]


def merged(existing: bytes | None, record: Record, title: str, address: str, most: int) -> bytes:
    """The feed with the stories of `record`, the newest first; byte-identical for a repeat.

    It has at most `most` entries, but never leaves out a story of `record`.

    `address` is where the feed can be read, or empty. Raises NotOursError.
    """
    feed = _begun(record, title) if existing is None else _parsed(existing)
    entries = {_text(entry, "id"): entry for entry in feed.findall(_tag("entry"))}
    fresh = [_entry(record, story) for story in record.stories] or [_notice(record)] * (record.kind == "notice")
    kept = {**entries, **{_text(entry, "id"): entry for entry in fresh}}
    ordered = sorted(kept.values(), key=lambda entry: (_text(entry, "updated"), _text(entry, "id")), reverse=True)
    updated = _text(ordered[0], "updated") if ordered else record.composed
    return _written(feed, title, address, ordered[: max(most, len(fresh))], updated)


def _begun(record: Record, title: str) -> ET.Element:
    feed = ET.Element(_tag("feed"))
    ET.SubElement(feed, _tag("id")).text = _urn(record.installation, record.channel)
    ET.SubElement(feed, _tag("title")).text = title
    return feed


def _parsed(existing: bytes) -> ET.Element:
    try:
        if b"<!DOCTYPE" in existing:
            raise NotOursError("it has a document type, which we never write")
        feed = ET.fromstring(existing)  # noqa: S314 - without a document type there are no entities to expand
    except ET.ParseError as error:
        raise NotOursError(f"it is no XML: {error}") from error
    if feed.tag != _tag("feed") or _text(feed, "generator") != "watchlist-monitor":
        raise NotOursError("it is no feed that this program wrote")
    return feed


def _written(feed: ET.Element, title: str, address: str, entries: Sequence[ET.Element], updated: str) -> bytes:
    whole = ET.Element(_tag("feed"))
    ET.SubElement(whole, _tag("id")).text = _text(feed, "id")
    ET.SubElement(whole, _tag("title")).text = legal(title)
    ET.SubElement(whole, _tag("updated")).text = updated
    ET.SubElement(ET.SubElement(whole, _tag("author")), _tag("name")).text = "Watchlist monitor"
    ET.SubElement(whole, _tag("generator")).text = "watchlist-monitor"
    if address:
        ET.SubElement(whole, _tag("link"), rel="self", type="application/atom+xml", href=address)
    for entry in entries:
        entry.tail = None
        whole.append(entry)
    ET.indent(whole)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(whole, encoding="unicode")}\n'.encode()


def _entry(record: Record, story: StoryRecord) -> ET.Element:
    entry = ET.Element(_tag("entry"))
    ET.SubElement(entry, _tag("id")).text = _urn(story.id)
    ET.SubElement(entry, _tag("title"), type="text").text = legal(story.headline)
    ET.SubElement(entry, _tag("updated")).text = record.composed
    ET.SubElement(entry, _tag("published")).text = story.published
    ET.SubElement(ET.SubElement(entry, _tag("author")), _tag("name")).text = legal(story.publisher).strip() or "unknown"
    if story.url:
        ET.SubElement(entry, _tag("link"), rel="alternate", href=story.url)
    for scheme, term in (("watchlist", story.watchlist), ("novelty", story.novelty), ("severity", story.severity)):
        ET.SubElement(entry, _tag("category"), term=term, scheme=f"urn:watchlist-monitor:{scheme}")
    ET.SubElement(entry, _tag("content"), type="html").text = legal(_html(story))
    return entry


def _notice(record: Record) -> ET.Element:
    entry = ET.Element(_tag("entry"))
    ET.SubElement(entry, _tag("id")).text = _urn(record.id)
    ET.SubElement(entry, _tag("title"), type="text").text = legal(record.subject)
    ET.SubElement(entry, _tag("updated")).text = record.composed
    ET.SubElement(entry, _tag("content"), type="text").text = legal(record.text)
    return entry


def _html(story: StoryRecord) -> str:
    """The story in paragraphs; every text in it is escaped."""
    lines = [f"<b>{escape(story.novelty.upper())}</b> {escape(story.title)}"]
    lines += [f"<b>{escape(news.label)}:</b> {escape(news.text)}" for news in story.news]
    lines += [_sentence(passage) for passage in story.passages]
    others = ", ".join(dict.fromkeys(place.publisher for place in story.also_in if place.publisher))
    about = [story.watchlist_title, story.when, story.age, f"also in {others}" if others else "", story.note]
    return "".join(f"<p>{line}</p>" for line in [*lines, escape(" · ".join(part for part in about if part))])


def _sentence(passage: PassageRecord) -> str:
    edges = [0, *(edge for mark in passage.marks for edge in mark), len(passage.text)]
    parts = [
        f"<mark>{escape(passage.text[start:end])}</mark>" if number % 2 else escape(passage.text[start:end])
        for number, (start, end) in enumerate(pairwise(edges))
    ]
    return "".join(parts) + (f" ({escape(passage.publisher)})" if passage.publisher else "")


def legal(text: str) -> str:
    """The text without characters that XML 1.0 has no place for."""
    return "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff")


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(_tag(name)) or ""


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _urn(*parts: str) -> str:
    return uuid.uuid5(_NAMESPACE, "\0".join(parts)).urn
