from __future__ import annotations

import pytest

from monitor.ingest.discover import feeds_of_page

PAGE = b"""<html><head><base href="/blog/">
<link rel="alternate" type="application/rss+xml" href="comments.xml">
<link rel="alternate" type="application/atom+xml" href="atom.xml">
<link rel="alternate" hreflang="de" href="https://e.example/de">
</head><body><a href="https://f.example/feed">Feed</a><a href="/about">About</a>
<a href="javascript:rss()">x</a></body>"""


def test_a_page_s_feeds() -> None:
    assert feeds_of_page(PAGE, "https://e.example/x/y") == [
        "https://e.example/blog/atom.xml",
        "https://e.example/blog/comments.xml",
        "https://f.example/feed",
    ]
    assert feeds_of_page(b"", "https://e.example/") == []


@pytest.mark.case(10)
def test_a_page_of_nested_elements_costs_no_more_than_its_links() -> None:
    page = b"<html><head>" + b"<div>" * 60_000 + b"<!-- <link rel=alternate type=application/rss+xml href=/old> -->"
    assert feeds_of_page(
        page + b'<LINK rel="alternate" type="application/rss+xml" href="/feed">', "https://e.org/"
    ) == ["https://e.org/feed"]
