"""Whole digests for what a mail is too small for: a truthful "n more" that leads there, and nothing kept back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.desk.pages import Pages
from monitor.digest.compose import compose
from monitor.digest.freeze import Letterhead, freeze
from monitor.digest.render import HTML_LIMIT
from monitor.model import Accounting, FrozenDigest
from tests.digest.material import PERIOD, SUBSCRIPTION, waiting

STORIES = 150


def frozen(pages: Pages, most: int = 60) -> FrozenDigest:
    alerts = [waiting(id=f"a{n}", key=f"k{n}", title=f"Story number {n}") for n in range(STORIES)]
    subscription = replace(SUBSCRIPTION, max_stories=most)
    digest = compose(subscription, PERIOD, alerts, Accounting(articles=STORIES), ())
    letterhead = Letterhead("office", "Watch <watch@example.org>", publish=pages.publish)
    return freeze(digest, subscription, letterhead, PERIOD.end)


@pytest.mark.case(61)
@pytest.mark.case(85)
def test_what_a_mail_cannot_hold_is_on_the_page_and_counts_as_told(tmp_path: Path) -> None:
    digest = frozen(Pages(tmp_path / "pages", "https://pages.example.org/digests/"))
    [message] = digest.messages
    address = "https://pages.example.org/digests/morning%4020250131T070000Z.html"
    page = LexborHTMLParser((tmp_path / "pages" / "morning@20250131T070000Z.html").read_text("utf-8"))
    shown = len(LexborHTMLParser(message.html).css("h3"))
    assert len(page.css("h3")) == STORIES
    assert shown < STORIES and len(message.html.encode()) <= HTML_LIMIT
    assert len(digest.alerts) == len(digest.keys) == STORIES
    more = f"{STORIES - shown} more stories are in the whole digest: {address}"
    assert more in " ".join(message.text.split())
    links = [tag for tag in LexborHTMLParser(message.html).css("a") if tag.attributes["href"] == address]
    assert [link.text() for link in links] == [more, more], "at the top and where the section ends"
    assert f"{STORIES - shown} on the page of the whole digest" in " ".join(message.text.split())
    assert "wait for the next digest" not in message.text


def test_a_folder_without_an_address_is_named_as_a_file(tmp_path: Path) -> None:
    [message] = frozen(Pages(tmp_path / "pages")).messages
    path = tmp_path / "pages" / "morning@20250131T070000Z.html"
    assert str(path) in "".join(message.text.split())
    assert not [tag for tag in LexborHTMLParser(message.html).css("a") if str(path) in (tag.attributes["href"] or "")]


def test_a_digest_that_fits_needs_no_page(tmp_path: Path) -> None:
    pages = Pages(tmp_path / "pages")
    subscription = replace(SUBSCRIPTION, max_stories=1)
    digest = compose(subscription, PERIOD, [waiting()], Accounting(), ())
    freeze(digest, subscription, Letterhead("office", "Watch <w@example.org>", publish=pages.publish), PERIOD.end)
    assert not (tmp_path / "pages").exists()


@pytest.mark.case(77)
def test_where_the_page_cannot_be_written_the_rest_waits(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "pages").write_text("a file stands where the folder should be")
    digest = frozen(Pages(tmp_path / "pages", "https://pages.example.org"), most=3)
    assert len(digest.alerts) == 3
    assert "147 more stories wait for the next digest" in " ".join(digest.messages[0].text.split())
    assert "the page of morning@20250131T070000Z cannot be written" in caplog.text
