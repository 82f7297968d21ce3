from __future__ import annotations

import pytest

from monitor.errors import FeedFormatError
from monitor.ingest.defuse import defused
from monitor.ingest.feedformat import FeedBody, parse_feed

HEAD = b"<?xml version='1.0'?><!DOCTYPE rss [%s]><rss version='2.0'><channel>%s</channel></rss>"


@pytest.mark.case(10)
def test_long_and_nested_entities_go_and_short_ones_stay() -> None:
    declared = b'<!ENTITY co "Example Post"><!ENTITY big "' + b"a" * 200 + b'"><!ENTITY twice "&co;&co;">'
    assert defused(HEAD % (declared, b"")) == HEAD % (b'<!ENTITY co "Example Post">', b"")
    (draft,) = parse_feed(FeedBody(HEAD % (declared, b"<item><title>&co;: news</title></item>"))).drafts
    assert draft.title == "Example Post: news"
    (draft,) = parse_feed(FeedBody(HEAD % (declared, b"<item><title>&big;&twice; news</title></item>"))).drafts
    assert draft.title.endswith(" news") and len(draft.title) < 60


@pytest.mark.case(10)
def test_a_hundred_thousand_attributes_are_refused() -> None:
    attributes = b" ".join(b"a%d='1'" % number for number in range(100_000))
    with pytest.raises(FeedFormatError, match="attributes"):
        defused(b"<rss><item " + attributes + b"></item></rss>")
    picture = b"<img src='data:" + b"A" * 500_000 + b"=='/>"
    assert defused(picture) == picture


@pytest.mark.parametrize("raw", [b"<!ENTITY", b"<!ENTITY" * 1000, b"<!ENTITY a 'b'", b"x<!ENTITY a '" + b"<" * 500])
def test_declarations_that_never_end(raw: bytes) -> None:
    assert b"ENTITY" not in defused(raw)
