"""Sources of whose silence readers were told, and what each rule owes to each source."""

from __future__ import annotations

from datetime import datetime

from monitor.model import SourceAlarm, SourceShare, VitalSign
from monitor.store.codec import micros, moment
from monitor.store.resource import Resource


class Alarms(Resource):
    """One row for each source that is known to be silent, until it speaks again."""

    def source_alarms(self) -> dict[str, SourceAlarm]:
        """What is known to be silent, by source."""
        return {
            row["source"]: SourceAlarm(
                row["source"], VitalSign(row["sign"]), moment(row["since"]), moment(row["found"])
            )
            for row in self._database.all("source_alarms")
        }

    def save_source_alarm(self, alarm: SourceAlarm) -> None:
        """Remember that a source fell silent."""
        self._database.run(
            "save_source_alarm",
            source=alarm.source,
            sign=alarm.sign.value,
            since=micros(alarm.since),
            found=micros(alarm.found),
        )

    def forget_source_alarm(self, source: str) -> None:
        """The source speaks again, or is none of ours any more."""
        self._database.run("forget_source_alarm", source=source)

    def story_shares(self, since: datetime) -> list[SourceShare]:
        """What each source told of the stories that each rule had since `since` (UTC)."""
        rows = self._database.all("story_shares", since=micros(since))
        return [
            SourceShare(row["source"], row["watchlist"], row["rule"], row["stories"], row["of_all"]) for row in rows
        ]
