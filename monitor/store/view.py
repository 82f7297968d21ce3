"""A connection that only reads, wherever the database lies: beside a running daemon, or on a disk that is read-only.

A database with a write-ahead log needs two files beside it even to be read. Where they are not there and cannot be
made, nobody is writing either: without a log the file is taken as it stands, with one both are copied to where there is
room. (Where they can be made, they are, and may stay behind, empty.)
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.errors import StoreError
from monitor.store.failures import store_error

_CLOSED = ("SQLITE_CANTOPEN", "SQLITE_READONLY")
"""What a read says where the log's files cannot be made."""


class View:
    """A connection and, where a copy had to be made, the folder of it; `close` removes that."""

    def __init__(self, path: Path) -> None:
        """Raises StoreError."""
        self._copy: TemporaryDirectory[str] | None = None
        try:
            self.connection = _connected(path, "mode=ro")
        except sqlite3.Error as error:
            if not str(getattr(error, "sqlite_errorname", "")).startswith(_CLOSED):
                raise store_error(path, error) from error
            self.connection = self._apart(path)

    def close(self) -> None:
        """Remove the copy, if there is one; the connection is closed by who uses it."""
        if self._copy is not None:
            self._copy.cleanup()

    def _apart(self, path: Path) -> sqlite3.Connection:
        log = Path(f"{path}-wal")
        try:
            if not log.exists() or not log.stat().st_size:
                return _connected(path, "immutable=1")
            self._copy = TemporaryDirectory(prefix="monitor-")
            copy = Path(self._copy.name) / path.name
            shutil.copyfile(path, copy)
            shutil.copyfile(log, f"{copy}-wal")
            connection = _connected(copy, "mode=rw")
            connection.execute("PRAGMA query_only = ON")
            return connection
        except sqlite3.Error as error:
            self.close()
            raise store_error(path, error) from error
        except OSError as error:
            self.close()
            raise StoreError(f"the database {path} cannot be read: {error.strerror}") from error


def _connected(path: Path, how: str) -> sqlite3.Connection:
    """A connection that has read something. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, timeout=10.0, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except BaseException:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    return connection
