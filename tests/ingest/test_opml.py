from __future__ import annotations

import pytest

from monitor.ingest.opml import OpmlFeed, read_opml, write_opml

LENIENT = b"""<?xml version="1.0"?>
<opml version="1.0"><body>
 <outline text="News">
  <outline title="A & B <i>" xmlUrl="https://a.example/f?x=1&y=2"/>
  <outline text='R&amp;D > all' type="rss" XMLURL='feed:https://b.example/f' />
  <outline text="Deep"><outline title="C" xmlUrl="feed://c.example/f"></outline></outline>
 </outline>
 <!-- <outline title="Old" xmlUrl="https://old.example/f"/> -->
 <outline title="Again" xmlUrl="https://a.example/f?x=1&y=2"/>
 <outline title="Bad" xmlUrl="file:///etc/passwd"/>
 <outline title="Secret" xmlUrl="https://me:pw@d.example/f"/>
 <outline xmlUrl="//e.example/f"
"""


@pytest.mark.case(24)
def test_lists_that_are_no_xml_are_read_and_what_is_left_out_is_told() -> None:
    found = read_opml(LENIENT)
    assert found.feeds == (
        OpmlFeed("A & B <i>", "https://a.example/f?x=1&y=2", "News"),
        OpmlFeed("R&D > all", "https://b.example/f", "News"),
        OpmlFeed("C", "http://c.example/f", "News / Deep"),
        OpmlFeed("", "http://e.example/f"),
    )
    assert [line for line, _ in found.skipped] == [9, 10, 11]
    reasons = " ".join(reason for _, reason in found.skipped)
    assert "stands in the list already" in reasons and "only http" in reasons and "pw" not in reasons


@pytest.mark.case(24)
def test_ten_thousand_feeds_there_and_back() -> None:
    feeds = tuple(OpmlFeed(f'Feed "{n}" & <co>', f"https://f{n}.example/rss?a=1&b={n}") for n in range(10_000))
    assert read_opml(write_opml(feeds, "All & sundry").encode()).feeds == feeds


@pytest.mark.case(24)
def test_outlines_that_nobody_closes_make_no_path_of_ten_thousand_folders() -> None:
    outlines = "".join(f'<outline text="Feed {n}" xmlUrl="https://f{n}.example/rss">' for n in range(10_000))
    found = read_opml(f'<opml><body><outline text="News">{outlines}'.encode())
    assert len(found.feeds) == 10_000 and {feed.folder for feed in found.feeds[:40]} == {"News"}
    open_folders = "".join(f'<outline text="{n}">' for n in range(1_000))
    (deep,) = read_opml(f'{open_folders}<outline xmlUrl="https://f.example/rss"/>'.encode()).feeds
    assert deep.folder == "… / 995 / 996 / 997 / 998 / 999"


@pytest.mark.parametrize("raw", [b"", b"<html></html>", b"\x00\xff" * 50, b"<outline " * 1000])
def test_what_is_no_opml_is_told(raw: bytes) -> None:
    found = read_opml(raw)
    assert found.feeds == () and found.skipped[0][0] == 1
