"""What the tests of ingest share: a fixed clock, and loopback servers that are real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.ingest.http import HttpClient

NOW = datetime(2025, 2, 1, 8, 0, tzinfo=UTC)
SHARED = (Path(__file__).resolve().parents[2] / "../shared").resolve()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(timeout=5, max_bytes=200_000)
    yield client
    await client.close()
