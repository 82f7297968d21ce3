"""A tiny web server for those who watch the daemon: `/healthz`, `/readyz`, `/metrics`, and nothing else.

It answers GET and HEAD, one request a connection, within seconds, and holds few connections at a time. It says nothing
that an article, a rule or a mail says. It has no password: give it an address that only your monitoring can reach.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus

log = logging.getLogger(__name__)

_LARGEST = 8_192
_PATIENCE = 5.0
_AT_ONCE = 16
_METHODS = (b"GET", b"HEAD")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says."""

    status: HTTPStatus
    body: bytes
    kind: str = "text/plain; charset=utf-8"


Page = Callable[[], Awaitable[Answer]]


@asynccontextmanager
async def serving(host: str, port: int, pages: Mapping[str, Page]) -> AsyncIterator[int]:
    """Serve `pages` by their paths while inside; yields the port. Raises OSError where the address is taken."""
    gate = asyncio.Semaphore(_AT_ONCE)
    tasks: set[asyncio.Task[None]] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "streams are attended in tasks"
        tasks.add(task)
        try:
            if not gate.locked():
                async with gate, asyncio.timeout(_PATIENCE):
                    await _attend(reader, writer, pages)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asked has gone, or asks too slowly or too much
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(attend, host, port, limit=_LARGEST)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()


async def _attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: Mapping[str, Page]) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    path = rest.partition(b" ")[0].partition(b"?")[0].decode("ascii", "replace")
    answer = await _answer(method, path, pages)
    lines = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
        f"Content-Type: {answer.kind}",
        f"Content-Length: {len(answer.body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    writer.write("\r\n".join((*lines, "", "")).encode("ascii"))
    if method != b"HEAD":
        writer.write(answer.body)
    await writer.drain()


async def _answer(method: bytes, path: str, pages: Mapping[str, Page]) -> Answer:
    if method not in _METHODS:
        return Answer(HTTPStatus.METHOD_NOT_ALLOWED, b"GET and HEAD only\n")
    if path not in pages:
        return Answer(HTTPStatus.NOT_FOUND, b"nothing here\n")
    try:
        return await pages[path]()
    except Exception:
        log.exception("%s cannot be answered", path)
        return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, b"see the log\n")
