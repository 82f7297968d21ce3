"""Alerts, and their places in the next digests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import StoreError
from monitor.model import Alert, Article, Mute, Novelty, Reason, RuleName, TimedAlert, WaitingAlert
from monitor.store.articles import Articles
from monitor.store.codec import dump_match, dumps, load_match, micros, moment, printable


@dataclass(frozen=True, slots=True)
class CutShort:
    """A rule that found more in an article than it tells: how much, when last (UTC), and the headline."""

    watchlist: str
    rule: str
    cut: str
    at: datetime
    headline: str


class Alerts(Articles):
    """Alerts; they show the articles that they speak of, so they are built upon them."""

    def add_alert(self, alert: Alert, subscriptions: Sequence[str], mutes: Sequence[Mute] = ()) -> None:
        """Store an alert with its place in the next digest of each of `subscriptions`, or with its `mutes`.

        Raises StoreError, naming alert and article, where the database refuses (a second alert of that id, an
        article that is not stored).
        """
        raised = micros(alert.raised)
        with self._database.transaction():
            try:
                self._add_alert(alert, raised)
            except StoreError as error:
                name = printable(f"{alert.id} (article {alert.article})")
                raise StoreError(f"the alert {name} cannot be stored: {error}") from error
            places = [
                {"subscription": subscription, "alert": alert.id, "raised": raised} for subscription in subscriptions
            ]
            self._database.many("add_place", places)
            self._add_mutes(mutes, raised)

    def mute(self, mutes: Sequence[Mute], at: datetime) -> None:
        """Take alerts that wait out of the next digests; the digest of the period of `at` (UTC) counts them."""
        with self._database.transaction():
            self._add_mutes(mutes, micros(at))

    def withdraw(self, alert: str, reason: Reason) -> None:
        """Take back an alert that no reader has: it keeps no place, and its reason says why."""
        with self._database.transaction():
            self._database.run("drop_places", alert=alert)
            self._database.run("reason_alert", alert=alert, reason=reason.name)

    def told_of(self, subscription: str, rule: RuleName, since: datetime) -> list[TimedAlert]:
        """The alerts of a rule, raised since an instant (UTC), that the subscription was told in a digest.

        With those that were inhibited: the rule that muted them told more.
        """
        asked = {"subscription": subscription, "watchlist": rule[0], "rule": rule[1], "since": micros(since)}
        return [TimedAlert(alert_of(row), moment(row["speaks"])) for row in self._database.all("told_of", **asked)]

    def waiting(self, subscription: str, before: datetime) -> list[WaitingAlert]:
        """The alerts raised before `before` (UTC) that wait for the subscription's next digest, oldest first.

        Each comes with the article as it read when the alert was raised: its evidence points into that text.
        """
        with self._database.reading():
            rows = self._database.all("waiting", subscription=subscription, before=micros(before))
            shown = {(row["article"], row["version"]) for row in rows}
            articles = {key: self._article_as_of(*key) for key in shown if key[0] is not None}
            copies = {article: self._copies(article) for article, _ in shown if article is not None}
        return [
            WaitingAlert(
                alert=(alert := alert_of(row)),
                article=articles.get((row["article"], row["version"])) or instead_of_an_article(alert),
                copies=copies.get(row["article"], ()),
                told=bool(row["told"]),
                learned=bool(row["learned"]),
                missed=bool(row["missed"]),
            )
            for row in rows
        ]

    def _add_mutes(self, mutes: Sequence[Mute], at: int) -> None:
        rows = [
            {
                "subscription": mute.subscription,
                "alert": mute.alert,
                "silence": mute.silence,
                "inhibited_by": mute.inhibited_by,
                "at": at,
            }
            for mute in mutes
        ]
        self._database.many("drop_place", [{key: row[key] for key in ("subscription", "alert")} for row in rows])
        self._database.many("add_mute", rows)

    def cut_short(self, since: datetime) -> list[CutShort]:
        """The rules that since then (UTC) found more in an article than they tell, each with the last time."""
        return [
            CutShort(row["watchlist"], row["rule"], row["cut"], moment(row["raised"]), row["title"] or "")
            for row in self._database.all("cut_short", since=micros(since))
        ]

    def _add_alert(self, alert: Alert, raised: int) -> None:
        self._database.run(
            "add_alert",
            id=alert.id,
            article=alert.article or None,
            story=alert.story,
            key=alert.key,
            watchlist=alert.match.watchlist,
            rule=alert.match.rule,
            novelty=alert.novelty.value,
            reason=alert.reason.name,  # its value is a sentence for readers, which may be reworded
            raised=raised,
            former=alert.former,
            added=dumps(alert.added),
            agreeing=dumps(alert.agreeing),
            why=alert.why,
            match=dump_match(alert.match),
        )


def alert_of(row: sqlite3.Row) -> Alert:
    """The alert in a row of the table."""
    return Alert(
        id=row["id"],
        article=row["article"] or "",
        story=row["story"],
        key=row["key"],
        match=load_match(row["match"]),
        novelty=Novelty(row["novelty"]),
        reason=Reason[row["reason"]],
        raised=moment(row["raised"]),
        former=row["former"],
        added=tuple(json.loads(row["added"])),
        agreeing=tuple(json.loads(row["agreeing"])),
        why=row["why"],
    )


def instead_of_an_article(alert: Alert) -> Article:
    """What an alert that no article has caused is shown as: a line of the monitor's own."""
    return Article(id=alert.id, source="monitor", title=alert.match.title, arrived=alert.raised, published=alert.raised)
