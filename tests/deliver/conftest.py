"""A clock that tests set, a real database, and a mail server that misbehaves on request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.store import Database, Store
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


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)
