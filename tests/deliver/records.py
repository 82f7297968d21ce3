"""A digest as data, with everything in it that may be in one."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Delivery
from monitor.model.record import (
    AccountRecord,
    NewsRecord,
    PassageRecord,
    PlaceRecord,
    Posts,
    Record,
    StoryRecord,
)
from tests.deliver.bench import a_delivery, a_message

HOSTILE = (
    "<!channel> @here @everyone <@U123> [click](https://evil.example/x) <https://evil.example|your bank> "
    "https://evil.example/y evil.example *b* _i_ ~s~ `c` &lt; #tag /start tg://user?id=1 <b>x</b> \u202emoc"
)
"""A title that tries to notify, to link and to mark up, in the languages of all services at once."""


def a_story(number: int = 1, **changes: object) -> StoryRecord:
    told = StoryRecord(
        id=f"{number:032x}",
        story=f"s{number}",
        watchlist="bans",
        watchlist_title="Bans on AI products",
        novelty="new",
        severity="high",
        title="Czechia: DeepSeek banned or blocked",
        headline=f"Czechia bars DeepSeek ({number})",
        publisher="Example Post",
        published="2026-05-04T05:30:00Z",
        when="07:30",
        url=f"https://news.example.org/{number}?a=1&b=2",
        host="news.example.org",
        news=(NewsRecord("new", "New", "Czechia"),),
        facts=({"place": "Czechia", "product": "DeepSeek"},),
        passages=(PassageRecord("Czechia bars DeepSeek from its ministries.", ((0, 7), (8, 12), (13, 21))),),
        also_in=(PlaceRecord("Other Post", "https://other.example.org/1"),),
        rules=("government-ban",),
        alerts=(f"a{number}",),
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def a_record(*stories: StoryRecord, **changes: object) -> Record:
    told = Record(
        id="0123456789abcdef0123456789abcdef",
        kind="digest",
        digest="morning@20260504T060000Z",
        subscription="morning",
        channel="ops",
        installation="f" * 32,
        subject="Watchlist morning: 1 new - Czechia: DeepSeek banned or blocked",
        composed="2026-05-04T06:00:00Z",
        start="2026-05-03T06:00:00Z",
        end="2026-05-04T06:00:00Z",
        stories=stories or (a_story(),),
        account=AccountRecord(articles=12, matched=3, shown=1),
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def a_notice(text: str) -> Record:
    return replace(a_record(), kind="notice", stories=(), text=text, subject="A rule file is broken")


def a_post(posts: Posts, record: Record | None = None, number: int = 1) -> Delivery:
    """The first post of a record, as it lies in the outbox."""
    raw = posts(record or a_record())[0]
    message = replace(a_message("ops"), message_id="<0123456789abcdef@ops.invalid>", raw=raw, html="", text="")
    return a_delivery(number, channel="ops", message=message)
