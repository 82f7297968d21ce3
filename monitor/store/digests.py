"""Digests, the ledger of what was told, and the account that a digest gives of its period."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.errors import StoreError
from monitor.model import (
    Accounting,
    DailyVolume,
    DeliveryState,
    DigestState,
    FrozenDigest,
    Message,
    Novelty,
    Period,
    SourceHealth,
    SourceState,
    Subscription,
    vital,
)
from monitor.store.codec import micros, moment
from monitor.store.sources import Sources

VOLUME_DAYS = 14
"""How many days the volume chart shows."""


@dataclass(frozen=True, slots=True)
class DigestSummary:
    """A stored digest without its messages, for `status` and lists."""

    id: str
    subscription: str
    period: Period
    composed: datetime
    channel: str
    state: DigestState
    alerts: int
    recipients: int


class Digests(Sources):
    """Digests; their footer accounts for the sources, so they are built upon them."""

    def last_period_end(self, subscription: str) -> datetime | None:
        """Where the period of the subscription's newest digest ends (UTC), or None if it never had one."""
        row = self._database.one("last_period_end", subscription=subscription)
        return None if row is None or row["period_end"] is None else moment(row["period_end"])

    def first_known(self, subscription: str, now: datetime) -> datetime:
        """When this database first heard of the subscription (UTC; `now` if never): its first period begins then."""
        with self._database.transaction():
            name = f"subscription:{subscription}"
            self._database.run("note_subscription", name=name, value=str(micros(now)))
            row = self._database.one("meta", name=name)
            assert row is not None
            return moment(int(row["value"]))

    def save_digest(self, digest: FrozenDigest) -> bool:
        """Store a digest, fill its alerts' places, enter its keys into the ledger, fill the outbox: all or nothing.

        False, and nothing stored, if the subscription already has a digest of this period. Raises StoreError where
        one of its alerts does not wait for this subscription.
        """
        with self._database.transaction():
            end, instant = micros(digest.period.end), int(digest.instant)
            known = self._database.one(
                "digest_of_period", subscription=digest.subscription, instant=instant, period_end=end
            )
            if known:
                return False
            self._add_digest(digest)
            self._fill_places(digest)
            self._add_tellings(digest)
            for message in digest.messages:
                self._enqueue(digest, message)
            return True

    def digest(self, digest_id: str) -> FrozenDigest | None:
        """A digest as it was frozen; its alerts in the order in which they were raised, its keys sorted."""
        with self._database.reading():
            row = self._database.one("digest", id=digest_id)
            if row is None:
                return None
            return FrozenDigest(
                id=row["id"],
                subscription=row["subscription"],
                period=_period(row),
                composed=moment(row["composed"]),
                channel=row["channel"],
                alerts=tuple(item["alert"] for item in self._database.all("digest_alerts", digest=digest_id)),
                keys=tuple(item["key"] for item in self._database.all("digest_keys", digest=digest_id)),
                messages=tuple(Message(*item) for item in self._database.all("digest_messages", digest=digest_id)),
                instant=bool(row["instant"]),
            )

    def recent_digests(self, limit: int) -> list[DigestSummary]:
        """The newest digests first."""
        return [
            DigestSummary(
                id=row["id"],
                subscription=row["subscription"],
                period=_period(row),
                composed=moment(row["composed"]),
                channel=row["channel"],
                state=DigestState(row["state"]),
                alerts=row["alerts"],
                recipients=row["recipients"],
            )
            for row in self._database.all("recent_digests", limit=limit)
        ]

    def accounting(self, subscription: str, period: Period) -> Accounting:
        """Where everything went that came in during `period`; what is shown and what waits, compose knows.

        Articles, duplicates and stories count by time of ingest, whatever date they bear; alerts are those with a
        place in a digest of this subscription.
        """
        span = {"start": micros(period.start), "end": micros(period.end)}
        with self._database.reading():
            articles = {row["source"]: row["articles"] for row in self._database.all("count_articles", **span)}
            rows = self._database.all("count_alerts", subscription=subscription, **span)
            alerts = {Novelty(row["novelty"]): row["alerts"] for row in rows}
            late = self._database.all("undelivered", subscription=subscription)
            undelivered = {DeliveryState(row["state"]): row["deliveries"] for row in late}
            return Accounting(
                articles=sum(articles.values()),
                duplicates=self._count("count_copies", span),
                stories=self._count("count_stories", span),
                matched=sum(alerts.values()),
                folded=alerts.get(Novelty.FOLD, 0),
                recaps=alerts.get(Novelty.RECAP, 0),
                rejected=self._count("count_rejections", span),
                parked=sum(count for state, count in undelivered.items() if state.parked),
                late=sum(count for state, count in undelivered.items() if not state.parked),
                sources=tuple(
                    _health(state, articles.get(state.name, 0), period.end) for state in self.source_states()
                ),
            )

    def daily_volumes(self, subscription: Subscription, until: datetime) -> list[DailyVolume]:
        """Stories with alerts per watchlist and day, for the 14 days of the subscription's zone that end at `until`.

        A watchlist has one entry for each day, also for the empty ones. Those of the subscription are given; if it
        names none, all that raised an alert in these days. A day has 23 to 25 hours, as its zone says.
        """
        counts: dict[tuple[str, date], int] = {}
        days = _days(ZoneInfo(subscription.zone), until)
        with self._database.reading():
            for day, start, end in days:
                for row in self._database.all("count_stories_by_watchlist", start=micros(start), end=micros(end)):
                    counts[row["watchlist"], day] = row["stories"]
        watchlists = subscription.watchlists or sorted({watchlist for watchlist, _ in counts})
        return [
            DailyVolume(watchlist, day, counts.get((watchlist, day), 0))
            for watchlist in watchlists
            for day, _, _ in days
        ]

    def _add_digest(self, digest: FrozenDigest) -> None:
        self._database.run(
            "add_digest",
            id=digest.id,
            subscription=digest.subscription,
            period_start=micros(digest.period.start),
            period_end=micros(digest.period.end),
            composed=micros(digest.composed),
            channel=digest.channel,
            state=DigestState.FROZEN.value,
            instant=int(digest.instant),
        )

    def _fill_places(self, digest: FrozenDigest) -> None:
        places = [{"digest": digest.id, "subscription": digest.subscription, "alert": alert} for alert in digest.alerts]
        filled = self._database.many("fill_place", places)
        if filled != len(places):
            raise StoreError(
                f"the digest {digest.id} holds {len(places)} alerts, but only {filled} of them wait for "
                f"{digest.subscription}: nothing was stored"
            )

    def _add_tellings(self, digest: FrozenDigest) -> None:
        told_at = micros(digest.composed)
        self._database.many(
            "add_telling",
            [
                {"subscription": digest.subscription, "key": key, "digest": digest.id, "at": told_at}
                for key in dict.fromkeys(digest.keys)
            ],
        )

    def _enqueue(self, digest: FrozenDigest, message: Message) -> None:
        """Put a message into the outbox; one to a dead address is parked there, for an operator to see."""
        dead = self._database.one("dead_address", mailbox=message.recipient.casefold())
        self._database.run(
            "add_delivery",
            digest=digest.id,
            channel=digest.channel,
            recipient=message.recipient,
            message_id=message.message_id,
            subject=message.subject,
            state=(DeliveryState.QUEUED if dead is None else DeliveryState.FAILED).value,
            next_at=micros(digest.composed),
            error="" if dead is None else f"mail to this address came back on {moment(dead['at']):%Y-%m-%d}",
        )
        self._database.run("add_message", raw=message.raw, html=message.html, text=message.text)

    def _count(self, name: str, span: dict[str, int]) -> int:
        row = self._database.one(name, **span)
        assert row is not None
        return int(row[0])


def _period(row: sqlite3.Row) -> Period:
    return Period(moment(row["period_start"]), moment(row["period_end"]))


def _health(state: SourceState, articles: int, now: datetime) -> SourceHealth:
    found = vital(state, now)
    return SourceHealth(
        name=state.name,
        last_read=state.last_read,
        last_article=state.last_article,
        failing_since=state.failing_since,
        error=state.error,
        articles=articles,
        sign=found.sign,
        since=found.since,
    )


def _days(zone: ZoneInfo, until: datetime) -> Sequence[tuple[date, datetime, datetime]]:
    """The local days up to `until`, oldest first, each with its half-open interval in UTC; the last may be partial."""
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    days = [last - timedelta(days=back) for back in range(VOLUME_DAYS - 1, -1, -1)]
    return [(day, _midnight(day, zone), min(until, _midnight(day + timedelta(days=1), zone))) for day in days]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
