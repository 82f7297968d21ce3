from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import FeedFormatError
from monitor.ingest.feedformat import FeedBody, parse_feed

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Example Post</title><language>en-GB</language><link>https://post.example/</link>{items}</channel></rss>"""
ITEM = """<item><title>Ban {n}</title><link>/ban-{n}</link><guid isPermaLink="false">g{n}</guid>
<description>Short {n}.</description>
<content:encoded>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two {n}.&lt;/p&gt;</content:encoded>
<pubDate>Thu, 30 Jan 2025 09:15:00 GMT</pubDate><category>ai</category><category>law</category></item>"""
BASE = "https://post.example/feeds/rss"


def _rss(count: int) -> bytes:
    return RSS.format(items="".join(ITEM.format(n=n) for n in range(count))).encode()


def test_an_rss_entry() -> None:
    feed = parse_feed(FeedBody(_rss(1), BASE))
    (draft,) = feed.drafts
    assert (feed.title, feed.lang, feed.complete) == ("Example Post", "en-GB", True)
    assert (draft.title, draft.summary, draft.body) == ("Ban 0", "Short 0.", "One.\nTwo 0.")
    assert (draft.url, draft.native_id, draft.publisher) == ("https://post.example/ban-0", "g0", "Example Post")
    assert (draft.category, draft.published) == ("ai, law", datetime(2025, 1, 30, 9, 15, tzinfo=UTC))


def test_an_atom_entry_of_another_publisher() -> None:
    raw = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Planet</title><entry><id>urn:1</id><title type="html">A
    &lt;i&gt;ban&lt;/i&gt;</title><link href="https://e.org/a"/><updated>2025-01-30T09:15:00Z</updated><author><name>Ann</name>
    </author><source><title>Alpine Post</title></source><content type="html">x &amp;lt; y</content></entry></feed>"""
    (draft,) = parse_feed(FeedBody(raw)).drafts
    assert (" ".join(draft.title.split()), draft.publisher, draft.author) == ("A ban", "Alpine Post", "Ann")
    assert draft.body == "x < y"


def test_a_long_text_alone_is_the_body() -> None:
    item = "<item><title>t</title><description>" + "Many words here. " * 60 + "</description></item>"
    (draft,) = parse_feed(FeedBody(RSS.format(items=item).encode())).drafts
    assert draft.summary == "" and draft.body.startswith("Many words")


@pytest.mark.parametrize("closing", ["The post {} appeared first on {}.", "The post {} first appeared on {}."])
def test_what_a_weblog_program_puts_below_each_entry_is_none_of_its_words(closing: str) -> None:
    told = closing.format("<a href='https://e.org/1'>Rome bars it</a>", "<a href='https://e.org'>Example Post</a>")
    markup = f"<p>The watchdog acts.</p><p>{told}</p>".replace("<", "&lt;")
    (draft,) = parse_feed(
        FeedBody(RSS.format(items=f"<item><description>{markup}</description></item>").encode())
    ).drafts
    assert draft.summary == "The watchdog acts."
    plain = f"The post office said so. {closing.format('Rome bars it', 'Example Post')}"
    (draft,) = parse_feed(
        FeedBody(RSS.format(items=f"<item><description>{plain}</description></item>").encode())
    ).drafts
    assert draft.summary == "The post office said so."


@pytest.mark.case(2)
@pytest.mark.case(3)
@pytest.mark.case(4)
@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"<!doctype html><html><head><title>Just a moment</title></head></html>", "web page"),
        (b"<!-- x --><html><body>Log in</body></html>", "web page"),
        (b'{"error": "rate limited"}', "no JSON Feed"),
        (b'{"error": ', "none"),
        (b"[" * 100_000, "nested"),
        (b"plain words", "no feed"),
        (b"<opml><body/></opml>", "no feed"),
        (b"\x89PNG\r\n", "no feed"),
    ],
)
def test_what_is_no_feed_is_an_error(raw: bytes, says: str) -> None:
    with pytest.raises(FeedFormatError, match=says):
        parse_feed(FeedBody(raw))


def test_an_empty_feed_is_a_feed() -> None:
    assert parse_feed(FeedBody(_rss(0))).drafts == ()


@pytest.mark.case(5)
@pytest.mark.parametrize("keep", [0.4, 0.6, 0.8, 0.95])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_breaks_off_keeps_its_whole_entries(keep: float, encoding: str) -> None:
    text = _rss(5).decode()[: int(len(_rss(5)) * keep)]
    feed = parse_feed(FeedBody(text.encode(encoding), whole=True))
    assert not feed.complete
    assert [draft.title for draft in feed.drafts] == [f"Ban {n}" for n in range(text.count("</item>"))]


@pytest.mark.case(7)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_wide_feeds_that_claim_to_be_utf_8(encoding: str) -> None:
    text = _rss(1).decode().replace("Ban 0", "封禁").replace('version="1.0"?', 'version="1.0" encoding="utf-8"?')
    assert parse_feed(FeedBody(text.encode(encoding))).drafts[0].title == "封禁"


@pytest.mark.case(7)
@pytest.mark.parametrize("encoding", ["gb18030", "big5", "shift_jis", "euc_kr", "windows-1252", "iso-8859-15"])
def test_declared_charsets(encoding: str) -> None:
    word = {"big5": "封禁", "gb18030": "封禁", "shift_jis": "禁止", "euc_kr": "금지"}.get(encoding, "Verböte €")
    text = _rss(1).decode().replace("Ban 0", word).replace('"1.0"?', f'"1.0" encoding="{encoding}"?')
    assert parse_feed(FeedBody(text.encode(encoding))).drafts[0].title == word


@pytest.mark.case(22)
@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/hostname", "urn:uuid:7"])
def test_links_that_are_none_are_dropped(link: str) -> None:
    raw = RSS.format(items=f"<item><title>t</title><link>{link}</link></item>").encode()
    assert parse_feed(FeedBody(raw, BASE)).drafts[0].url == ""


@pytest.mark.case(21)
def test_a_chinese_date_is_never_the_first_of_november() -> None:
    raw = RSS.format(items="<item><title>t</title><pubDate>2025年1月30日</pubDate></item>").encode()
    assert parse_feed(FeedBody(raw)).drafts[0].published == datetime(2025, 1, 30, tzinfo=UTC)


@pytest.mark.case(9)
def test_no_file_is_read_through_entities_or_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(_rss(3))
    raw = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]>' + RSS.format(items="<item><title>&f;</title></item>")
    assert "Ban" not in parse_feed(FeedBody(raw.encode())).drafts[0].title
    with pytest.raises(FeedFormatError):
        parse_feed(FeedBody(str(secret).encode()))


@pytest.mark.case(10)
def test_an_entity_bomb_stays_small() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    raw = f'<!DOCTYPE x [<!ENTITY a0 "lol">{entities}]>' + RSS.format(items="<item><title>&a9;</title></item>")
    assert sum(len(draft.title) for draft in parse_feed(FeedBody(raw.encode())).drafts) < 10_000


@pytest.mark.case(1)
def test_json_feed() -> None:
    raw = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Post", "language": "en", "authors": [{"name": "Ann"}],
        "items": [
            {"id": 1, "url": "/a", "title": "A &amp; B", "content_html": "<p>x</p>", "date_published": "2025-01-30",
             "tags": ["t"]},
            {"id": "https://post.example/b", "content_text": "Text", "author": {"name": "Ben"}, "title": 5, "tags": 7},
            "no item",
        ],
    }  # fmt: skip
    feed = parse_feed(FeedBody(json.dumps(raw).encode(), BASE))
    first, second = feed.drafts
    assert (first.native_id, first.url, first.title, first.body) == ("1", "https://post.example/a", "A & B", "x")
    assert (first.author, first.category, first.published) == ("Ann", "t", "2025-01-30")
    assert (second.url, second.author, second.body) == ("https://post.example/b", "Ben", "Text")
    assert (feed.title, feed.lang) == ("Post", "en")


@pytest.mark.case(23)
@pytest.mark.parametrize("name", ["feedburner", "pheedo"])
@pytest.mark.parametrize(
    ("told", "url"),
    [("https://post.example/ban", "https://post.example/ban"), ("javascript:x", "https://feeds.example/~r/1")],
)
def test_the_address_that_a_feed_service_tells_beside_its_own_link(name: str, told: str, url: str) -> None:
    services = "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0' xmlns:pheedo='http://www.pheedo.com/namespace/pheedo'"
    item = (
        f"<item><title>t</title><link>https://feeds.example/~r/1</link><{name}:origLink>{told}</{name}:origLink></item>"
    )
    raw = f"<rss version='2.0' {services}><channel><title>Post</title>{item}</channel></rss>"
    (draft,) = parse_feed(FeedBody(raw.encode())).drafts
    assert draft.url == url
