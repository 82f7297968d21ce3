"""Alerts, and their places in the next digests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.errors import StoreError
from monitor.model import Alert, Novelty, Reason, WaitingAlert
from monitor.store.articles import Articles
from monitor.store.codec import dump_match, dumps, load_match, micros, moment, printable


class Alerts(Articles):
    """Alerts; they show the articles that they speak of, so they are built upon them."""

    def add_alert(self, alert: Alert, subscriptions: Sequence[str]) -> None:
        """Store an alert with its place in the next digest of each of `subscriptions`.

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

    def waiting(self, subscription: str, before: datetime) -> list[WaitingAlert]:
        """The alerts raised before `before` (UTC) that wait for the subscription's next digest, oldest first.

        Each comes with the article as it read when the alert was raised: its evidence points into that text.
        """
        with self._database.reading():
            rows = self._database.all("waiting", subscription=subscription, before=micros(before))
            shown = {(row["article"], row["version"]) for row in rows}
            articles = {key: self._article_as_of(*key) for key in shown}
            copies = {article: self._copies(article) for article, _ in shown}
        return [
            WaitingAlert(
                alert=alert_of(row),
                article=articles[row["article"], row["version"]],
                copies=copies[row["article"]],
                told=bool(row["told"]),
                learned=bool(row["learned"]),
            )
            for row in rows
        ]

    def _add_alert(self, alert: Alert, raised: int) -> None:
        self._database.run(
            "add_alert",
            id=alert.id,
            article=alert.article,
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
            match=dump_match(alert.match),
        )


def alert_of(row: sqlite3.Row) -> Alert:
    """The alert in a row of the table."""
    return Alert(
        id=row["id"],
        article=row["article"],
        story=row["story"],
        key=row["key"],
        match=load_match(row["match"]),
        novelty=Novelty(row["novelty"]),
        reason=Reason[row["reason"]],
        raised=moment(row["raised"]),
        former=row["former"],
        added=tuple(json.loads(row["added"])),
        agreeing=tuple(json.loads(row["agreeing"])),
    )
