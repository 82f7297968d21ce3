"""How composing goes: up to where it is decided what each subscription is told, and what it failed at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.codec import micros, moment, moment_or_none, printable
from monitor.store.resource import Resource


@dataclass(frozen=True, slots=True)
class ComposeFailure:
    """A subscription whose digest fails; `error` is the last failure's one line, `since` is UTC."""

    subscription: str
    since: datetime
    failures: int
    error: str


class Composing(Resource):
    """Decided periods and failures of each subscription."""

    def decided(self, subscription: str) -> datetime | None:
        """The end of the last period (UTC) for which it was decided what a subscription is told, if only: nothing."""
        row = self._database.one("decided", subscription=subscription)
        return None if row is None else moment_or_none(row["decided"])

    def compose_decided(self, subscription: str, end: datetime) -> None:
        """Remember that it is decided what is told of the time before `end`, and forget failures."""
        self._database.run("compose_decided", subscription=subscription, end=micros(end))

    def compose_failed(self, subscription: str, error: str, now: datetime) -> None:
        """Remember that a digest could not be composed at `now`, and why."""
        self._database.run("compose_failed", subscription=subscription, at=micros(now), error=printable(error))

    def template_fault(self, subscription: str) -> str:
        """Why the subscription's own templates failed the last time; empty if they work, or it has none."""
        return self._database.meta(f"template:{subscription}")

    def note_template_fault(self, subscription: str, fault: str) -> None:
        """Remember that, or that they work."""
        name = f"template:{subscription}"
        if fault:
            self._database.run("set_meta", name=name, value=printable(fault))
        else:
            self._database.run("delete_meta", name=name)

    def compose_failures(self) -> list[ComposeFailure]:
        """All subscriptions whose last digest could not be composed."""
        return [
            ComposeFailure(row["subscription"], moment(row["failing_since"]), row["failures"], row["error"])
            for row in self._database.all("compose_failures")
        ]
