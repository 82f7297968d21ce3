"""A real database in tmp_path, opened as the program opens it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_nouns import Clock

from monitor.store import Database, Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "monitor.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database.open(path, create=True) as database:
        yield database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    return Store(database, clock)
