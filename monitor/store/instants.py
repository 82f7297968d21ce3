"""What is mailed at once: what presses, what has left, and what the next digest says of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import InstantMail, Novelty, Period, Reason, Severity, WaitingAlert
from monitor.store.alerts import Alerts, alert_of, instead_of_an_article
from monitor.store.codec import dumps, micros, moment, moment_or_none


class Instants(Alerts):
    """Mails out of turn; they show alerts, so they are built upon them."""

    def pressing(
        self, subscription: str, severities: Sequence[Severity], old: timedelta, now: datetime
    ) -> dict[str, datetime]:
        """The alerts that a subscription wants at once, by id, and when they were raised (UTC), oldest first.

        They are new, of one of these severities, and about an article that appeared less than `old` before; or they
        correct something that was mailed at once: who was alarmed in the night is not left with it until the morning.
        """
        rows = self._database.all(
            "pressing",
            subscription=subscription,
            severities=dumps([severity.value for severity in severities]),
            old=old // timedelta(microseconds=1),
            now=micros(now),
            correction=Reason.RETRACTED.name,
        )
        return {row["id"]: moment(row["raised"]) for row in rows}

    def instants_since(self, subscription: str, since: datetime) -> list[datetime]:
        """When mails of the subscription left at once after `since` (UTC), oldest first."""
        rows = self._database.all("instants_since", subscription=subscription, since=micros(since))
        return [moment(row["composed"]) for row in rows]

    def instants(self, subscription: str, period: Period) -> list[InstantMail]:
        """The mails that were sent at once in a period, with what they told."""
        with self._database.reading():
            rows = self._database.all(
                "instants_of_period", subscription=subscription, start=micros(period.start), end=micros(period.end)
            )
            return [
                InstantMail(moment(row["composed"]), moment_or_none(row["sent"]), tuple(self._told_by(row["id"])))
                for row in rows
            ]

    def _told_by(self, digest: str) -> list[WaitingAlert]:
        """The alerts of a digest that led to a card, each with the article as it read then."""
        rows = self._database.all("instant_alerts", digest=digest)
        return [self._item(row) for row in rows if row["novelty"] in (Novelty.NEW, Novelty.UPDATE)]

    def _item(self, row: sqlite3.Row) -> WaitingAlert:
        alert = alert_of(row)
        if row["article"] is None:
            return WaitingAlert(alert, instead_of_an_article(alert))
        return WaitingAlert(alert, self._article_as_of(row["article"], row["version"]))
