"""The channel that keeps an Atom feed: valid by the RFC, readable by feed readers and our own, whole at any instant."""

from __future__ import annotations

import re
import stat
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.deliver.feed import FeedChannel, posts
from monitor.deliver.feed.format import ATOM, merged
from monitor.errors import DeliveryError
from monitor.ingest.feed import FeedSource
from monitor.ingest.parsing import ParserPool
from monitor.model import Article, SourceState
from monitor.model.record import Record
from tests.deliver.bench import a_delivery
from tests.deliver.http_bench import kind
from tests.deliver.records import HOSTILE, a_notice, a_post, a_record, a_story

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def faults(feed: bytes) -> list[str]:
    """What RFC 4287 says that a feed must have and must not have (sections 4.1.1, 4.1.2, 3.1 to 3.4, 4.2)."""
    root = ET.fromstring(feed)
    found = [] if root.tag == tag("feed") else ["the root is no feed"]
    found += _counted(root, "feed", id=(1, 1), title=(1, 1), updated=(1, 1), author=(1, 99), generator=(0, 1))
    ids = [root.findtext(tag("id"))]
    for entry in root.findall(tag("entry")):
        found += _counted(entry, "entry", id=(1, 1), title=(1, 1), updated=(1, 1), content=(0, 1), published=(0, 1))
        ids.append(entry.findtext(tag("id")))
        alternate = [link for link in entry.findall(tag("link")) if link.get("rel", "alternate") == "alternate"]
        if entry.find(tag("content")) is None and not alternate:
            found.append("an entry without content has no alternate link")
        found += ["a category without a term" for each in entry.findall(tag("category")) if not each.get("term")]
    found += [f"id twice or empty: {name}" for name in ids if not name or ids.count(name) > 1 or ":" not in name]
    for element in root.iter():
        if element.tag in (tag("updated"), tag("published")) and not DATE.fullmatch(element.text or ""):
            found.append(f"no date: {element.text}")
        if element.tag == tag("link") and not urlsplit(element.get("href", "")).scheme:
            found.append("a link without an address")
        if element.tag in (tag("title"), tag("content")) and element.get("type", "text") not in ("text", "html"):
            found.append("a text of another type")
        if element.tag in (tag("title"), tag("content")) and len(element):
            found.append("markup in a text")
        if element.tag == tag("author") and not (element.findtext(tag("name")) or "").strip():
            found.append("an author without a name")
    return found


def _counted(element: ET.Element, what: str, **bounds: tuple[int, int]) -> list[str]:
    counts = {name: len(element.findall(tag(name))) for name in bounds}
    return [
        f"{what}: {counts[name]} x {name}"
        for name, (least, most) in bounds.items()
        if not least <= counts[name] <= most
    ]


def channel(folder: Path, **changes: int) -> FeedChannel:
    return FeedChannel("ops", folder / "alerts.xml", "Alerts", "https://watch.example.org/alerts.xml", **changes)


async def send(folder: Path, record: Record | None = None, **changes: int) -> bytes:
    await channel(folder, **changes).send(a_post(posts, record))
    return (folder / "alerts.xml").read_bytes()


async def test_a_digest_becomes_entries_of_a_valid_feed(tmp_path: Path) -> None:
    feed = await send(tmp_path, a_record(a_story(1), a_story(2, url="", headline=HOSTILE)))
    assert faults(feed) == []
    read = feedparser.parse(feed)
    assert not read.bozo
    assert (read.version, read.feed.title, len(read.entries)) == ("atom10", "Alerts", 2)
    assert {entry.title for entry in read.entries} >= {"Czechia bars DeepSeek (1)"}


async def test_our_own_reader_reads_it_back(tmp_path: Path) -> None:
    await send(tmp_path, a_record(*(a_story(number) for number in range(1, 6))))
    pool = ParserPool()
    try:
        source = FeedSource("alerts", path=tmp_path / "alerts.xml", parse=pool.parse)
        articles: list[Article] = []
        async for harvest in source.read(SourceState("alerts"), datetime(2026, 5, 4, 8, tzinfo=UTC)):
            assert list(harvest.rejections) == []
            articles += harvest.articles
    finally:
        await pool.close()
    assert sorted(article.url for article in articles) == [a_story(number).url for number in range(1, 6)]
    assert all("from its ministries" in article.body + article.summary for article in articles)
    assert {article.published for article in articles} == {datetime(2026, 5, 4, 5, 30, tzinfo=UTC)}


async def test_the_same_delivery_again_changes_no_octet(tmp_path: Path) -> None:
    first = await send(tmp_path)
    inode = (tmp_path / "alerts.xml").stat().st_ino
    assert await send(tmp_path) == first
    assert (tmp_path / "alerts.xml").stat().st_ino == inode


async def test_a_later_digest_is_added_and_no_id_ever_changes(tmp_path: Path) -> None:
    before = feedparser.parse(await send(tmp_path, a_record(a_story(1))))
    later = a_record(a_story(2), composed="2026-05-05T06:00:00Z", installation="0" * 32)
    after = feedparser.parse(await send(tmp_path, later))
    assert [entry.title for entry in after.entries] == ["Czechia bars DeepSeek (2)", "Czechia bars DeepSeek (1)"]
    assert after.feed.id == before.feed.id
    assert after.entries[1].id == before.entries[0].id
    assert after.feed.updated == "2026-05-05T06:00:00Z"


async def test_the_oldest_leave_a_full_feed_but_never_a_story_of_the_last_digest(tmp_path: Path) -> None:
    await send(tmp_path, a_record(*(a_story(number) for number in range(1, 4))), most=2)
    later = a_record(*(a_story(number) for number in range(10, 15)), composed="2026-05-05T06:00:00Z")
    read = feedparser.parse(await send(tmp_path, later, most=2))
    assert len(read.entries) == 5
    read = feedparser.parse(await send(tmp_path, a_record(a_story(20), composed="2026-05-06T06:00:00Z"), most=2))
    assert read.entries[0].title.endswith("(20)")
    assert len(read.entries) == 2


async def test_a_notice_is_an_entry(tmp_path: Path) -> None:
    feed = await send(tmp_path, a_notice("bans.toml:3: <broken> & done"))
    assert faults(feed) == []
    [entry] = feedparser.parse(feed).entries
    assert "bans.toml:3:" in ET.fromstring(feed).findtext(f"{tag('entry')}/{tag('content')}", "")
    assert entry.title == "A rule file is broken"


async def test_a_digest_without_stories_makes_an_empty_feed(tmp_path: Path) -> None:
    assert faults(merged(None, replace(a_record(), stories=()), "Alerts", "", 9)) == []


@settings(max_examples=60)
@given(text=st.text(max_size=400))
def test_any_text_makes_a_valid_feed(text: str) -> None:
    story = a_story(headline=text, title=text, publisher=text, when=text, url="")
    assert faults(merged(None, a_record(story), text or "-", "", 10)) == []


async def test_articles_bring_no_markup_of_their_own(tmp_path: Path) -> None:
    story = a_story(headline="<script>alert(1)</script>", title="<img src=x onerror=alert(1)>")
    root = ET.fromstring(await send(tmp_path, a_record(story)))
    content = root.findtext(f"{tag('entry')}/{tag('content')}", "")
    assert "<img" not in content
    assert "&lt;img" in content
    assert root.findtext(f"{tag('entry')}/{tag('title')}") == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [b"my notes", b"<rss/>", b'<!DOCTYPE x [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom"/>', b""],
    ids=["text", "rss", "entities", "empty"],
)
async def test_a_file_that_is_not_ours_is_never_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alerts.xml").write_bytes(content)
    with pytest.raises(DeliveryError, match="move it away") as caught:
        await send(tmp_path)
    assert kind(caught.value) == "channel, permanent"
    assert (tmp_path / "alerts.xml").read_bytes() == content


async def test_a_reader_never_sees_half_a_feed(tmp_path: Path) -> None:
    """What a crash left half written beside it does no harm, and the file is replaced as a whole."""
    await send(tmp_path)
    (tmp_path / ".alerts.xml.part").write_bytes(b"<feed xmlns='http")
    with (tmp_path / "alerts.xml").open("rb") as reader:
        await send(tmp_path, a_record(a_story(2)))
        assert faults(reader.read()) == []
    assert faults((tmp_path / "alerts.xml").read_bytes()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["alerts.xml"]


async def test_a_mail_that_waits_for_the_feed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="another kind") as caught:
        await channel(tmp_path).send(a_delivery(channel="ops"))
    assert kind(caught.value) == "permanent"


async def test_a_folder_that_cannot_be_written_is_the_channels_fault(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DeliveryError) as caught:
        await channel(tmp_path / "out").send(a_post(posts))
    assert kind(caught.value) == "channel"


async def test_the_file_is_for_web_servers_to_read(tmp_path: Path) -> None:
    await send(tmp_path)
    assert stat.S_IMODE((tmp_path / "alerts.xml").stat().st_mode) & 0o444
