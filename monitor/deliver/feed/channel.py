"""The channel that keeps an Atom feed in a file, for feed readers and for web servers to serve."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from monitor.deliver.feed.format import NotOursError, merged
from monitor.deliver.folder import flush, replace_file
from monitor.deliver.policy import OnAmbiguous
from monitor.errors import DeliveryError
from monitor.model import Delivery
from monitor.model.record import Record

_LARGEST = 32_000_000
_RECORD = TypeAdapter(Record)


class FeedChannel:
    """Merges each delivery into the feed, atomically; a repeat changes nothing, so nothing is ever in doubt."""

    on_ambiguous = OnAmbiguous.RESEND

    def __init__(self, name: str, path: Path, title: str, address: str = "", most: int = 200) -> None:
        self.name = name
        self._path = path
        self._title = title
        self._address = address
        self._most = most
        self._turn = asyncio.Lock()

    @property
    def longest(self) -> timedelta:
        return timedelta(minutes=5)

    async def send(self, delivery: Delivery) -> str:
        """Rewrite the file with the delivery's stories in it; returns its path."""
        try:
            record = _RECORD.validate_python(json.loads(delivery.message.raw), strict=False)
        except (ValueError, ValidationError) as error:
            raise DeliveryError("it was composed for another kind of channel", permanent=True) from error
        async with self._turn:
            try:
                await asyncio.to_thread(self._merge, record)
            except OSError as error:
                raise DeliveryError(f"cannot write {self._path}: {error.strerror or error}", channel=True) from error
            except NotOursError as error:
                raise DeliveryError(f"{self._path}: {error}; move it away", channel=True, permanent=True) from error
        return str(self._path)

    def _merge(self, record: Record) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        existing = self._existing()
        content = merged(existing, record, self._title, self._address, self._most)
        if content != existing:
            replace_file(self._path.parent, self._path.name, content)
            flush(self._path.parent)

    def _existing(self) -> bytes | None:
        try:
            if self._path.stat().st_size > _LARGEST:
                raise NotOursError("it is larger than 32 megabytes")
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
