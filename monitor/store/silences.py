"""Silences: who mutes what until when, and what each has kept from readers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.model import Mute, Period, Scope, Silence
from monitor.store.codec import dump_set, dumps, load_pairs, load_set, micros, micros_or_none, moment, moment_or_none
from monitor.store.resource import Resource


class Silences(Resource):
    """Mutes."""

    def add_silence(self, silence: Silence) -> None:
        """Store a silence under its id."""
        self._database.run(
            "add_silence",
            id=silence.id,
            watchlist=silence.scope.watchlist,
            rule=silence.scope.rule,
            fact=dumps(silence.scope.fact),
            story=silence.scope.story,
            source=silence.scope.source,
            words=silence.scope.words,
            subscription=silence.scope.subscription,
            author=silence.author,
            reason=silence.reason,
            created=micros(silence.created),
            until=micros_or_none(silence.until),
            until_new=silence.until_new,
            known=dump_set(silence.known),
        )

    def end_silence(self, silence: str, at: datetime, ending: str) -> bool:
        """End a silence before its time, and say how that came; False if it had ended, or there is none."""
        return bool(self._database.run("end_silence", id=silence, at=micros(at), ending=ending))

    def silences(self) -> list[Silence]:
        """All silences, the newest first; those that have ended too."""
        return [_silence(row) for row in self._database.all("silences")]

    def open_silences(self, now: datetime) -> list[Silence]:
        """The silences that hold at `now` (UTC), the oldest first."""
        return [_silence(row) for row in self._database.all("open_silences", now=micros(now))]

    def silenced_alerts(self, silence: str) -> int:
        """How many alerts a silence has kept from readers."""
        row = self._database.one("silenced_alerts", silence=silence)
        assert row is not None
        return int(row["alerts"])

    def kept_in(self, subscription: str, period: Period) -> list[Mute]:
        """What was kept from a subscription during a period."""
        rows = self._database.all(
            "kept_in", subscription=subscription, start=micros(period.start), end=micros(period.end)
        )
        return [_mute(row) for row in rows]

    def kept_of(self, alert: str) -> Sequence[Mute]:
        """From whom an alert was kept, and why."""
        return [_mute(row) for row in self._database.all("kept_of", alert=alert)]


def _silence(row: sqlite3.Row) -> Silence:
    return Silence(
        id=row["id"],
        scope=Scope(
            watchlist=row["watchlist"],
            rule=row["rule"],
            fact=load_pairs(row["fact"]),
            story=row["story"],
            source=row["source"],
            words=row["words"],
            subscription=row["subscription"],
        ),
        author=row["author"],
        reason=row["reason"],
        created=moment(row["created"]),
        until=moment_or_none(row["until"]),
        until_new=row["until_new"],
        known=load_set(row["known"]),
        ended=moment_or_none(row["ended"]),
        ending=row["ending"],
    )


def _mute(row: sqlite3.Row) -> Mute:
    return Mute(row["subscription"], row["alert"], row["silence"], row["inhibited_by"], row["cause"] or "")
