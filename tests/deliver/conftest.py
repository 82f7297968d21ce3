"""A clock that tests set, and a mail server that misbehaves on request."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.deliver.bench import BadServer, Clock, serving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bad_server() -> AsyncIterator[BadServer]:
    server = BadServer()
    async with serving(server.converse) as port:
        server.port = port
        yield server
