"""What SQLite says, in words that help."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from monitor.store.failures import store_error


@pytest.mark.case(77)
@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("SQLITE_FULL", "free some disk space"),
        ("SQLITE_IOERR_FSYNC", "the disk failed while the database /srv/{x}.db was used (it failed)"),
        ("SQLITE_BUSY_SNAPSHOT", "another process holds"),
        ("SQLITE_READONLY_DBMOVED", "cannot be written"),
        ("SQLITE_CANTOPEN_ISDIR", "cannot be opened"),
        ("SQLITE_CORRUPT_INDEX", "restore it from a backup"),
        ("SQLITE_NOTADB", "no database of the monitor"),
        ("SQLITE_CONSTRAINT_UNIQUE", "refused: it "),
    ],
)
def test_every_refusal_says_what_to_do_in_one_line(name: str, advice: str) -> None:
    error = sqlite3.OperationalError("it\nfailed")
    error.sqlite_errorname = name
    said = str(store_error(Path("/srv/{x}.db"), error))
    assert "/srv/{x}.db" in said
    assert "\n" not in said
    assert advice in said
