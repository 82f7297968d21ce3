"""A copy of the database out, and back in: after that nothing is mailed before an operator says so (case 77)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.database import APPLICATION_ID
from monitor.store.failures import REFUSALS, store_error
from monitor.store.marker import flush, part_of
from monitor.store.migrations import newest, shipped
from monitor.store.opening import make_private
from monitor.store.queries import queries

RESTORED = "it was restored from a backup"
"""Why a restored database holds everything back; what was mailed since the backup it does not know."""

ASIDE = ".before-restore"


def restore(backup: Path, database: Path) -> Path | None:
    """Put a copy of `backup` in the place of `database`, held; where the present one was set aside, if there was one.

    To be called by whoever holds the lock of `database`. `backup` is left as it is. Raises StoreError where `backup`
    is no sound database of ours, or newer than this program; then nothing has changed.
    """
    part = part_of(database)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        _copy(backup, part)
        _hold(part)
        flush(part)
        aside = _set_aside(database)
        part.replace(database)
    except OSError as error:
        raise StoreError(f"{backup} cannot be restored to {database}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return aside


def _copy(backup: Path, part: Path) -> None:
    if not backup.is_file():
        raise StoreError(f"there is no backup {backup}")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as source:
            _examine(source, backup)
            make_private(part)
            source.execute("VACUUM INTO :part", {"part": os.fspath(part)})
    except REFUSALS as error:
        raise store_error(backup, error) from error


def _examine(source: sqlite3.Connection, backup: Path) -> None:
    if source.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{backup} is no database of the monitor")
    version, known = source.execute("PRAGMA user_version").fetchone()[0], newest(shipped())
    if version > known:
        raise StoreError(f"{backup} was written by a newer version of the monitor (schema {version}, we know {known})")
    finding = source.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if finding != "ok":
        raise StoreError(f"{backup} is damaged: {finding}")


def _hold(part: Path) -> None:
    try:
        with closing(sqlite3.connect(part)) as copy, copy:
            copy.execute(queries()["set_meta"], {"name": "hold", "value": RESTORED})
    except REFUSALS as error:
        raise store_error(part, error) from error


def _set_aside(database: Path) -> Path | None:
    """The present database under a name that is free, with what its log still holds; a damaged one too."""
    if not database.exists():
        return None
    aside = next(name for name in _names_aside(database) if not name.exists())
    for ending in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            database.with_name(database.name + ending).replace(aside.with_name(aside.name + ending))
    return aside


def _names_aside(database: Path) -> Iterator[Path]:
    """The first one, and others: after the wrong backup the right one is restored, and the first is still needed."""
    yield database.with_name(database.name + ASIDE)
    yield from (database.with_name(f"{database.name}{ASIDE}-{number}") for number in count(2))
