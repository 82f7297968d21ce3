"""The same articles again and again, as bad feeds tell them: through the real reader, store and pipeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.ingest.article import Setting
from monitor.ingest.feedformat import FeedBody
from monitor.ingest.parsing import Order, parse
from monitor.model import Harvest, SourceState
from monitor.pipeline import RoundAccount
from monitor.store import Database, Store

from .conftest import NOW
from .scorecard import pipeline_of

SUBJECTS = (
    "Rome bars a chatbot from ministries",
    "Harbour strike ends after nine days",
    "Model with open weights leads ranking",
    "Export licence for accelerators refused",
    "Parliament votes on data centres",
    "Court fines social network again",
    "Teachers welcome new curriculum",
)


@dataclass(frozen=True)
class Item:
    number: int
    guid: str = ""
    query: str = ""
    scheme: str = "https"
    day: int = 0
    edition: int = 0

    @property
    def title(self) -> str:
        return f"{SUBJECTS[self.number % len(SUBJECTS)]}, {self.number}"

    def xml(self) -> str:
        at = format_datetime(NOW - timedelta(days=3 - self.day))
        url = f"{self.scheme}://www.example.org/news/{self.number}/{self.query}"
        text = f"What happened as number {self.number} is told here at some length. Edition {self.edition}."
        guid = f"<guid isPermaLink='false'>{escape(self.guid)}</guid>" if self.guid else ""
        return (
            f"<item><title>{self.title}</title><link>{escape(url)}</link>{guid}<pubDate>{at}</pubDate>"
            f"<description>{text}</description></item>"
        )


class Archive:
    """One feed, read into one database."""

    def __init__(self, path: Path) -> None:
        self.store = Store(Database.open(path, create=True), lambda: NOW)
        self.pipeline = pipeline_of(self.store)

    def read(self, items: list[Item], now: datetime = NOW) -> RoundAccount:
        raw = f"<rss version='2.0'><channel><title>Post</title>{''.join(item.xml() for item in items)}</channel></rss>"
        order = Order(FeedBody(raw.encode()), Setting("wire", "wire", now, by_title=True))
        account = RoundAccount()
        self.pipeline._take(Harvest(SourceState("wire"), parse(order).articles), account, now)
        return account


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "a.db")


THREE = [Item(number, guid=f"g{number}") for number in range(3)]


@pytest.mark.case(16)
@pytest.mark.case(17)
@pytest.mark.case(19)
@pytest.mark.case(20)
@pytest.mark.parametrize(
    "again",
    [
        THREE[::-1],
        [replace(item, guid=f"session-{item.number}-77") for item in THREE],
        [replace(item, guid="", query="?utm_source=rss#top", scheme="http") for item in THREE],
        [replace(item, day=3) for item in THREE],
        [replace(item, day=3, guid="same for all") for item in THREE],
        [replace(item, guid="x", query=f"?sid={item.number}9") for item in THREE],
    ],
    ids=["re-ordered", "drifting guids", "other URLs", "re-dated", "one guid for all", "other guid and query"],
)
def test_what_is_known_is_not_new(archive: Archive, again: list[Item]) -> None:
    assert archive.read(THREE).articles == 3
    account = archive.read(again, NOW + timedelta(hours=1))
    assert (account.articles, account.versions, account.copies) == (0, 0, 3)


@pytest.mark.case(20)
def test_what_was_dropped_and_comes_again_is_known(archive: Archive) -> None:
    archive.read(THREE)
    archive.read(THREE[2:])
    assert archive.read(THREE).articles == 0


@pytest.mark.case(18)
def test_an_edited_article_is_a_version_also_if_its_guid_drifts(archive: Archive) -> None:
    archive.read(THREE)
    edited = replace(THREE[0], edition=2, guid="another")
    assert (archive.read([edited]).versions, archive.read([edited]).copies) == (1, 1)


@pytest.mark.case(18)
def test_edited_with_another_guid_and_another_url_it_is_known_by_title_and_day(archive: Archive) -> None:
    archive.read(THREE)
    account = archive.read([replace(THREE[0], edition=3, guid="third", query="?id=3")])
    assert (account.articles, account.versions) == (0, 1)


@pytest.mark.case(16)
def test_guids_that_count_positions_identify_nothing(archive: Archive) -> None:
    archive.read([Item(10, guid="1"), Item(11, guid="2")])
    account = archive.read([Item(12, guid="1"), Item(10, guid="2"), Item(11, guid="3")])
    assert (account.articles, account.versions, account.copies) == (1, 0, 2)


ways = st.sampled_from(("", "?utm_source=a", "?fbclid=1", "#top", "?utm_medium=b&utm_campaign=c"))
looks = st.builds(
    Item,
    number=st.integers(0, 6),
    guid=st.sampled_from(("", "1", "2", "shared", "tag:x")) | st.uuids().map(str),
    query=ways,
    scheme=st.sampled_from(("http", "https")),
    day=st.integers(0, 3),
)


@pytest.mark.case(16)
@pytest.mark.case(19)
@pytest.mark.case(20)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(polls=st.lists(st.lists(looks, max_size=8, unique_by=lambda item: item.number), min_size=2, max_size=5))
def test_each_article_is_new_once_whatever_guids_dates_orders_and_urls_do(
    tmp_path_factory: pytest.TempPathFactory, polls: list[list[Item]]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("again") / "a.db")
    accounts = [archive.read(items, NOW + timedelta(hours=hour)) for hour, items in enumerate(polls)]
    different = {item.number for items in polls for item in items}
    assert sum(account.articles for account in accounts) == len(different)
    assert sum(account.versions for account in accounts) == 0
