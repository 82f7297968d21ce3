"""The file of a database: made for its owner only, opened for writing, or missed.

A database holds articles, recipients and mails, so nobody else may read it, not even for the moment before a `chmod`:
the empty file is made first, with its mode, and SQLite gives that mode to the log and the shared memory beside it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.failures import store_error
from monitor.store.marker import marker_of

BUSY_SECONDS = 10.0
"""How long a write waits for another process before it gives up."""

_FOR_ITS_OWNER = 0o600


def connect(path: Path, make: bool) -> sqlite3.Connection:
    """A connection that writes to the database at `path`; with `make` the file is made where there is none.

    Raises StoreError.
    """
    try:
        if make:
            make_private(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    except OSError as error:
        raise StoreError(f"the database {path} cannot be made: {error.strerror}") from error
    return furnished(connection)


def make_private(path: Path) -> None:
    """An empty file that its owner alone may read and write; one that is there stays as it is. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FOR_ITS_OWNER))


def furnished(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection with what our statements need."""
    connection.row_factory = sqlite3.Row
    connection.create_function("casefold", 1, str.casefold, deterministic=True)  # lower() knows ASCII only
    return connection


def make_folder(path: Path) -> None:
    """The folder for the database at `path`. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {path.parent} cannot be made for the database: {error.strerror}") from error


def missing(path: Path) -> StoreError:
    """What to say of a database that is not there."""
    marker = marker_of(path)
    if marker.exists():
        return StoreError(
            f"the database {path} is gone, but it was here before: restore it from a backup; only if the past may be "
            f"told again, delete {marker} and run `monitor run`"
        )
    return StoreError(f"there is no database {path} yet: run `monitor run` or name the right file in the configuration")
