"""The feeds that a web page names, for an operator who has only the page's address (pure)."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.ingest.charset import decode, html_charset
from monitor.net.urls import safe_link

MOST = 5
"""Candidates that are worth a try."""

_TYPES = ("rss+xml", "atom+xml", "feed+json", "rdf+xml")
_WORDS = ("rss", "feed", "atom")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<(?:link|base|a)\s[^>]{1,4000}>", re.IGNORECASE)


def feeds_of_page(raw: bytes, url: str) -> list[str]:
    """Addresses of feeds, the likeliest first: what the page declares, then links that look like feeds.

    Only the tags that may tell are parsed: a page of 60,000 nested elements takes 15 s (case 10).
    """
    page = _COMMENT.sub("", decode(raw, html_charset(raw)))
    tree = LexborHTMLParser("".join(_TAG.findall(page)))
    base_node = tree.css_first("base[href]")
    base = safe_link(base_node.attributes.get("href") or "", url) if base_node is not None else url
    declared = [
        node.attributes.get("href") or ""
        for node in tree.css("link[rel~=alternate][href]")
        if any(kind in (node.attributes.get("type") or "").lower() for kind in _TYPES)
    ]
    linked = [
        href
        for node in tree.css("a[href]")
        if any(word in (href := node.attributes.get("href") or "").lower() for word in _WORDS)
    ]
    declared.sort(key=lambda href: "comment" in href.lower())
    found = (safe_link(href, base or url) for href in (*declared, *linked))
    return list(dict.fromkeys(link for link in found if link and link != url))[:MOST]
