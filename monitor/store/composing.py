"""How composing goes: the subscriptions whose digest cannot be made, since when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.codec import micros, moment, printable
from monitor.store.resource import Resource


@dataclass(frozen=True, slots=True)
class ComposeFailure:
    """A subscription whose digest fails; `error` is the last failure's one line, `since` is UTC."""

    subscription: str
    since: datetime
    failures: int
    error: str


class Composing(Resource):
    """What composing failed at."""

    def compose_failed(self, subscription: str, error: str, now: datetime) -> None:
        """Remember that a digest could not be composed at `now`, and why."""
        self._database.run("compose_failed", subscription=subscription, at=micros(now), error=printable(error))

    def compose_worked(self, subscription: str) -> None:
        """Forget a failure."""
        self._database.run("compose_worked", subscription=subscription)

    def compose_failures(self) -> list[ComposeFailure]:
        """All subscriptions whose last digest could not be composed."""
        return [
            ComposeFailure(row["subscription"], moment(row["failing_since"]), row["failures"], row["error"])
            for row in self._database.all("compose_failures")
        ]
