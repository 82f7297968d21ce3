"""Holding everything back: a database that may have forgotten what it sent sends nothing before an operator says so."""

from __future__ import annotations

import os

from monitor.errors import StoreError
from monitor.model import Period
from monitor.store.codec import micros
from monitor.store.marker import Mark, advance_mark, hold_reason, read_mark, write_mark
from monitor.store.resource import Resource

ROOM = 4 << 20
"""Octets that must be free on the disk before anything is sent, so that it can be recorded that it was (case 77). The
write-ahead log grows by as much before it is put into the database."""


class Holding(Resource):
    """The hold, and the count of sendings by which a restored backup is told."""

    def hold(self) -> str:
        """Why nothing is composed and sent at present; empty if nothing is held."""
        return self._database.meta("hold")

    def guard(self) -> str:
        """Hold everything if this database is not the one that its marker speaks of; why, or empty.

        To be called by whoever is going to send, alone with the database, before anything else. Raises StoreError.
        """
        mark = read_mark(self._database.path)  # first: what is read of the database after it can only be newer
        reason = hold_reason(mark, self._database.meta("instance"), self._generation())
        if reason is None:
            self._catch_up(mark)
        elif not self.hold():
            self._database.run("set_meta", name="hold", value=reason.value)
        return self.hold()

    def lift_hold(self) -> None:
        """Send again; from now on this database is the one that was here. Joins the open transaction."""
        mark = read_mark(self._database.path) or Mark()
        with self._database.transaction():
            generation = max(mark.generation, self._generation()) + 1
            self._database.run("set_meta", name="generation", value=str(generation))
            self._database.run("delete_meta", name="hold")
        write_mark(self._database.path, Mark(self._database.meta("instance"), generation))

    def withhold(self, subscription: str, period: Period) -> int:
        """Enter all that waits for a subscription as told in `period`, in a digest that nobody gets; how many alerts.

        The period begins where the last one ended and ends later.
        """
        with self._database.transaction():
            digest = f"{subscription}@{period.end:%Y%m%dT%H%M%SZ}"
            start, at = micros(period.start), micros(period.end)
            self._database.run("add_withheld", id=digest, subscription=subscription, period_start=start, period_end=at)
            filled = self._database.run("fill_all_places", digest=digest, subscription=subscription, before=at)
            self._database.run("tell_all_keys", digest=digest, subscription=subscription, at=at)
            return filled

    def _generation(self) -> int:
        return int(self._database.meta("generation"))

    def _catch_up(self, mark: Mark | None) -> None:
        """A crash may have come between the commit and the marker."""
        if mark is not None and mark.generation < self._generation():
            self._advance()

    def _advance(self) -> None:
        advance_mark(self._database.path, self._generation())

    def _require_room(self) -> None:
        disk = os.statvfs(self._database.path.parent)
        if disk.f_bavail * disk.f_frsize < ROOM:
            raise StoreError(
                f"less than {ROOM >> 20} MiB are free beside the database {self._database.path}: nothing is sent until "
                "there is room to record that it was"
            )
