"""One SQLite file, opened with care: one connection, one writer at a time, nothing half done.

The settings are those of an outbox that must not lose a row: WAL, `synchronous = FULL` (a commit is on the disk when
it returns), foreign keys on. Every write runs under `BEGIN IMMEDIATE`, because a transaction that reads first and
writes later fails at once with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout (case 78).

Beside the file `x.db` lies `x.db.instance`: a marker that says that a database was here. Where the marker is and the
database is not, nothing is created, for a new and empty database would send the past to everybody again (case 79).
See `monitor.store.marker` for what else it tells.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from monitor.errors import OutdatedError, StoreError
from monitor.store.failures import REFUSALS, store_error
from monitor.store.marker import Mark, flush, marker_of, part_of, write_mark
from monitor.store.migrations import Migration, newest, shipped
from monitor.store.opening import connect, furnished, make_folder, make_private, missing
from monitor.store.queries import queries
from monitor.store.view import View

APPLICATION_ID = 0x57415443
"""`WATC`, in the header of every database of ours: `file` and we ourselves tell it from a stranger's."""

_PAGES_AT_ONCE = 5000
"""Free pages that are given back in one go: others wait meanwhile."""

KEPT_IN_MEMORY = 32_768
"""KiB of the file that a connection keeps in memory: what a process grows by, at most, while its database does."""

Values = Mapping[str, Any]


class Database:
    """The connection, its lock and its transactions. Safe to use from several threads; each call waits its turn."""

    def __init__(self, path: Path, connection: sqlite3.Connection, view: View | None = None) -> None:
        """Use `Database.open` or `Database.view`."""
        self.path = path
        self._connection = connection
        self._view = view
        self._lock = threading.RLock()
        self._depth = 0
        self._reading = False
        self._doomed = False
        self._within: dict[str, Any] = {}
        self._queries = queries()

    @classmethod
    def open(
        cls, path: Path, *, create: bool, check: bool = True, migrations: Sequence[Migration] | None = None
    ) -> Self:
        """Open the database at `path`, bring its schema up to date, and with `create` make it if there never was one.

        `check` reads the whole file for damage first, which takes seconds per gigabyte. A database with rows in it is
        copied to `x.db.before-NNNN` before migration NNNN. Raises StoreError where the database is missing, missing
        though the marker says that it was here, a stranger's, damaged, locked, or newer than `migrations` (by default
        those shipped).
        """
        make = create and not marker_of(path).exists()  # looked at first: another process may be making it just now
        if not path.exists():
            if not make:
                raise missing(path)
            make_folder(path)
        database = cls(path, connect(path, make))
        try:
            database._prepare(make, check, shipped() if migrations is None else migrations)
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def view(cls, path: Path, *, check: bool = False) -> Self:
        """Open the database at `path` for reading, beside whoever writes it; nothing is changed, nor its schema.

        Works on a read-only disk too. `check` reads the whole file for damage first. Raises StoreError where the
        database is missing, a stranger's, damaged, or of another version.
        """
        if not path.exists():
            raise missing(path)
        view = View(path)
        database = cls(path, furnished(view.connection), view)
        try:
            version = database._recognise(make=False)
            if version < newest(shipped()):
                raise OutdatedError(f"the database {path} is of an older version: `monitor run` brings it up to date")
            database._refuse_newer(version, shipped())
            if check:
                database._check()
            database._verify(shipped())
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close the connection; the last one to close folds the WAL into the file."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()
        if self._view is not None:
            self._view.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write transaction. Inside another one (of the same thread) it joins that.

        An exception rolls everything back, also where it was raised in a joined block and caught outside it: what
        is half done is never committed. Raises StoreError where the database refuses.
        """
        with self._lock:
            if self._depth:
                with self._joined():
                    yield
            else:
                with self._outermost():
                    yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads that see one state of the database. Joins a transaction that is open."""
        with self._lock:
            if self._depth:
                yield
                return
            self._execute("BEGIN")
            self._depth, self._reading = 1, True
            try:
                yield
            finally:
                self._depth, self._reading = 0, False
                self._roll_back()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has a transaction open (another thread's makes us wait)."""
        with self._lock:
            return self._depth > 0

    def within(self) -> dict[str, Any] | None:
        """What the resources noted in the write transaction that this thread has open; None where it has none.

        What they read or wrote there nobody else can change before its end, when the notes go.
        """
        with self._lock:
            return self._within if self._depth and not self._reading else None

    def one(self, name: str, /, **values: Any) -> sqlite3.Row | None:
        """The first row of a named query, or None."""
        with self._lock:
            rows = self._fetch(self._queries[name], values)
            return rows[0] if rows else None

    def all(self, name: str, /, **values: Any) -> list[sqlite3.Row]:
        """All rows of a named query."""
        with self._lock:
            return self._fetch(self._queries[name], values)

    def run(self, name: str, /, **values: Any) -> int:
        """Run a named statement in the open transaction, or in one of its own; how many rows it changed."""
        with self.transaction():
            return self._execute(self._queries[name], values).rowcount

    def add(self, name: str, /, **values: Any) -> sqlite3.Row | None:
        """Run a named statement that returns what it stored; the first row, None where it stored nothing."""
        with self.transaction():
            return self.one(name, **values)

    def many(self, name: str, rows: Sequence[Values]) -> int:
        """Run a named statement once for each of `rows`; how many rows of the database that changed in all."""
        if not rows:
            return 0
        with self.transaction():
            try:
                return self._connection.executemany(self._queries[name], rows).rowcount
            except REFUSALS as error:
                raise store_error(self.path, error) from error

    def meta(self, name: str) -> str:
        """One of the database's own values; empty where there is none."""
        row = self.one("meta", name=name)
        return "" if row is None else str(row["value"])

    def copy_to(self, target: Path) -> None:
        """Write a sound and compact copy, while others go on writing. An older file of that name is replaced.

        Its owner alone may read it. Raises StoreError, and leaves no half a file, where there is no room or right.
        """
        part = part_of(target)
        with self._lock:
            if self._depth:
                raise RuntimeError("a copy cannot be made inside a transaction")
            try:
                part.unlink(missing_ok=True)
                make_private(part)
                self._connection.execute("VACUUM INTO :part", {"part": os.fspath(part)})
                flush(part)
                part.replace(target)
            except REFUSALS as error:
                raise store_error(target, error) from error
            except OSError as error:
                raise StoreError(f"the copy {target} cannot be written: {error.strerror}") from error
            finally:
                part.unlink(missing_ok=True)

    def used(self) -> int:
        """Bytes of the file that hold something."""
        with self._lock:
            pages = self._pragma("page_count") - self._pragma("freelist_count")
            return int(pages * self._pragma("page_size"))

    def tidy(self) -> None:
        """Give free pages back, refresh what the query planner knows, and put the log's pages into the file.

        At most some megabytes are given back at once. A busy reader only delays it.
        """
        with self._lock:
            if self._depth:
                raise RuntimeError("tidying up cannot be done inside a transaction")
            self._give_back()
            for pragma in ("optimize", "wal_checkpoint(TRUNCATE)"):
                self._fetch(f"PRAGMA {pragma}")

    def _give_back(self) -> None:
        """Free pages to the disk. As a script, because a statement without columns is only stepped once: one page."""
        try:
            self._connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
        except REFUSALS as error:
            raise store_error(self.path, error) from error

    # How a transaction runs

    @contextmanager
    def _outermost(self) -> Iterator[None]:
        self._execute("BEGIN IMMEDIATE")
        self._depth, self._doomed = 1, False
        self._within = {}
        try:
            yield
            if self._doomed:
                raise StoreError(f"nothing was stored in {self.path}: a part of the transaction had failed before")
            self._execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._depth = 0

    @contextmanager
    def _joined(self) -> Iterator[None]:
        if self._reading:
            raise RuntimeError("a write cannot join a reading: open a transaction first")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._doomed = True
            raise
        finally:
            self._depth -= 1

    def _roll_back(self) -> None:
        # A full disk or a failing one has already made SQLite roll back by itself.
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _execute(self, sql: str, values: Values | None = None) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, values or {})
        except REFUSALS as error:
            raise store_error(self.path, error) from error

    def _fetch(self, sql: str, values: Values | None = None) -> list[sqlite3.Row]:
        try:
            return self._connection.execute(sql, values or {}).fetchall()
        except REFUSALS as error:
            raise store_error(self.path, error) from error

    # Opening

    def _prepare(self, make: bool, check: bool, migrations: Sequence[Migration]) -> None:
        version = self._recognise(make)
        self._refuse_newer(version, migrations)
        if check:
            self._check()
        self._configure(blank=not version)
        self._migrate(migrations)
        self._mark()

    def _refuse_newer(self, version: int, migrations: Sequence[Migration]) -> None:
        if version > newest(migrations):
            raise StoreError(
                f"the database {self.path} was written by a newer version of the monitor (its schema is {version}, "
                f"this version knows {newest(migrations)}): install that version again"
            )

    def _pragma(self, name: str) -> Any:
        return self._fetch(f"PRAGMA {name}")[0][0]

    def _recognise(self, make: bool) -> int:
        """The schema version; a blank file (0) passes only where a database is to be made."""
        application, version = self._pragma("application_id"), int(self._pragma("user_version"))
        if application == APPLICATION_ID:
            return version
        if application or version or self._fetch(self._queries["count_tables"])[0]["tables"]:
            raise StoreError(
                f"{self.path} belongs to another program, it is no database of the monitor: "
                "name another file in the configuration"
            )
        if not make:
            raise missing(self.path)
        return 0

    def _check(self) -> None:
        finding = self._pragma("quick_check(1)")
        if finding != "ok":
            raise store_error(self.path, _damage(finding))

    def _configure(self, *, blank: bool) -> None:
        if blank:  # before the log is turned on: later it would take a whole VACUUM
            self._fetch("PRAGMA auto_vacuum = INCREMENTAL")
        if self._pragma("journal_mode = WAL") != "wal":
            raise StoreError(
                f"the database {self.path} lies on a file system that cannot hold its write-ahead log: "
                "put it on a local disk"
            )
        for pragma in ("synchronous = FULL", "foreign_keys = ON", f"cache_size = -{KEPT_IN_MEMORY}"):
            self._fetch(f"PRAGMA {pragma}")

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        version = int(self._pragma("user_version"))
        self._verify(migrations[:version])
        for migration in migrations[version:]:
            if migration.number > 1:
                self.copy_to(self.path.with_name(f"{self.path.name}.before-{migration.number:04d}"))
            with self.transaction():
                self._apply(migration)

    def _apply(self, migration: Migration) -> None:
        if int(self._pragma("user_version")) >= migration.number:
            return  # another process was faster
        for statement in migration.statements():
            self._execute(statement)
        self.run("record_migration", number=migration.number, name=migration.name, checksum=migration.checksum)
        self._execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._execute(f"PRAGMA user_version = {migration.number:d}")

    def _verify(self, migrations: Sequence[Migration]) -> None:
        applied = {row["number"]: row for row in self.all("applied_migrations")} if migrations else {}
        for migration in migrations:
            row = applied.get(migration.number)
            if row is None or row["checksum"] != migration.checksum:
                raise StoreError(
                    f"the database {self.path} was made by another build of the monitor: its migration "
                    f"{migration.name} is not the one of this version; install the build that made it"
                )

    def _mark(self) -> None:
        """A new database gets its marker. One that has sent something and has none is suspicious: see `Holding`."""
        if not marker_of(self.path).exists() and not int(self.meta("generation")):
            write_mark(self.path, Mark(self.meta("instance"), 0))


def _damage(finding: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(finding)
    error.sqlite_errorname = "SQLITE_CORRUPT"
    return error
