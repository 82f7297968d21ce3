"""A loopback server of feeds under a fake clock, which logs every request exactly as it came."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


@dataclass
class FakeClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Request:
    """One request: `at` by the fake clock, `target` as it stands in the request line, header names in lower case."""

    at: datetime
    host: str
    target: str
    headers: dict[str, str]
    answered: int = 0

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def conditional(self) -> bool:
        return bool({"if-none-match", "if-modified-since"} & set(self.headers))


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Send half of the body and drop the connection."""
    drip: float = 0.0
    """Seconds (of the real clock) for which the answer keeps the connection open without saying anything."""


Behaviour = Callable[[Request, datetime], Answer]


@dataclass
class FeedServer:
    """Answers by path; `inflight` counts requests that are open at the same time, per host."""

    clock: FakeClock
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)
    port: int = 0
    most_at_once: dict[str, int] = field(default_factory=dict)
    delay: float = 0.0
    requests: int = 0
    keeps_log: bool = True
    """A soak counts only: a day's log of it would look like a leak."""
    _open: dict[str, int] = field(default_factory=dict)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def of(self, path: str) -> list[Request]:
        return [request for request in self.log if request.path == path]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        host = headers.get("host", "").partition(":")[0]
        request = Request(self.clock.now, host, head[0].split(" ")[1], headers)
        self._open[host] = self._open.get(host, 0) + 1
        self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._open[host])
        try:
            await asyncio.sleep(self.delay)
            behaviour = self.behaviours.get(request.path)
            answer = behaviour(request, self.clock.now) if behaviour else Answer(404)
            self.requests += 1
            if self.keeps_log:
                self.log.append(Request(request.at, host, request.target, headers, answer.status))
            if answer.drip:
                with suppress(TimeoutError):  # the client may lose patience first, and hang up
                    await asyncio.wait_for(reader.read(1), answer.drip)
            await _write(writer, request, answer, self.clock.now)
        finally:
            self._open[host] -= 1


async def _write(writer: asyncio.StreamWriter, request: Request, answer: Answer, now: datetime) -> None:
    body = answer.body
    headers = {"Date": format_datetime(now, usegmt=True), "Connection": "close", "Set-Cookie": "id=1", **answer.headers}
    if body and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 1)
        headers["Content-Encoding"] = "gzip"
    if answer.status != 304:
        headers["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {answer.status} x", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (body[: len(body) // 2] if answer.cut else body))
    await writer.drain()


@asynccontextmanager
async def serving(server: FeedServer, hosts: Sequence[str] = ("127.0.0.1",)) -> AsyncIterator[FeedServer]:
    """The server on some loopback addresses, all with one port."""
    first = await asyncio.start_server(server.handle, hosts[0], 0)
    server.port = first.sockets[0].getsockname()[1]
    servers = [first, *[await asyncio.start_server(server.handle, host, server.port) for host in hosts[1:]]]
    try:
        yield server
    finally:
        for each in servers:
            each.close()


@dataclass
class Wire:
    """A feed that publishes an item every `pace` since `start`, and shows the newest `window` of them."""

    name: str
    start: datetime
    pace: timedelta = timedelta(hours=7)
    window: int = 15
    channel: str = ""
    etag: bool = True
    modified: bool = True
    honest: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    guid: Callable[[int, datetime], str] = lambda number, now: f"item-{number}"
    strange_date: bool = False
    touched: timedelta | None = None
    """The validators change as often as this, though the body may not."""

    def count(self, now: datetime) -> int:
        return 1 + int((now - self.start) / self.pace)

    def __call__(self, request: Request, now: datetime) -> Answer:
        etag, modified = self.validators(now)
        given = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
        same = given[0] == etag if given[0] is not None else bool(modified) and given[1] == modified
        headers = {
            **self.headers,
            **({"ETag": etag} if etag else {}),
            **({"Last-Modified": modified} if modified else {}),
        }
        if self.honest and same:
            return Answer(304, headers=headers)
        return Answer(200, self.body(now), {"Content-Type": "application/rss+xml", **headers})

    def validators(self, now: datetime) -> tuple[str, str]:
        """Exact header values; the forms vary, so that a client that rebuilds them is found out."""
        age = int((now - self.start) / self.touched) if self.touched else self.count(now)
        at = self.start + (self.touched or self.pace) * age
        modified = (
            f"{at:%a, %d %b %Y} {at.hour}:{at:%M:%S} +0000" if self.strange_date else format_datetime(at, usegmt=True)
        )
        return f'W/"{self.name} {age}"' if self.etag else "", modified if self.modified else ""

    def body(self, now: datetime) -> bytes:
        count = self.count(now)
        items = "".join(self._item(number, now) for number in range(count - 1, max(-1, count - 1 - self.window), -1))
        return f"<rss version='2.0'><channel><title>{self.name}</title>{self.channel}{items}</channel></rss>".encode()

    def _item(self, number: int, now: datetime) -> str:
        at = format_datetime(self.start + self.pace * number, usegmt=True)
        return (
            f"<item><title>{self.name}: story number {number}</title><link>https://{self.name}.example/{number}</link>"
            f"<guid isPermaLink='false'>{self.guid(number, now)}</guid><pubDate>{at}</pubDate>"
            f"<description>What happened as number {number} in the world of {self.name}.</description></item>"
        )


START = datetime(2025, 2, 3, 6, 0, tzinfo=UTC)
"""A Monday."""
