"""Items that tell several stories."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.feedformat import FeedBody, parse_feed
from monitor.ingest.jsonfile import json_drafts
from monitor.ingest.roundup import dealt, title_parts
from monitor.model import Article, Evidence, Fact, Harvest, Match, Novelty, Severity, SourceState
from monitor.pipeline import Pipeline, RoundAccount
from monitor.store import Database, Store
from monitor.stories.kept import KeptStories
from monitor.stories.novelty import NoveltySettings
from tests.round_bench import a_pipeline

from .conftest import NOW

SETTING = Setting("wire", "https://example.org/rss", NOW)


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        (
            "Italy blocks DeepSeek; Nvidia ships H20 again; Alibaba shows Qwen 3",
            ["Italy blocks DeepSeek", "Nvidia ships H20 again", "Alibaba shows Qwen 3"],
        ),
        (
            "德国将禁止华为部分组件；月之暗面有望赴港上市；谷歌发布新模型",
            ["德国将禁止华为部分组件", "月之暗面有望赴港上市", "谷歌发布新模型"],
        ),
        ("Morning briefing: Italy blocks DeepSeek; Nvidia ships H20", ["Italy blocks DeepSeek", "Nvidia ships H20"]),
        ("科技早报｜意大利封禁DeepSeek；英伟达恢复发货", ["意大利封禁DeepSeek", "英伟达恢复发货"]),
        (
            "1. Rome blocks it | 2. Prague bars it | 3. Malta follows suit",
            ["Rome blocks it", "Prague bars it", "Malta follows suit"],
        ),
        (
            "8点1氪丨长鑫科技中签号出炉；西班牙夺得世界杯冠军；月之暗面赴港上市 | 早知道",
            ["长鑫科技中签号出炉", "西班牙夺得世界杯冠军", "月之暗面赴港上市"],
        ),
        ("Italy blocks DeepSeek; regulator cites privacy", []),
        ("Italy blocks DeepSeek | Technology | Example Post", []),
        ("A; B; C", []),
        ("Vox &amp; Pop &amp; Rock &amp; Roll", []),
        ("Markets; weather; sport", []),
        ("", []),
        ("a b c; " * 1000, []),
    ],
)
def test_headlines_that_string_stories_together(title: str, parts: list[str]) -> None:
    assert title_parts(title) == parts


def test_paragraphs_are_dealt_out_and_none_is_lost_or_doubled() -> None:
    parts = ["Italy blocks DeepSeek", "Nvidia ships H20 again"]
    body = "Good morning.\nItaly has blocked DeepSeek, it said.\nIt gave ten days.\nNvidia says that it ships H20."
    first, second = dealt(parts, body)
    assert first.body == "\n".join(body.split("\n")[:3]) and second.body == body.split("\n")[3]
    assert dealt([], body) == []


def _articles(drafts: Sequence[Draft]) -> list[Article]:
    return [one for one in build_all(drafts, SETTING) if isinstance(one, Article)]


def test_the_parts_share_link_and_name_but_no_identity() -> None:
    title = "Italy blocks DeepSeek; Nvidia ships H20 again; Alibaba shows Qwen 3"
    whole = Draft(
        title=title, body="Italy has blocked DeepSeek.", url="https://e.org/brief", native_id="b1", publisher="P"
    )
    found = _articles([whole])
    assert [article.title for article in found] == title.split("; ")
    assert {(article.url, article.native_id, article.publisher) for article in found} == {
        ("https://e.org/brief", "b1", "P")
    }
    keys = [key for article in found for key in article.identities]
    assert len(set(keys)) == 3 and all(key.startswith("text:") for key in keys)
    assert found[0].body == "Italy has blocked DeepSeek." and found[1].body == ""
    assert _articles([whole]) == found


SECTIONS = "".join(
    f"<h3><a href='https://e.org/{n}'>{title}</a></h3><p>{title}, and this is what is known of it: the matter is "
    "told at some length, so that nobody could take this paragraph for a headline or for a mere label.</p>"
    for n, title in enumerate(("Italy blocks DeepSeek", "Nvidia ships H20 again", "Alibaba shows Qwen 3"))
)


def test_a_newsletter_in_a_feed_and_in_json() -> None:
    markup = SECTIONS.replace("<", "&lt;").replace(">", "&gt;")
    head = "<title>What matters today</title><guid>n1</guid><link>https://e.org/n</link>"
    raw = f"<rss version='2.0'><channel><item>{head}<description>{markup}</description></item></channel></rss>"
    feed = parse_feed(FeedBody(raw.encode()))
    assert len(feed.drafts) == 1
    titles = ["Italy blocks DeepSeek", "Nvidia ships H20 again", "Alibaba shows Qwen 3"]
    assert [article.title for article in _articles(feed.drafts)] == titles
    item = {"id": "n1", "title": "What matters today", "text": SECTIONS}
    drafts = [draft for draft in json_drafts(json.dumps(item).encode()) if isinstance(draft, Draft)]
    found = _articles(drafts)
    assert [article.title for article in found] == titles
    assert [article.url for article in found] == [f"https://e.org/{n}" for n in range(3)]


class Bans:
    """Matches "blocks" as the fact that its title's first word names."""

    def match(self, article: Article) -> Sequence[Match]:
        start = article.title.find("blocks")
        if start < 0:
            return ()
        place = article.title.split()[0]
        evidence = (Evidence("title", ((start, start + 6),)),)
        return (Match("bans", "ban", "ban", Severity.HIGH, place, Fact.of({"place": place}), evidence=evidence),)


def test_a_round_up_corroborates_and_does_not_repeat(tmp_path: Path) -> None:
    store = Store(Database.open(tmp_path / "a.db", create=True), lambda: NOW)
    plain = a_pipeline(store)
    pipeline = Pipeline(store, Bans(), plain.subscriptions, plain.letterheads, NoveltySettings(), KeptStories(store))

    def read(*drafts: Draft) -> RoundAccount:
        account = RoundAccount()
        pipeline._take(Harvest(SourceState("wire"), tuple(_articles(drafts))), account, NOW)
        return account

    first = read(
        Draft(title="Italy blocks DeepSeek", body="The watchdog said so on Thursday.", url="https://e.org/italy")
    )
    assert first.novelties[Novelty.NEW] == 1
    round_up = Draft(
        title="Italy blocks DeepSeek; Malta blocks ChatGPT; Nvidia ships H20 again", url="https://e.org/brief"
    )
    account = read(round_up)
    assert account.novelties == {Novelty.FOLD: 1, Novelty.NEW: 1}
    assert read(round_up).matches == 0
