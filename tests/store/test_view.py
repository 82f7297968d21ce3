"""Reading a database that somebody else is writing, or that cannot be written at all."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Database, Store
from tests.deliver.bench import NOW

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "monitor.db"
    with Database.open(path, create=True) as database:
        Store(database, lambda: NOW).first_known("morning", NOW)
    return path


def known(database: Database) -> str:
    return database.meta("subscription:morning")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nothing can be made, as on a disk that is mounted read-only."""
    modes = {place: place.stat().st_mode for place in (folder, *folder.iterdir())}
    for place in modes:
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        yield
    finally:
        for place, mode in modes.items():
            place.chmod(mode)


def files(folder: Path) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in folder.iterdir()}


def test_what_is_written_beside_it_is_seen(path: Path) -> None:
    with Database.open(path, create=False) as writer, Database.view(path) as view:
        writer.run("set_meta", name="x", value="1")
        assert view.meta("x") == "1"
        with writer.transaction():
            writer.run("set_meta", name="x", value="2")
            assert view.meta("x") == "1", "what is not committed is not seen"
        assert view.meta("x") == "2"


def test_nothing_can_be_written_through_it(path: Path) -> None:
    before = path.read_bytes()
    with Database.view(path) as view:
        with pytest.raises(StoreError, match="cannot be written"):
            view.run("set_meta", name="x", value="1")
        assert known(view)
    assert path.read_bytes() == before


def test_a_writer_is_not_held_up(path: Path) -> None:
    with Database.open(path, create=False) as writer, Database.view(path) as view, view.reading():
        assert known(view)
        writer.run("set_meta", name="x", value="1")
        assert view.meta("x") == "", "one reading sees one state"


@pytest.mark.case(77)
def test_a_read_only_disk_can_be_read(path: Path) -> None:
    """In a process of its own that is not root, for whom no folder is read-only."""
    assert _asked_as_nobody(path, log=False) == "known"


@pytest.mark.case(77)
def test_a_read_only_disk_with_a_log_on_it_can_be_read(path: Path) -> None:
    assert _asked_as_nobody(path, log=True) == "known, and what was in the log"


def _asked_as_nobody(path: Path, *, log: bool) -> str:
    if log:
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("INSERT INTO meta (name, value) VALUES ('x', '1')")
        wal = Path(f"{path}-wal").read_bytes()
        writer.close()
        Path(f"{path}-wal").write_bytes(wal)  # as after a death and a move to another disk: a log, and no index of it
    before = files(path.parent)
    code = (
        "import os, sys; from pathlib import Path; from monitor.store import Database\n"
        "from monitor.store.database import queries, shipped; queries(), shipped()\n"
        "if not os.getuid(): os.setgid(65534); os.setuid(65534)\n"
        "database = Database.view(Path(sys.argv[1]))\n"
        "print('known' if database.meta('subscription:morning') else 'unknown', end='')\n"
        "print(', and what was in the log' if database.meta('x') else '')\n"
        "database.close()\n"
    )
    for parent in path.parents:
        if parent.name.startswith(("pytest-", "test_")):
            parent.chmod(0o755)
    with read_only(path.parent):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert files(path.parent) == before
    return done.stdout.strip()


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        Database.view(tmp_path / "monitor.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_bytes(b"notes" * 1000)
    with pytest.raises(StoreError, match="no database of the monitor"):
        Database.view(tmp_path / "monitor.db")


@pytest.mark.case(80)
def test_other_versions_are_refused_and_not_migrated(path: Path) -> None:
    for version, said in ((0, "there is no database|belongs to another"), (99, "newer version")):
        with sqlite3.connect(path) as database:
            database.execute(f"PRAGMA user_version = {version}")
        if version:
            with pytest.raises(StoreError, match=said):
                Database.view(path)
        else:
            with pytest.raises(StoreError, match="older version"):
                Database.view(path)
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA user_version").fetchone()[0] == version
