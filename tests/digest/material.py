"""Waiting alerts from short JSON: a golden case names the marked words, the spans are found here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.digest.compose import compose
from monitor.digest.content import Digest
from monitor.model import (
    Accounting,
    Alert,
    Article,
    Copy,
    DailyVolume,
    Evidence,
    Fact,
    Instant,
    InstantMail,
    Match,
    MutedCount,
    Novelty,
    Period,
    Reason,
    Severity,
    SourceHealth,
    Subscription,
    WaitingAlert,
)

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "digest"
END = datetime(2025, 1, 31, 7, tzinfo=UTC)
PERIOD = Period(END - timedelta(days=1), END)
SUBSCRIPTION = Subscription("morning", ("ana@example.org",), "mail", zone="Europe/Prague")


def waiting(
    *,
    id: str = "a1",
    story: str = "",
    title: str = "Rome blocks DeepSeek",
    body: str = "Rome's watchdog has blocked DeepSeek. It gave no reason.",
    summary: str = "",
    url: str = "https://news.example.org/rome",
    publisher: str = "Example Post",
    lang: str = "en",
    arrived: datetime = END - timedelta(hours=2),
    published: datetime | None = END - timedelta(hours=3),
    date_doubtful: bool = False,
    watchlist: str = "bans",
    rule: str = "government-ban",
    about: str = "",
    severity: str = "normal",
    said: str = "Italy: DeepSeek banned",
    fact: Mapping[str, str] | None = None,
    state: Mapping[str, str] | None = None,
    mark: Mapping[str, list[str]] | None = None,
    novelty: str = "new",
    reason: str = "first time seen",
    former: str = "",
    added: tuple[str, ...] = (),
    key: str = "",
    told: bool = False,
    learned: bool = False,
    copies: tuple[tuple[str, str], ...] = (),
) -> WaitingAlert:
    article = Article(
        id=id,
        source="inbox",
        title=title,
        body=body,
        summary=summary,
        url=url,
        publisher=publisher,
        lang=lang,
        arrived=arrived,
        published=published,
        date_doubtful=date_doubtful,
    )
    values = {"place": "Italy", "product": "DeepSeek"} if fact is None else fact
    evidence = tuple(_evidence(article, field, words) for field, words in (mark or {}).items())
    match = Match(
        watchlist=watchlist,
        rule=rule,
        about=about or rule,
        severity=Severity(severity),
        title=said,
        fact=Fact.of(values),
        state=Fact.of(state or {}),
        evidence=evidence,
    )
    alert = Alert(
        id=f"{id}/{watchlist}/{rule}/{match.fact}",
        article=id,
        story=story or f"story of {id}",
        key=key or f"{match.about}|{match.fact or story or id}",
        match=match,
        novelty=Novelty(novelty),
        reason=Reason(reason),
        raised=arrived,
        former=former,
        added=tuple(added),
    )
    found = tuple(Copy(f"{id}-copy", name, address, "inbox", arrived) for name, address in copies)
    return WaitingAlert(alert, article, found, told=told, learned=learned)


def _evidence(article: Article, field: str, words: list[str]) -> Evidence:
    text, spans, start = article.text_of(field), [], 0
    for word in words:
        start = text.index(word, start)
        spans.append((start, start + len(word)))
        start += len(word)
    return Evidence(field, tuple(spans))


@dataclass(frozen=True)
class Case:
    """One golden case: everything that `compose` takes."""

    subscription: Subscription
    period: Period
    waiting: list[WaitingAlert]
    accounting: Accounting
    volumes: list[DailyVolume]
    titles: dict[str, str]
    earlier: list[InstantMail]
    instant: bool

    def compose(self) -> Digest:
        given = (self.waiting, self.accounting, self.volumes, self.titles, self.earlier)
        return compose(self.subscription, self.period, *given, instant=self.instant)


def load(name: str) -> Case:
    """Read `tests/golden/digest/<name>.json`. In alerts, `at` is the hours before the end at which it arrived.

    A case that is `like` another one has its values, but for its own.
    """
    raw = _read(name)
    end = datetime.fromisoformat(raw["period"][1])
    accounting = dict(raw.get("accounting", {}))
    sources = tuple(SourceHealth(**_moments(source)) for source in accounting.pop("sources", []))
    broken = tuple(accounting.pop("broken_rules", []))
    muted = tuple(MutedCount(**count) for count in accounting.pop("muted", []))
    return Case(
        subscription=_subscription(raw["subscription"]),
        period=Period(*(datetime.fromisoformat(moment) for moment in raw["period"])),
        waiting=[_alert(item, end) for item in raw["waiting"]],
        accounting=Accounting(**accounting, sources=sources, broken_rules=broken, muted=muted),
        volumes=_volumes(raw.get("volumes", {}), end.date()),
        titles=raw.get("titles", {}),
        earlier=[_mail(item, end) for item in raw.get("earlier", [])],
        instant=raw.get("instant", False),
    )


def _read(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    if "like" not in raw:
        return raw
    base = _read(raw.pop("like"))
    return {**base, **raw, "subscription": {**base["subscription"], **raw.get("subscription", {})}}


def _mail(item: dict[str, Any], end: datetime) -> InstantMail:
    composed = end - timedelta(hours=item["at"])
    return InstantMail(composed, composed if item["sent"] else None, (_alert(item["alert"], end),))


def _subscription(raw: dict[str, Any]) -> Subscription:
    """Lists are tuples; `instant` names severities."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    if "instant" in values:
        values["instant"] = Instant(tuple(Severity(name) for name in values["instant"]))
    return Subscription(**values)


def _alert(item: dict[str, Any], end: datetime) -> WaitingAlert:
    values = dict(item)
    arrived = end - timedelta(hours=values.pop("at", 2))
    published = values.pop("published", "")
    values["published"] = datetime.fromisoformat(published) if published else arrived - timedelta(minutes=25)
    for name in ("repeat_title", "repeat_body"):
        times = values.pop(name, 1)
        values[name[7:]] = values.get(name[7:], "") * times
    return waiting(arrived=arrived, **values)


def _moments(source: dict[str, Any]) -> dict[str, Any]:
    times = ("last_read", "last_article", "failing_since")
    return {k: datetime.fromisoformat(v) if k in times else v for k, v in source.items()}


def _volumes(raw: dict[str, list[int]], last: date) -> list[DailyVolume]:
    return [
        DailyVolume(watchlist, last - timedelta(days=len(counts) - 1 - n), count)
        for watchlist, counts in raw.items()
        for n, count in enumerate(counts)
        if count
    ]
