"""Nouns for the store's tests: complete ones, so that a field that is not stored is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from monitor.model import (
    Alert,
    Article,
    Copy,
    Evidence,
    Fact,
    FrozenDigest,
    KeyMemory,
    Match,
    Message,
    Novelty,
    Period,
    Reason,
    Severity,
)

NOW = datetime(2025, 3, 3, 7, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PERIOD = Period(NOW - DAY, NOW + HOUR)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def article(number: int = 1, **fields: Any) -> Article:
    values: dict[str, Any] = {
        "id": f"article-{number}",
        "source": "inbox",
        "title": f"Prague bars DeepSeek, part {number}",
        "arrived": NOW - HOUR,
        "body": "布拉格封禁。\nThe ministries must remove it.",
        "summary": "A short one.",
        "url": f"https://news.example.org/{number}",
        "publisher": "Example Post",
        "author": "Ana",
        "category": "tech",
        "lang": "en",
        "published": NOW - DAY,
        "date_doubtful": True,
        "native_id": f"guid-{number}",
        "origin": "inbox/1.json",
        "identities": (f"guid:{number}", f"url:{number}", f"text:{number}"),
        "extra": MappingProxyType({"desk": "策"}),
    }
    return Article(**(values | fields))


def copy(of: int = 1, **fields: Any) -> Copy:
    values: dict[str, Any] = {
        "article": f"article-{of}",
        "publisher": "Other Post",
        "url": "https://other.example.org/1",
        "source": "wire",
        "arrived": NOW,
    }
    return Copy(**(values | fields))


def match(**fields: Any) -> Match:
    values: dict[str, Any] = {
        "watchlist": "bans",
        "rule": "government-ban",
        "about": "ban",
        "severity": Severity.HIGH,
        "title": "Czechia: DeepSeek banned",
        "fact": Fact((("place", "Czechia"), ("product", "DeepSeek"))),
        "state": Fact((("status", "in force"),)),
        "evidence": (Evidence("title", ((0, 6), (7, 11))), Evidence("body", ((3, 5),))),
        "retracts": True,
    }
    return Match(**(values | fields))


def alert(number: int = 1, **fields: Any) -> Alert:
    values: dict[str, Any] = {
        "id": f"alert-{number}",
        "article": "article-1",
        "story": "story-1",
        "key": f"key-{number}",
        "match": match(),
        "novelty": Novelty.NEW,
        "reason": Reason.FIRST_SEEN,
        "raised": NOW,
        "former": "proposed",
        "added": ("40 %", "Brno"),
        "agreeing": ("other-rule",),
    }
    return Alert(**(values | fields))


def memory(key: str = "key-1", **fields: Any) -> KeyMemory:
    values: dict[str, Any] = {
        "key": key,
        "first_seen": NOW - DAY,
        "last_seen": NOW,
        "last_told": NOW - HOUR,
        "story": "story-1",
        "first_article": "article-0",
        "last_published": NOW - DAY,
        "state": (("status", "in force"), ("court", "Brno")),
        "numbers": frozenset({"40 %", "3"}),
        "places": frozenset({"Czechia"}),
        "publishers": frozenset({"example post", "其他"}),
        "tellings": 4,
        "learned": True,
        "state_since": NOW,
        "state_left": (("status", "proposed"),),
    }
    return KeyMemory(**(values | fields))


def message(number: int = 1) -> Message:
    return Message(
        recipient=f"reader{number}@example.org",
        message_id=f"<{number}@example.org>",
        subject="Watch: 封禁",
        raw=b"Subject: x\r\n\r\n\x00\xff",
        html="<p>é</p>",
        text="é",
    )


def digest(**fields: Any) -> FrozenDigest:
    values: dict[str, Any] = {
        "id": "digest-1",
        "subscription": "morning",
        "period": PERIOD,
        "composed": NOW,
        "channel": "mail",
        "alerts": ("alert-1",),
        "keys": ("key-1",),
        "messages": (message(1), message(2)),
    }
    return FrozenDigest(**(values | fields))
