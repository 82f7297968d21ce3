"""Items that tell several stories."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.feedformat import FeedBody, parse_feed
from monitor.ingest.jsonfile import json_drafts
from monitor.ingest.roundup import stories_of, title_parts
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
        (
            "3.62 万亿美元的苹果重回第一；腾讯停办一款游戏；马斯克再次败诉 | 早知道",
            ["3.62 万亿美元的苹果重回第一", "腾讯停办一款游戏", "马斯克再次败诉"],
        ),
        (
            "2.2024年出口增长两成；3.某厂停产两周；4.某部发布清单",
            ["2024年出口增长两成", "某厂停产两周", "某部发布清单"],
        ),
        (
            "Daily brief: Minister says ‘enough’; Rome blocks the app",
            ["Minister says ‘enough’", "Rome blocks the app"],
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


def _told(title: str, body: str) -> list[tuple[str, str]]:
    return [(story.title, story.body) for story in stories_of(title, body)]


def test_paragraphs_are_dealt_out_and_none_is_lost_or_doubled() -> None:
    title = "Morning briefing: Italy blocks DeepSeek; Nvidia ships H20 again"
    body = "Good morning.\nItaly has blocked DeepSeek, it said.\nIt gave ten days.\nNvidia says that it ships H20."
    first, second = stories_of(title, body)
    assert first.body == "\n".join(body.split("\n")[:3]) and second.body == body.split("\n")[3]
    assert stories_of("Italy blocks DeepSeek; regulator cites privacy", body) == []


ROME = "意大利数据保护机构周四下令下架该应用，称公司没有说明数据存放在哪里。机构表示调查仍在进行。"
CHIPS = "商务部周五发布公告，新增一批芯片设备限制。公告称相关企业可以申请许可。"
LAUNCH = "某实验室周六发布推理模型，成本约为三分之一。不付费的用户也可以使用。"
STRUNG = "意大利封禁DeepSeek；某实验室发布推理模型；商务部新增设备限制｜早知道"


@pytest.mark.parametrize("ends", ["（来源：甲社）", "（乙财经）", "【阅读原文】", " https://zh.example/a?b=1"])
def test_stories_that_run_on_in_one_line_are_parted_where_each_names_its_source(ends: str) -> None:
    strange = "首尔部委停用该助手 首尔多个部委周日切断了访问，理由是担心机密外泄。公司尚未回应。"
    body = f"{ROME}{ends} {strange}{ends} 某实验室发布推理模型 {LAUNCH}{ends} 商务部新增设备限制 {CHIPS}{ends}"
    told = _told(STRUNG, body)
    assert [title for title, _ in told] == [
        "意大利封禁DeepSeek",
        "某实验室发布推理模型",
        "商务部新增设备限制",
        "首尔部委停用该助手",
    ]
    assert [text.count("周四") for _, text in told] == [1, 0, 0, 0]
    assert "首尔部委停用该助手" not in told[3][1] and "首尔" in told[3][1]
    assert "".join(text for _, text in told).count("。") == body.count("。")


def test_a_story_that_runs_on_keeps_what_it_names_and_pieces_without_words_are_none() -> None:
    body = (
        f"{ROME}（消息来源：甲社） 商务部新增设备限制 {CHIPS} https://zh.example/2 【阅读原文】 \u200d\u200d "
        f"大公司 首尔遭遇 12.7 亿美元的诉讼 12 月 3 日，{LAUNCH}（乙财经） 5. 【阅读原文】 作者头像"
    )
    found = stories_of(STRUNG, body)
    assert [(story.title, story.publisher, story.url) for story in found] == [
        ("意大利封禁DeepSeek", "甲社", ""),
        ("某实验室发布推理模型", "乙财经", ""),
        ("商务部新增设备限制", "", "https://zh.example/2"),
    ]
    stranger = stories_of(STRUNG, body.replace(LAUNCH, "公司周三表示将会上诉。"))[3]
    assert (stranger.title, stranger.publisher) == ("首尔遭遇 12.7 亿美元的诉讼", "乙财经")
    assert stranger.body == "12 月 3 日，公司周三表示将会上诉。\n作者头像"


def test_two_headlines_are_two_stories_where_the_body_shows_more_that_are_apart() -> None:
    title = "意大利要求应用商店下架聊天应用；商务部新增一批设备限制 | 观察"
    ends = "https://zh.example/"
    body = f"{ROME} {ends}1 商务部新增一批设备限制 {CHIPS} {ends}2 首尔停用 {LAUNCH} {ends}3"
    assert [title for title, _ in _told(title, body)][:2] == title.removesuffix(" | 观察").split("；")
    assert _told(title, ROME + CHIPS) == []
    release = "Rome Acts; Maker Replies", f"{ROME} {ends}1\n{CHIPS} {ends}2\n{LAUNCH} {ends}3"
    assert _told(*release) == []


CAPITALS = (
    "ROME TAKES AN APP OFF THE SHELVES: Italy's watchdog has ordered the app off the shelves with immediate effect, "
    "and asks where all the data go. Ada Field/The Alpine Post.\n"
    "A LAB SHOWS O3-MINI, WHICH IS CHEAP: The lab says that its model costs a third of what the larger one does, and "
    "that all may try it. Ben Hill and Cleo Marsh/Harbour Times.\n- Analysts asked how long it can do so, given what "
    "it spends on its machines each month. Staff/The Alpine Post.\n"
    "SEOUL CUTS OFF AN ASSISTANT: Ministries in Seoul no longer let their people use the assistant, for fear that the "
    "secrets of the state leak. Dan Reed of Wire Service/CapitalReporter.com."
)


def test_a_round_up_whose_paragraphs_open_in_capitals_is_told_by_its_paragraphs() -> None:
    found = stories_of("State Roundup: Rome Takes an App off the Shelves", CAPITALS)
    assert [(story.title, story.publisher) for story in found] == [
        ("ROME TAKES AN APP OFF THE SHELVES", "The Alpine Post"),
        ("A LAB SHOWS O3-MINI, WHICH IS CHEAP", "The Alpine Post"),
        ("SEOUL CUTS OFF AN ASSISTANT", "CapitalReporter.com"),
    ]
    assert found[0].body.endswith("all the data go.") and "Analysts" in found[1].body
    assert stories_of("Rome takes an app off the shelves", CAPITALS) == []


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
