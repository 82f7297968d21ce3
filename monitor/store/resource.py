"""What the parts of the store share: the database and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.store.codec import micros
from monitor.store.database import Database


class Resource:
    """One part of `monitor.store.Store`. Every write joins the open transaction or is one of its own."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """`clock` gives the time of ingest, which an article cannot know: its `arrived` may be told by the item."""
        self._database = database
        self._clock = clock

    def _now(self) -> int:
        return micros(self._clock())
