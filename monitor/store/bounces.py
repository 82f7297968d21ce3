"""Mails that came back: deliveries that were sent and did not arrive, and addresses to which nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.codec import micros, moment, printable
from monitor.store.resource import Resource


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """An address to which nothing is sent, since when (UTC), and what its server said."""

    recipient: str
    at: datetime
    reason: str


class Bounces(Resource):
    """Deliveries that came back, and dead addresses."""

    def came_back(self, message_id: str, recipient: str, reason: str, now: datetime, *, dead: bool) -> bool:
        """Park a delivery that was sent and came back; with `dead` nothing more is sent to its address.

        False, and nothing changed, where no message of that id was sent to that address, or this is known already.
        """
        with self._database.transaction():
            row = self._database.one("sent_to", message_id=message_id, recipient=recipient.casefold())
            if row is None:
                return False
            told = printable(reason)
            self._database.run("park_returned", id=row["id"], reason=f"came back: {told}")
            self._database.run("add_intervention", delivery=row["id"], at=micros(now), verb="came back", reason=told)
            if dead:
                name = row["recipient"]
                self._database.run(
                    "add_dead_address", mailbox=name.casefold(), recipient=name, at=micros(now), reason=told
                )
            return True

    def dead_addresses(self) -> list[DeadAddress]:
        """The addresses to which nothing is sent, by name."""
        rows = self._database.all("dead_addresses")
        return [DeadAddress(row["recipient"], moment(row["at"]), row["reason"]) for row in rows]

    def revive(self, recipient: str) -> bool:
        """Send to an address again; False if it was not dead."""
        return bool(self._database.run("revive_address", mailbox=recipient.casefold()))
