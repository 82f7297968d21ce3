"""The TXT records of a name, asked of this machine's own name servers: what receivers look up about a sender.

Over TCP (RFC 7766), for keys and policies are often longer than a datagram may be.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

Server = tuple[str, int]
"""Address and port of a name server."""

_RESOLVERS = Path("/etc/resolv.conf")
_PORT, _TXT, _INTERNET = 53, 16, 1
_RECURSE = 0x0100
_NO_SUCH_NAME = 3
_PATIENCE = 5.0
_POINTER = 0xC0


class NoAnswerError(OSError):
    """No name server has answered, or none in a way that can be read."""


def name_servers(path: Path = _RESOLVERS) -> list[Server]:
    """The name servers of this machine, as resolv.conf(5) names them; none where there is no such file."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    return [(each[1], _PORT) for each in words if len(each) > 1 and each[0] == "nameserver"]


async def txt_records(name: str, servers: Sequence[Server]) -> list[str]:
    """The texts at `name`, of the first server that answers; none where the name has none. Raises NoAnswerError."""
    why = "no name server is known"
    for host, port in servers:
        try:
            async with asyncio.timeout(_PATIENCE):
                return list(_texts(await _asked(_question(name), host, port)))
        except (OSError, TimeoutError, UnicodeError, asyncio.IncompleteReadError, struct.error, IndexError) as error:
            why = f"{host}: {' '.join(str(error).split()) or type(error).__name__}"
    raise NoAnswerError(why)


async def _asked(question: bytes, host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(struct.pack(">H", len(question)) + question)
        (length,) = struct.unpack(">H", await reader.readexactly(2))
        return await reader.readexactly(length)
    finally:
        writer.close()


def _question(name: str) -> bytes:
    """RFC 1035, 4.1: one question, recursion desired. One connection has one question, so that its number is 1."""
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    if not all(labels):
        raise UnicodeError("a part of the name is empty")
    asked = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    return struct.pack(">6H", 1, _RECURSE, 1, 0, 0, 0) + asked + struct.pack(">2H", _TXT, _INTERNET)


def _texts(answer: bytes) -> Iterator[str]:
    _, flags, questions, answers, _, _ = struct.unpack_from(">6H", answer)
    if (code := flags & 0xF) not in (0, _NO_SUCH_NAME):
        raise NoAnswerError(f"the name server refuses (code {code})")
    at = 12
    for _ in range(questions):
        at = _after_name(answer, at) + 4
    for _ in range(answers):
        at = _after_name(answer, at)
        kind, _, _, length = struct.unpack_from(">2HIH", answer, at)
        at += 10
        if kind == _TXT:
            yield _joined(answer[at : at + length])
        at += length


def _after_name(answer: bytes, at: int) -> int:
    while length := answer[at]:
        if length >= _POINTER:
            return at + 2
        at += 1 + length
    return at + 1


def _joined(strings: bytes) -> str:
    """The strings of one record are one text (RFC 7208, 3.3)."""
    text, at = b"", 0
    while at < len(strings):
        length = strings[at]
        text += strings[at + 1 : at + 1 + length]
        at += 1 + length
    return text.decode("utf-8", "replace")
