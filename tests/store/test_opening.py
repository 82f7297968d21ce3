"""The files that hold what readers are told are their owner's alone, from the moment they are there (case 79)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_nouns import Clock

from monitor.errors import StoreError
from monitor.store import Database, Store
from monitor.store.backup import restore
from monitor.store.opening import connect, make_private


@pytest.fixture(autouse=True, params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}


def test_database_log_and_shared_memory(path: Path) -> None:
    with Database.open(path, create=True) as database:
        database.run("set_meta", name="hold", value="")
        found = modes(path.parent)
    names = {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    assert {name: found[name] for name in names} == dict.fromkeys(names, 0o600)


def test_a_copy_is_private_while_it_is_written_and_in_the_place_of_an_open_one(
    path: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    target.write_bytes(b"an older copy")
    target.chmod(0o644)
    while_written: dict[str, int] = {}
    with Database.open(path, create=True) as database:
        database._connection.set_progress_handler(lambda: while_written.update(modes(target.parent)) or 0, 10)
        Store(database, clock).copy_to(target)
    assert {mode for name, mode in while_written.items() if name != target.name} == {0o600}
    assert modes(target.parent) == {target.name: 0o600}


def test_a_restored_database(path: Path, tmp_path: Path, clock: Clock) -> None:
    with Database.open(path, create=True) as database:
        Store(database, clock).copy_to(tmp_path / "copy.db")
    (tmp_path / "copy.db").chmod(0o644)
    restore(tmp_path / "copy.db", path)
    assert modes(path.parent)[path.name] == 0o600


def test_what_is_there_keeps_its_mode_and_its_content(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_bytes(b"content")
    there.chmod(0o640)
    make_private(there)
    assert (there.read_bytes(), modes(tmp_path)) == (b"content", {"there": 0o640})


def test_where_no_file_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be made"):
        connect(tmp_path / "no folder" / "x.db", make=True)
