"""One request at a time for each host, whichever sources ask (R22)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host that a URL names, in lower case, whatever its port; empty where it names none."""
    return urlsplit(url).hostname or ""


class Hosts:
    """The turns of all hosts; those that nobody waits for are forgotten."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait until no other request to the URL's host is under way, and keep others waiting meanwhile."""
        host = host_of(url)
        lock = self._locks.setdefault(host, asyncio.Lock())
        self._users[host] = self._users.get(host, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._locks[host]
