"""A ping after each round, so that somebody notices a daemon that is dead: by the pings that do not come.

The address is asked for as it is after a round that went well, and with `/fail` added after one that did not, as
Healthchecks and its like want it. Whatever becomes of a ping, the round is not touched by it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

from monitor.net.exchange import Exchange, ExchangeError, Request

log = logging.getLogger(__name__)

DEADLINE = 10.0
"""Seconds that a ping may take."""

EVERY = 60.0
"""Seconds between two pings that say the same: the daemon looks for work more often than others want to hear of it."""


class Pinger:
    """Pings one address. `allow_private` lets it lie inside the house; it is a secret and stands in no log."""

    def __init__(self, url: str, *, allow_private: bool = False, every: float = EVERY) -> None:
        self._url = url
        self._allow_private = allow_private
        self._every = every
        self._exchange = Exchange(DEADLINE)
        self._last: tuple[bool, float] | None = None
        self._task: asyncio.Task[bool] | None = None
        self._failing = False

    def round_ended(self, well: bool) -> None:
        """Ping in the background: not while another ping is on its way, nor the same again within a minute."""
        if self._task is not None and not self._task.done():
            return
        if self._last is not None and self._last[0] is well and monotonic() - self._last[1] < self._every:
            return
        self._task = asyncio.create_task(self.ping(well))

    async def ping(self, well: bool) -> bool:
        """Ping now; whether it was heard. Nothing is raised."""
        self._last = well, monotonic()
        why = ""
        try:
            url = self._url if well else failing(self._url)
            answer = await self._exchange.send(Request(url, method="GET", allow_private=self._allow_private))
            why = "" if 200 <= answer.status < 300 else f"the answer is {answer.status}"
        except ExchangeError as error:
            why = str(error)
        except Exception as error:  # a ping is never worth a round
            why = f"{type(error).__name__} (a bug)"
        self._tell(why)
        return not why

    async def close(self) -> None:
        """Let go of a ping that is on its way."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._exchange.close()

    def _tell(self, why: str) -> None:
        """Once when it begins to fail, once when it is over."""
        if why and not self._failing:
            log.warning("the ping after a round is not heard: %s", why)
        elif self._failing and not why:
            log.info("the ping after a round is heard again")
        self._failing = bool(why)


def failing(url: str) -> str:
    """The address that says: this round failed."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
