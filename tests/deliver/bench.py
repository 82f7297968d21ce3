"""A clock that tests set, deliveries, and a mail server that misbehaves on request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.model import Delivery, DeliveryState, Message

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)


@dataclass
class Clock:
    """Time that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def a_message(recipient: str = "ana@example.org", text: str = "Czechia bars DeepSeek.") -> Message:
    message_id = f"<{abs(hash((recipient, text))):x}@example.org>"
    raw = (
        f"From: Watch <watch@example.org>\r\nTo: {recipient}\r\nSubject: 1 new\r\nMessage-ID: {message_id}\r\n"
        f"\r\n{text}\r\n.\r\n.. dots\r\nThe end.\r\n"
    )
    return Message(recipient, message_id, "1 new", raw.encode(), f"<p>{text}</p>", text)


def a_delivery(
    number: int = 1,
    recipient: str = "ana@example.org",
    channel: str = "mail",
    digest: str = "morning@20260504T060000Z",
    attempts: int = 0,
    message: Message | None = None,
) -> Delivery:
    return Delivery(
        id=number,
        digest=digest,
        channel=channel,
        message=message or a_message(recipient),
        state=DeliveryState.SENDING,
        attempts=attempts,
        next_at=NOW,
    )


DROP = "drop"
HANG = "hang"

Phase = str
"""banner, ehlo, mail, rcpt, data, body (some of it was read), dot (all of it was read), quit."""


@dataclass
class BadServer:
    """Speaks SMTP on loopback; `script` says what it answers in a phase: a reply, DROP (cut the link) or HANG.

    A reply may be given for one recipient: `script["rcpt ben@example.org"]`. `taken` holds the messages that got a
    2xx after the dot, `offered` those whose dot arrived, `commands` all that was said. `on_phase` is called before a
    phase is answered. `patience` is for how many seconds a hanging server says nothing.
    """

    script: dict[Phase, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8")
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    offered: list[tuple[str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    recipient: str = ""
    on_phase: Callable[[Phase], None] | None = None
    patience: float = 60.0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(writer, "banner", "220 bad.example ESMTP")
            while line := await reader.readline():
                command = line.decode("utf-8", "replace").strip()
                self.commands.append(command)
                if not await self._obey(command, reader, writer):
                    break
        except _Dropped:
            pass
        writer.close()
        await writer.wait_closed()

    async def _obey(self, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        verb = command.split(" ")[0].lower()
        if verb == "ehlo":
            lines = ["bad.example", *self.extensions]
            default = "\r\n".join(f"250{'-' if line is not lines[-1] else ' '}{line}" for line in lines)
            await self._answer(writer, "ehlo", default)
        elif verb == "rcpt":
            self.recipient = command.split("<")[1].split(">")[0]
            await self._answer(writer, f"rcpt {self.recipient}" if f"rcpt {self.recipient}" in self.script else "rcpt")
        elif verb == "data":
            if (await self._answer(writer, "data", "354 go on")).startswith("354"):
                await self._take(reader, writer)
        elif verb == "auth":
            await self._answer(writer, "auth", "235 welcome")
        elif verb == "quit":
            await self._answer(writer, "quit", "221 bye")
            return False
        else:
            await self._answer(writer, verb)
        return True

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            line = await reader.readline()
            if not line:
                raise _Dropped
            body += line
            if "body" in self.script:
                await self._answer(writer, "body")
        self.offered.append((self.recipient, body))
        if (await self._answer(writer, "dot", "250 2.0.0 queued as 7")).startswith("2"):
            self.taken.append((self.recipient, body))

    async def _answer(self, writer: asyncio.StreamWriter, phase: Phase, default: str = "250 ok") -> str:
        if self.on_phase is not None:
            self.on_phase(phase)
        reply = self.script.get(phase, default)
        if reply == HANG:
            await asyncio.sleep(self.patience)
        if reply in (DROP, HANG):
            raise _Dropped
        writer.write(reply.encode() + b"\r\n")
        await writer.drain()
        return reply


class _Dropped(Exception):
    pass


@asynccontextmanager
async def serving(
    converse: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server on a free loopback port; ends with all its conversations."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await converse(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()
