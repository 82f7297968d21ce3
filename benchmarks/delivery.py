"""Digests a minute: from the outbox on the disk, through the postman, to a real server on loopback, and marked.

Run with `python -m benchmarks.delivery`. The mail is of the size of a full digest. Every delivery costs three commits
to the disk; that, and not the network, is what is measured.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.deliver.channel import Channel
from monitor.deliver.post import Place
from monitor.deliver.postman import Postman
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.deliver.webhook import WebhookChannel
from monitor.model import DeliveryState, FrozenDigest, Message, Period
from monitor.net.exchange import Exchange
from monitor.store import Database, Store

DIGESTS = 1_000
SIZE = 75_000
"""Bytes of one message."""

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)


class Sink:
    """Takes every mail."""

    taken = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken += 1
        return "250 taken"


def mail(number: int) -> bytes:
    head = f"From: w@example.org\r\nTo: a@example.org\r\nSubject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\n"
    return head.encode() + b"A line of a digest, as long as such lines are.\r\n" * (SIZE // 48)


def post(number: int) -> bytes:
    return json.dumps({"id": number, "text": "x" * SIZE}).encode()


def fill(store: Store, channel: str, bodies: list[bytes]) -> None:
    for number, raw in enumerate(bodies):
        end = NOW + timedelta(minutes=number)
        name = f"{channel}-{number}"
        message = Message("a@example.org", f"<{name}@example.org>", "1 new", raw, "", "")
        period = Period(end - timedelta(minutes=1), end)
        assert store.save_digest(FrozenDigest(name, name, period, NOW, channel, (), (), (message,)))


async def measure(channel: Channel, bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder) / "x.db", create=True) as database:
        store = Store(database, lambda: NOW)
        fill(store, channel.name, bodies)
        began, worked = time.perf_counter(), time.process_time()
        await Postman(store, {channel.name: channel}, lambda: NOW).drain(limit=10 * DIGESTS)
        wall, work = time.perf_counter() - began, time.process_time() - worked
        sent = store.outbox_counts()[DeliveryState.SENT]
    speed = f"{60 * sent / wall:,.0f} a minute, {1000 * work / sent:.1f} ms CPU each, the server's share included"
    print(f"{channel.name}: {sent} of {len(bodies)} sent, {speed}")


@asynccontextmanager
async def receiver() -> AsyncIterator[int]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), data_size_limit=10 * SIZE, loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    smtp = SmtpSettings("127.0.0.1", port, "w@example.org", Security.NONE, hello="monitor.test")
    await measure(SmtpChannel("mail", smtp), [mail(number) for number in range(DIGESTS)])
    server.close()
    exchange = Exchange()
    async with receiver() as port:
        place = Place(f"http://127.0.0.1:{port}/x", allow_private=True)
        hook = WebhookChannel("webhook", exchange, place, lambda: NOW, "0123456789abcdef")
        await measure(hook, [post(number) for number in range(DIGESTS)])
    await exchange.close()


if __name__ == "__main__":
    asyncio.run(main())
