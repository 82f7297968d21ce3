"""Certificates that are wrong, for feeds and for channels alike: an error, and never a word in the clear (case 34)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from monitor.errors import FetchError
from monitor.ingest.http import HttpClient
from monitor.net.exchange import Exchange, ExchangeError, Request

DATA = Path(__file__).parent / "data"
GOOD = DATA.parents[1] / "deliver" / "data" / "localhost.pem"
EXPIRED, OTHER = DATA / "expired.pem", DATA / "other.pem"
NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
BODY = b'<rss version="2.0"><channel><title>x</title></channel></rss>'

pytestmark = pytest.mark.case(34)


class Server:
    """Answers over TLS; `asked` are the requests that came, `clear` is what was said without TLS."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.port = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(certificate: Path) -> AsyncIterator[Server]:
    key = GOOD.with_suffix(".key") if certificate is GOOD else DATA / "both.key"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = Server()
    async with await asyncio.start_server(server.converse, "127.0.0.1", 0, ssl=context) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that trusts who signed our three certificates, so that nothing but their own faults is left."""
    original = httpx2.create_ssl_context

    def with_ours(*arguments: object, **named: object) -> ssl.SSLContext:
        context = original(*arguments, **named)
        for certificate in (GOOD, EXPIRED, OTHER):
            context.load_verify_locations(certificate)
        return context

    monkeypatch.setattr(httpx2, "create_ssl_context", with_ours)


async def fetch(port: int) -> bytes:
    client = HttpClient(timeout=5)
    try:
        return (await client.get(f"https://localhost:{port}/feed", NOW, allow_private=True)).body
    finally:
        await client.close()


async def post(port: int) -> int:
    exchange = Exchange(deadline=5)
    try:
        return (await exchange.send(Request(f"https://localhost:{port}/s3cr3t", b"{}", allow_private=True))).status
    finally:
        await exchange.close()


@pytest.mark.usefixtures("trusting")
async def test_a_good_certificate_is_taken() -> None:
    async with serving(GOOD) as server:
        assert await fetch(server.port) == BODY
        assert await post(server.port) == 200
        assert len(server.asked) == 2


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(("certificate", "said"), [(EXPIRED, "expired"), (OTHER, "[Hh]ostname mismatch")])
async def test_an_expired_one_and_one_for_another_host_are_refused(certificate: Path, said: str) -> None:
    async with serving(certificate) as server:
        with pytest.raises(FetchError, match=said):
            await fetch(server.port)
        with pytest.raises(ExchangeError, match=said) as caught:
            await post(server.port)
        assert not caught.value.arrived
        assert server.asked == []


async def test_one_that_nobody_signed_is_refused() -> None:
    async with serving(GOOD) as server:
        with pytest.raises(FetchError, match="self-signed certificate"):
            await fetch(server.port)
        with pytest.raises(ExchangeError, match="self-signed certificate") as caught:
            await post(server.port)
        assert not caught.value.arrived
        assert server.asked == []


async def test_there_is_no_way_back_to_http() -> None:
    """A server that speaks no TLS gets a handshake and not one word of the request."""
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(4096))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ExchangeError) as caught:
            await post(port)
        with pytest.raises(FetchError):
            await fetch(port)
    assert not caught.value.arrived
    assert b"s3cr3t" not in heard
    assert b"HTTP" not in heard
