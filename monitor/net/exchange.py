"""One request that sends something, and its answer: guarded, bounded, never redirected, and honest about what arrived.

Where a request changes something on the other side, an error must say on which side of the request it happened. Up to
the first octet of the body nothing can have been taken; from then on, until the status of the answer, nobody knows.
Addresses of webhooks are secrets, so nothing here ever says more of one than its host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

import httpx2

from monitor import __version__
from monitor.net.transport import Transports
from monitor.text.clean import one_line

USER_AGENT = f"watchlist-monitor/{__version__}"
DEADLINE = 30.0
"""Seconds for a whole request and the status of its answer."""

MAX_ANSWER = 64 * 1024
"""Octets of an answer's body that are read; what follows is of no interest."""

_BODY_DEADLINE = 5.0
"""Seconds for the body of an answer whose status is known already."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ExchangeError(Exception):
    """No answer came. `arrived`: the request may have been taken nevertheless. The text holds no secret."""

    def __init__(self, message: str, *, arrived: bool) -> None:
        super().__init__(message)
        self.arrived = arrived


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent where. `allow_private` lets it reach addresses inside the house."""

    url: str = field(repr=False)
    body: bytes = b""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS, repr=False)
    allow_private: bool = False

    @property
    def host(self) -> str:
        """All of the address that may be shown."""
        return host_of(self.url)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers by their names in lower case, and as much of the body as came in time."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Exchange:
    """Sends requests, each over a connection of its own. Close it when the program ends."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self.deadline = deadline
        self._transports = Transports.build()

    async def close(self) -> None:
        await self._transports.close()

    @property
    def longest(self) -> float:
        """The most seconds that a request takes, whatever the other side does."""
        return self.deadline + _BODY_DEADLINE

    async def send(self, request: Request) -> Answer:
        """Send one request and return the answer, a redirect too. Raises ExchangeError.

        Cancelled before the body leaves it lets CancelledError through; later it raises ExchangeError.
        """
        progress = _Progress()
        try:
            async with asyncio.timeout(self.deadline):
                response = await self._transports.choose(allow_private=request.allow_private).handle_async_request(
                    httpx2.Request(
                        request.method,
                        request.url,
                        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **request.headers},
                        content=request.body,
                        extensions={"timeout": self._timeouts(), "trace": progress.note},
                    )
                )
        except TimeoutError as error:
            raise progress.failure(request, f"no answer within {self.deadline:g} s") from error
        except httpx2.HTTPError as error:
            raise progress.failure(request, one_line(str(error)) or type(error).__name__) from error
        except asyncio.CancelledError:
            if not progress.body_leaves:
                raise
            raise progress.failure(request, "interrupted while waiting for the answer") from None
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in response.headers.raw}
        return Answer(response.status_code, headers, await _body(response))

    def _timeouts(self) -> dict[str, float]:
        return dict.fromkeys(("connect", "read", "write", "pool"), self.deadline)


@dataclass(slots=True)
class _Progress:
    """How far a request has come."""

    body_leaves: bool = False

    async def note(self, event: str, _: object) -> None:
        if event.endswith("send_request_body.started"):
            self.body_leaves = True

    def failure(self, request: Request, why: str) -> ExchangeError:
        return ExchangeError(f"{request.host}: {why}", arrived=self.body_leaves)


async def _body(response: httpx2.Response) -> bytes:
    """As much of the body as is of interest. The status is known: nothing that goes wrong here changes anything."""
    body = bytearray()
    stream = response.stream
    assert isinstance(stream, httpx2.AsyncByteStream)
    with suppress(httpx2.HTTPError, TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(_BODY_DEADLINE):
            async for chunk in stream:
                body += chunk
                if len(body) >= MAX_ANSWER:
                    break
    with suppress(httpx2.HTTPError, asyncio.CancelledError):
        await response.aclose()
    return bytes(body[:MAX_ANSWER])


def host_of(url: str) -> str:
    """The host of an address, and its port where it names one; never more (the rest may be a secret)."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "the address"
    except ValueError:
        return "the address"
