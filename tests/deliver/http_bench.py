"""A web server on loopback that misbehaves on request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.post import Place
from monitor.errors import DeliveryError
from monitor.net.exchange import Exchange
from tests.deliver.bench import serving

SECRET_PATH = "/services/T0A1B2C3D/s3cr3t-token-of-the-webhook"


class Misdeed(Enum):
    """What a server may do instead of an answer."""

    CUT_UNREAD = "closes before it has read the request"
    CUT = "reads the whole request and closes without an answer"
    CUT_STATUS = "closes in the middle of the status line"
    HANG = "reads the whole request and says nothing"
    DRIP = "sends the head of its answer an octet a second"
    NONSENSE = "answers with something that is no HTTP"


@dataclass(frozen=True)
class Reply:
    """An answer. `body` may be longer than anybody should read; `cut` closes in the middle of it."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(frozen=True)
class Heard:
    """A request that arrived whole."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class BadHttp:
    """`script` says what happens to the next requests, then all is well. `heard` are the requests that came whole.

    `on_phase` is told of each: connected, heard (all of it was read), answered.
    """

    script: list[Reply | Misdeed] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    on_phase: Callable[[str], None] = lambda phase: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{SECRET_PATH}"

    def place(self, on_ambiguous: OnAmbiguous = OnAmbiguous.RESEND) -> Place:
        return Place(self.url, allow_private=True, on_ambiguous=on_ambiguous)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.on_phase("connected")
        step = self.script.pop(0) if self.script else Reply()
        if step is Misdeed.CUT_UNREAD:
            return
        await self._hear(reader)
        self.arrived.set()
        self.on_phase("heard")
        match step:
            case Reply():
                await self._say(writer, step)
            case Misdeed.CUT_STATUS:
                writer.write(b"HTTP/1.1 2")
            case Misdeed.HANG:
                await reader.read()
            case Misdeed.DRIP:
                for octet in b"HTTP/1.1 200 OK\r\n":
                    writer.write(bytes([octet]))
                    await writer.drain()
                    await asyncio.sleep(1)
            case Misdeed.NONSENSE:
                writer.write(b"220 mail.example.org ESMTP\r\n")
        writer.close()
        await writer.wait_closed()
        self.on_phase("answered")

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.heard.append(Heard(head[0], headers, body))

    async def _say(self, writer: asyncio.StreamWriter, reply: Reply) -> None:
        headers = {"Content-Length": str(len(reply.body)), **reply.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode())
        writer.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)


@asynccontextmanager
async def web() -> AsyncIterator[BadHttp]:
    server = BadHttp()
    async with serving(server.converse) as port:
        server.port = port
        yield server


@asynccontextmanager
async def exchanging(deadline: float = 5.0) -> AsyncIterator[Exchange]:
    exchange = Exchange(deadline)
    try:
        yield exchange
    finally:
        await exchange.close()


def kind(error: DeliveryError) -> str:
    """What an error says of the delivery."""
    marks = ("ambiguous", "channel", "permanent")
    return ", ".join(mark for mark in marks if getattr(error, mark)) or "later"
