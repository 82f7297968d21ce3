from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.blocks import STRONG
from monitor.ingest.html import body_text, element_text, html_blocks, html_to_text, inline_text, read_page


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two <b>bold</b></p>", "One\nTwo bold"),
        ("Deep<!-- x -->Seek", "DeepSeek"),
        ("a<script>alert(1)</script>b<style>p{}</style>", "ab"),
        ("x<br>y<br/>z", "x\ny\nz"),
        ("AT&amp;T &lt;b&gt; &#8217;&nbsp;x", "AT&T <b> ’ x"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<p>shown</p><p hidden>no</p><div style='display: none'>no</div>", "shown"),
        ("plain, 1 < 2 and 3 > 2", "plain, 1 < 2 and 3 > 2"),
        ("", ""),
    ],
)
def test_html_becomes_paragraphs(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A <b>bold</b> claim", "A bold claim"),
        ("<script>alert(1)</script>Ban", "Ban"),
        ("List<String> in x < y", "List<String> in x < y"),
        ("Deep<!-- -->Seek &amp; Co", "DeepSeek & Co"),
    ],
)
def test_titles_lose_markup_and_keep_signs(title: str, text: str) -> None:
    assert inline_text(title) == text


def test_links_and_headings_are_found() -> None:
    blocks = html_blocks(
        "<h2><a href='/a'>A ban in Rome</a></h2><p><b>All bold</b></p><p>x <a href='b'>y</a></p>", "http://e.org/c/"
    )
    assert [(b.text, b.level, b.whole_link) for b in blocks] == [
        ("A ban in Rome", 2, "http://e.org/a"),
        ("All bold", STRONG, ""),
        ("x y", 0, ""),
    ]
    assert blocks[2].links[0].url == "http://e.org/c/b"


def test_a_link_around_a_card_belongs_to_its_first_line() -> None:
    blocks = html_blocks("<a href='http://e.org/a'><h3>Title of a card</h3><p>Its text.</p></a><p>after</p>")
    assert [block.whole_link for block in blocks] == ["http://e.org/a", "", ""]


@pytest.mark.case(10)
@pytest.mark.parametrize(
    "markup", ["<div>" * 50_000, "<b>" * 50_000, "<" * 200_000, "<!--" * 50_000, "<a " + "x=1 " * 50_000 + ">"]
)
def test_hostile_markup_ends(markup: str) -> None:
    assert "news" in html_to_text(f"news{markup}") or markup.startswith("<!--")
    inline_text(markup)


def test_page_meta_data() -> None:
    page = read_page(
        """<html lang="en-GB"><head><title>Site: A ban</title><meta property="og:title" content="A ban in Rome">
        <meta property="og:site_name" content="Example Post"><meta name="author" content="A. Writer">
        <meta property="article:published_time" content="2025-01-30T09:15:00Z"><link rel="canonical" href="https://example.org/ban">
        </head><body><nav>Home</nav><header>Logo</header><article><h1>A ban in Rome</h1><p>The text.</p>
        <aside>Ads</aside></article><footer>Imprint</footer></body></html>"""
    )
    assert (page.title, page.publisher, page.author) == ("A ban in Rome", "Example Post", "A. Writer")
    assert (page.url, page.published, page.lang) == ("https://example.org/ban", "2025-01-30T09:15:00Z", "en-GB")
    assert [block.text for block in page.blocks] == ["A ban in Rome", "The text."]


@given(st.text(alphabet="<>/abp &;!-=\"'\n"))
def test_no_markup_raises(markup: str) -> None:
    html_to_text(markup)
    inline_text(markup)


def test_lines_of_a_feeds_element_are_no_paragraphs() -> None:
    assert element_text("The app was\n   banned.\n\nNext one.") == "The app was banned.\nNext one."
    assert element_text("<p>The app\nwas</p> banned") == "The app was\nbanned"


def test_wrapped_bodies_are_joined_and_others_are_not() -> None:
    words = "word " * 60
    assert body_text(textwrap.fill(words, 70).replace("\n", "\r\n")) == words.strip()
    assert body_text("One.\nTwo.") == "One.\nTwo."
