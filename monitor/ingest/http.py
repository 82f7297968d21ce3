"""One polite, bounded, guarded GET: how feeds and pages are fetched.

It speaks to a transport and not to a client (`monitor.net.transport`). Bodies are unpacked here, with a limit on every
single step: a chunk of 64 KiB may unpack to 64 MiB before any library shows it to its caller (case 11).
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

import httpx2

from monitor import __version__
from monitor.errors import FetchError
from monitor.ingest.hosts import Hosts
from monitor.net.caching import fresh_for, retry_after
from monitor.net.guard import PrivateAddressError
from monitor.net.transport import Transports
from monitor.net.urls import redact, url_fault

AGENT = "watchlist-monitor"
USER_AGENT = f"{AGENT}/{__version__} (+https://example.org/watchlist-monitor)"
TIMEOUT = 30.0
"""Seconds for a whole request, its redirects and its body included (case 12)."""

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of a body, unpacked."""

MAX_REDIRECTS = 5
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with status 2xx or 304. `url` is where it came from in the end; validators are the exact header texts.

    `whole` is false if the body broke off; what had come is there. `moved_to` is set if every redirect on the way was a
    permanent one. `fresh_for` is for how many seconds the server says that nothing newer can be had.
    """

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    whole: bool = True
    moved_to: str = ""
    fresh_for: float = 0.0

    @property
    def not_modified(self) -> bool:
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Validators:
    """What was committed from `url`, byte for byte as its server named it (R2, R3); worthless elsewhere (R20)."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""

    def conditions(self, url: str) -> list[tuple[str, str]]:
        """The conditional headers of a request for `url`."""
        if url != self.url:
            return []
        found = [("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified)]
        return [(name, value) for name, value in found if value]


class HttpClient:
    """Fetches; shared by all sources, so that no host is asked twice at a time. Close it when the program ends.

    `timeout` is in seconds and for the whole request, `max_bytes` counts unpacked bytes.
    """

    def __init__(self, user_agent: str = USER_AGENT, timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES) -> None:
        self.user_agent = user_agent
        self.timeout = timeout
        self.max_bytes = max_bytes
        self._transports = Transports.build()
        self._hosts = Hosts()

    async def close(self) -> None:
        await self._transports.close()

    async def get(
        self,
        url: str,
        now: datetime,
        validators: Validators = Validators(),
        *,
        allow_private: bool = False,
        accept: str = ACCEPT,
    ) -> Fetched:
        """One GET, conditional where the validators fit. Raises FetchError, whose text is free of secrets."""
        ask = _Ask(validators, now, allow_private, accept)
        try:
            return await self._follow(url, ask)
        except TimeoutError as error:
            raise FetchError(f"{redact(url)}: no complete answer within {self.timeout:g} s") from error

    async def _follow(self, url: str, ask: _Ask) -> Fetched:
        """Redirects by hand, each target judged like a configured URL; the guard judges its address (case 30).

        Only the time of the requests counts against the time limit, not the wait for a host that others ask.
        """
        start, permanent, left = url, True, self.timeout
        clock = asyncio.get_running_loop().time
        for _ in range(MAX_REDIRECTS + 1):
            if fault := url_fault(url):
                raise FetchError(f"{redact(start)}: refused, {fault}: {redact(url)}")
            async with self._hosts.turn(url):
                began = clock()
                async with asyncio.timeout(left):
                    answer = await self._request(url, ask)
                left -= clock() - began
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=url if permanent and url != start else "")
            permanent = permanent and answer.status in _PERMANENT
            url = urljoin(url, answer.target)
        raise FetchError(f"{redact(start)}: more than {MAX_REDIRECTS} redirects")

    async def _request(self, url: str, ask: _Ask) -> Fetched | _Redirect:
        conditions = ask.validators.conditions(url)
        headers = self._headers(ask.accept, conditions)
        request = httpx2.Request("GET", url, headers=headers, extensions={"timeout": self._timeouts()})
        transport = self._transports.choose(allow_private=ask.allow_private)
        async with _answer(transport, request, url) as response:
            status = response.status_code
            if status in _REDIRECTS and (target := _header(response, "location")):
                return _Redirect(status, _location(target))
            if status == 304 and not conditions:
                raise FetchError(f"{redact(url)}: 304 Not Modified to an unconditional request", status=304)
            if status != 304 and not 200 <= status < 300:
                raise _refusal(response, url, ask.now)
            body, whole = (b"", True) if status == 304 else await self._body(response, url)
            return Fetched(
                status=status,
                url=url,
                body=body,
                content_type=_header(response, "content-type"),
                etag=_header(response, "etag"),
                last_modified=_header(response, "last-modified"),
                whole=whole,
                fresh_for=fresh_for(lambda name: _header(response, name), ask.now),
            )

    def _headers(self, accept: str, conditions: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
        pairs = [("User-Agent", self.user_agent), ("Accept", accept), ("Accept-Encoding", "gzip"), *conditions]
        return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in pairs]

    def _timeouts(self) -> dict[str, float]:
        return dict.fromkeys(("connect", "read", "write", "pool"), self.timeout)

    async def _body(self, response: httpx2.Response, url: str) -> tuple[bytes, bool]:
        """The unpacked body, and whether it is whole (case 6)."""
        unpacker = Unpacker(_header(response, "content-encoding"), self.max_bytes, redact(url))
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)
        try:
            async for chunk in stream:
                unpacker.feed(chunk)
        except (httpx2.RemoteProtocolError, httpx2.ReadError) as error:
            if not unpacker.body:
                raise FetchError(f"{redact(url)}: the connection broke off") from error
            return bytes(unpacker.body), False
        return bytes(unpacker.body), unpacker.is_whole


@dataclass(frozen=True, slots=True)
class _Ask:
    """What stays the same on all hops of one fetch."""

    validators: Validators
    now: datetime
    allow_private: bool
    accept: str


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    target: str


class Unpacker:
    """Unpacks a body while it comes, and raises FetchError before more than `limit` bytes are in memory."""

    def __init__(self, encoding: str, limit: int, shown: str) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError(f"{shown}: sent in an encoding that was not asked for: {encoding[:40]}")
        self.body = bytearray()
        self._limit = limit
        self._shown = shown
        self._inflate = None if encoding in ("", "identity") else zlib.decompressobj(wbits=47)

    def feed(self, chunk: bytes) -> None:
        if self._inflate is None:
            self._take(chunk)
            return
        try:
            while chunk:
                self._take(self._inflate.decompress(chunk, self._limit - len(self.body) + 1))
                chunk = self._inflate.unused_data if self._inflate.eof else b""
                if chunk:  # RFC 1952: several members one after the other
                    self._inflate = zlib.decompressobj(wbits=47)
        except zlib.error as error:
            raise FetchError(f"{self._shown}: its compression is damaged") from error

    def _take(self, plain: bytes) -> None:
        self.body += plain
        if len(self.body) > self._limit:
            raise FetchError(f"{self._shown}: larger than {self._limit:,} bytes")

    @property
    def is_whole(self) -> bool:
        return self._inflate is None or self._inflate.eof


@asynccontextmanager
async def _answer(
    transport: httpx2.AsyncHTTPTransport, request: httpx2.Request, url: str
) -> AsyncIterator[httpx2.Response]:
    """A response that is closed in any case; what the network raises becomes a FetchError."""
    try:
        response = await transport.handle_async_request(request)
    except httpx2.HTTPError as error:
        private = isinstance(error.__cause__, PrivateAddressError)
        reason = str(error) if private or "resolve" in str(error) else f"{type(error).__name__}: {error}".rstrip(": ")
        raise FetchError(f"{redact(url)}: {reason}") from error
    try:
        yield response
    finally:
        await response.aclose()


def _header(response: httpx2.Response, name: str) -> str:
    """A header's exact text; bytes that are no ASCII go and come back unchanged."""
    wanted = name.encode("ascii")
    return next((value.decode("latin-1") for key, value in response.headers.raw if key.lower() == wanted), "")


def _location(target: str) -> str:
    """A redirect's target; many servers write it in UTF-8 and not, as they should, percent-encoded."""
    try:
        return target.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return target


def _refusal(response: httpx2.Response, url: str, now: datetime) -> FetchError:
    status = response.status_code
    phrase = httpx2.codes.get_reason_phrase(status)
    return FetchError(
        f"{redact(url)}: the server answers {status} {phrase}".rstrip(),
        status=status,
        retry_after=retry_after(_header(response, "retry-after"), now),
        gone=status == 410,
    )
