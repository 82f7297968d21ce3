"""The pages of the health server: what they ask, and how they answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus

from monitor.errors import ConfigError
from monitor.health.metrics import MetricsMissingError, metrics_text
from monitor.health.pulse import Pulse
from monitor.health.server import Answer, Page, serving
from monitor.store import Store

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@asynccontextmanager
async def watched(
    address: tuple[str, int] | None, store: Store, pulse: Pulse, clock: Callable[[], datetime]
) -> AsyncIterator[int | None]:
    """Answer at `address` while inside, if there is one; yields the port. Raises ConfigError where it is taken."""
    if address is None:
        yield None
        return
    host, port = address
    try:
        server = serving(host, port, pages(store, pulse, clock))
        bound = await server.__aenter__()
    except OSError as error:
        raise ConfigError(f"`health.listen`: {host}:{port} cannot be used: {error.strerror}") from error
    try:
        yield bound
    finally:
        await server.__aexit__(None, None, None)


def pages(store: Store, pulse: Pulse, clock: Callable[[], datetime]) -> Mapping[str, Page]:
    """`/healthz`: does every loop get on? `/readyz`: may mails go out as well? `/metrics`: the counts."""

    async def healthz() -> Answer:
        late = pulse.late()
        return _verdict([f"{name} makes no progress" for name in late])

    async def readyz() -> Answer:
        held = await asyncio.to_thread(store.hold)
        complaints = [f"{name} makes no progress" for name in pulse.late()]
        return _verdict([*complaints, *(["nothing is mailed until it is released"] if held else [])])

    async def metrics() -> Answer:
        try:
            text = await asyncio.to_thread(metrics_text, store, pulse, clock())
        except MetricsMissingError as error:
            return Answer(HTTPStatus.NOT_IMPLEMENTED, f"{error}\n".encode())
        return Answer(HTTPStatus.OK, text, _TEXT)

    return {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


def _verdict(complaints: list[str]) -> Answer:
    if complaints:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, ("\n".join(complaints) + "\n").encode())
    return Answer(HTTPStatus.OK, b"ok\n")
