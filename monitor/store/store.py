"""The store: everything that is remembered, in one object made of its parts."""

from __future__ import annotations

from contextlib import AbstractContextManager

from monitor.store.archive import Archive
from monitor.store.composing import Composing
from monitor.store.digests import Digests
from monitor.store.ledger import Ledger
from monitor.store.memories import Memories
from monitor.store.outbox import Outbox
from monitor.store.rulebook import Rulebook


class Store(Archive, Composing, Digests, Ledger, Memories, Outbox, Rulebook):
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

    def tidy(self) -> None:
        """What a database likes to have done from time to time, outside of transactions."""
        self._database.tidy()

    def close(self) -> None:
        """Close the database."""
        self._database.close()
