"""The store: everything that is remembered, in one object made of its parts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from monitor.store.alarms import Alarms
from monitor.store.archive import Archive
from monitor.store.bounces import Bounces
from monitor.store.composing import Composing
from monitor.store.digests import Digests
from monitor.store.facts import Facts
from monitor.store.instants import Instants
from monitor.store.judgements import Judgements
from monitor.store.ledger import Ledger
from monitor.store.outbox import Outbox
from monitor.store.overtime import OverTime
from monitor.store.rulebook import Rulebook
from monitor.store.silences import Silences
from monitor.store.upkeep import Upkeep


class Store(
    Alarms,
    Archive,
    Bounces,
    Composing,
    Digests,
    Facts,
    Instants,
    Judgements,
    Ledger,
    Outbox,
    OverTime,
    Rulebook,
    Silences,
    Upkeep,
):
    """What `monitor.pipeline.Store` asks for, the outbox, and what `status` shows; all of it over one Database.

    Every method is short, blocking and safe to call from any thread. Where the database refuses (a full disk, a
    lock, damage) it raises StoreError, and nothing of the transaction is kept.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """What is stored inside is committed together, or not at all."""
        return self._database.transaction()

    def instance(self) -> str:
        """The id of this database, the same for its whole life: 32 hex digits."""
        row = self._database.one("meta", name="instance")
        assert row is not None
        return str(row["value"])

    def copy_to(self, target: Path) -> None:
        """Write a sound copy of the database, readable by its owner only; an older one of that name is replaced."""
        self._database.copy_to(target)

    def close(self) -> None:
        """Close the database."""
        self._database.close()
