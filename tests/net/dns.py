"""A name server on loopback that knows what it is told, and misbehaves on request."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from monitor.net.txt import Server

Records = Mapping[str, Sequence[bytes]]
"""Name -> the data of its TXT records."""

GARBAGE = b"\x00\x01\x81\x80\x00\x01\x00\x05\x00\x00\x00\x00\xff"


def record(*strings: str) -> bytes:
    """The data of a TXT record of these strings."""
    return b"".join(bytes((len(text.encode()),)) + text.encode() for text in strings)


@asynccontextmanager
async def name_server(records: Records, *, code: int = 0, answer: bytes | None = None) -> AsyncIterator[Server]:
    """Answer questions for TXT records; `code` is the response code of all, `answer` what is said in their place."""

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack(">H", await reader.readexactly(2))
        question = await reader.readexactly(length)
        said = answer if answer is not None else _answer(question, records, code)
        writer.write(struct.pack(">H", len(said)) + said)
        writer.close()

    server = await asyncio.start_server(attend, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[:2]


def _answer(question: bytes, records: Records, code: int) -> bytes:
    at, labels = 12, []
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode())
        at += 1 + length
    asked = question[12 : at + 5]
    texts = records.get(".".join(labels))
    alias = b"\xc0\x0c" + struct.pack(">2HIH", 5, 1, 60, 2) + b"\xc0\x0c"
    found = b"".join(b"\xc0\x0c" + struct.pack(">2HIH", 16, 1, 60, len(text)) + text for text in texts or ())
    count, code = (0, code or 3) if texts is None else (1 + len(texts), code)
    head = question[:2] + struct.pack(">5H", 0x8180 | code, 1, count, 0, 0)
    return head + asked + (alias + found if texts is not None else b"")
