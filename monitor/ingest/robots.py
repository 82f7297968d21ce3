"""What a site's robots.txt allows us to fetch of its pages (RFC 9309). Feeds are there to be fetched; pages are not.

A file that is not there allows everything; one that cannot be had now forbids everything until it can (sections 2.3.1.3
and 2.3.1.4). Rules are read by `protego` (extra `fulltext`), which knows wildcards and the longest match; Python's own
`urllib.robotparser` knows neither.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Protocol
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.ingest.http import HttpClient
from monitor.net.urls import redact

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
"""For how long a file counts (RFC 9309, section 2.4)."""

RETRIED = timedelta(hours=1)
"""For how long a file that could not be had is not asked for again."""

MAX_READ = 512 * 1024
"""Bytes that are read of a file; the RFC asks for 500 KiB at least (section 2.5)."""

_MOST_SITES = 2_000


class _Rules(Protocol):
    def can_fetch(self, url: str, user_agent: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Known:
    """The rules of a site until `until`, None where it has none; `shut` where they could not be had."""

    rules: _Rules | None
    until: datetime
    shut: bool = False


class Robots:
    """Asks each site once a day what it allows. `agent` is the name that robots.txt may call us by."""

    def __init__(self, client: HttpClient, agent: str) -> None:
        self._client = client
        self._agent = agent
        self._sites: OrderedDict[str, _Known] = OrderedDict()

    async def allows(self, url: str, now: datetime, *, allow_private: bool) -> bool:
        """Whether the page at `url` may be fetched."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._sites.get(site)
        if known is None or not now < known.until <= now + KEPT:
            known = await self._ask(site, now, allow_private=allow_private)
            self._remember(site, known)
        if known.shut:
            return False
        return known.rules is None or known.rules.can_fetch(url, self._agent)

    async def _ask(self, site: str, now: datetime, *, allow_private: bool) -> _Known:
        try:
            answer = await self._client.get(
                f"{site}/robots.txt", now, allow_private=allow_private, accept="text/plain, */*;q=0.1"
            )
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return _Known(None, now + KEPT)
            log.info("the pages of %s are left alone, their robots.txt cannot be had: %s", redact(site), error)
            return _Known(None, now + RETRIED, shut=True)
        text = answer.body[:MAX_READ].decode("utf-8", "replace").removeprefix("\ufeff")
        return _Known(import_module("protego").Protego.parse(text), now + KEPT)

    def _remember(self, site: str, known: _Known) -> None:
        self._sites[site] = known
        self._sites.move_to_end(site)
        if len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
