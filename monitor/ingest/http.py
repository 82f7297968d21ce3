"""The only user of httpx2: one polite, bounded, guarded GET.

It speaks to the transport and not to a client, so there is nothing that could keep cookies, follow redirects, send a
Referer or heed proxy variables (R9, R10, case 41). Bodies are unpacked here, with a limit on every single step: a chunk
of 64 KiB may unpack to 64 MiB before any library shows it to its caller (case 11).
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import httpcore2
import httpx2

from monitor import __version__
from monitor.errors import FetchError
from monitor.ingest.guard import GuardedBackend, PrivateAddressError
from monitor.ingest.urls import redact, url_fault

USER_AGENT = f"watchlist-monitor/{__version__} (+https://example.org/watchlist-monitor)"
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
    permanent one.
    """

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    whole: bool = True
    moved_to: str = ""

    @property
    def not_modified(self) -> bool:
        return self.status == 304


class HttpClient:
    """Fetches; shared by all sources. Close it when the program ends.

    `timeout` is in seconds and for the whole request, `max_bytes` counts unpacked bytes.
    """

    def __init__(self, user_agent: str = USER_AGENT, timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES) -> None:
        self.user_agent = user_agent
        self.timeout = timeout
        self.max_bytes = max_bytes
        context = httpx2.create_ssl_context(trust_env=False)
        self._guarded = _transport(context, GuardedBackend())
        self._open = _transport(context, None)

    async def close(self) -> None:
        await self._guarded.aclose()
        await self._open.aclose()

    async def get(
        self, url: str, now: datetime, *, etag: str = "", last_modified: str = "", allow_private: bool = False
    ) -> Fetched:
        """One conditional GET. Raises FetchError, whose text is free of secrets.

        The validators are those of the last body that was committed, byte for byte (R2, R3).
        """
        headers = [("If-None-Match", etag)] if etag else []
        headers += [("If-Modified-Since", last_modified)] if last_modified else []
        try:
            async with asyncio.timeout(self.timeout):
                fetched = await self._follow(url, headers, now, allow_private=allow_private)
        except TimeoutError as error:
            raise FetchError(f"{redact(url)}: no complete answer within {self.timeout:g} s") from error
        if fetched.not_modified and not headers:
            raise FetchError(f"{redact(url)}: 304 Not Modified to an unconditional request", status=304)
        return fetched

    async def _follow(self, url: str, headers: list[tuple[str, str]], now: datetime, *, allow_private: bool) -> Fetched:
        """Redirects by hand, each target judged like a configured URL; the guard judges its address (case 30)."""
        start, permanent = url, True
        for _ in range(MAX_REDIRECTS + 1):
            if fault := url_fault(url):
                raise FetchError(f"{redact(start)}: refused, {fault}: {redact(url)}")
            answer = await self._request(url, headers, now, allow_private=allow_private)
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=url if permanent and url != start else "")
            permanent = permanent and answer.status in _PERMANENT
            url = urljoin(url, answer.target)
        raise FetchError(f"{redact(start)}: more than {MAX_REDIRECTS} redirects")

    async def _request(
        self, url: str, headers: list[tuple[str, str]], now: datetime, *, allow_private: bool
    ) -> Fetched | _Redirect:
        request = httpx2.Request("GET", url, headers=self._headers(headers), extensions={"timeout": self._timeouts()})
        transport = self._open if allow_private else self._guarded
        async with _answer(transport, request, url) as response:
            status = response.status_code
            if status in _REDIRECTS and (target := _header(response, "location")):
                return _Redirect(status, _location(target))
            if status != 304 and not 200 <= status < 300:
                raise _refusal(response, url, now)
            body, whole = (b"", True) if status == 304 else await self._body(response, url)
            return Fetched(
                status=status,
                url=url,
                body=body,
                content_type=_header(response, "content-type"),
                etag=_header(response, "etag"),
                last_modified=_header(response, "last-modified"),
                whole=whole,
            )

    def _headers(self, conditions: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
        pairs = [("User-Agent", self.user_agent), ("Accept", ACCEPT), ("Accept-Encoding", "gzip"), *conditions]
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


def _transport(context: ssl.SSLContext, backend: httpcore2.AsyncNetworkBackend | None) -> httpx2.AsyncHTTPTransport:
    """A transport that keeps no connections: a feed is asked once an hour, and no hop may skip the guard."""
    transport = httpx2.AsyncHTTPTransport(verify=context, trust_env=False)
    # httpx2 offers no way to set the network backend; the pin <3 and a test of the guard keep watch over this line.
    transport._pool = httpcore2.AsyncConnectionPool(
        ssl_context=context,
        max_connections=100,
        max_keepalive_connections=0,
        network_backend=backend,
    )
    return transport


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


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, in either of its forms; None where it says nothing sensible (case 28)."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:15])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
