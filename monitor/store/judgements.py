"""What readers said of alerts. Every word is kept; the last one on an alert counts."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from monitor.errors import StoreError
from monitor.model import Alert, Article, Judgement, Opinion, RuleActivity, RuleRecord
from monitor.store.alerts import Alerts, alert_of
from monitor.store.codec import micros, moment


class Judgements(Alerts):
    """Feedback, and how rules stand by it."""

    def add_judgement(self, alert: str, opinion: Opinion, why: str, at: datetime) -> None:
        """Keep a word on an alert (its whole id). Raises StoreError where there is no such alert."""
        self._database.run("add_judgement", alert=alert, opinion=opinion.value, why=why, at=micros(at))

    def judgements(self, watchlist: str = "", rule: str = "") -> list[Judgement]:
        """The last word on each judged alert, oldest first; of one watchlist, or of one rule, where they are named."""
        rows = self._database.all("judgements", watchlist=watchlist, rule=rule)
        return [_judgement(row) for row in rows]

    def rule_records(self) -> dict[tuple[str, str], RuleRecord]:
        """How the alerts of each rule were judged, by watchlist and rule; rules without a word are not there."""
        return {
            (row["watchlist"], row["rule"]): RuleRecord(
                row["watchlist"], row["rule"], row["good"], row["bad"], row["duplicate"], row["old"]
            )
            for row in self._database.all("rule_records")
        }

    def rule_activity(self, since: datetime) -> dict[tuple[str, str], RuleActivity]:
        """What each rule told since an instant (UTC), and when it last matched; rules that never did are not there."""
        return {
            (row["watchlist"], row["rule"]): RuleActivity(
                row["watchlist"], row["rule"], row["told"], moment(row["last"])
            )
            for row in self._database.all("rule_activity", since=micros(since))
        }

    def judged(self, alert: str) -> tuple[Alert, Article | None]:
        """An alert, and its article as it read then; None where no article has caused it. Raises StoreError."""
        with self._database.reading():
            row = self._database.one("alert", id=alert)
            if row is None:
                raise StoreError(f"there is no alert {alert}")
            article = self._article_as_of(row["article"], row["version"]) if row["article"] else None
            return alert_of(row), article

    def alerts_called(self, name: str) -> list[str]:
        """The ids of the alerts whose id begins with `name`, at most ten, in order."""
        return [row["id"] for row in self._database.all("alerts_called", start=name, end=name + "\U0010ffff")]


def _judgement(row: sqlite3.Row) -> Judgement:
    return Judgement(
        alert=row["alert"],
        watchlist=row["watchlist"],
        rule=row["rule"],
        article=row["article"],
        opinion=Opinion(row["opinion"]),
        why=row["why"],
        at=moment(row["at"]),
    )
