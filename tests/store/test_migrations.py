"""From one schema to the next, in one piece."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from store_nouns import NOW, Clock
from test_database import run_and_kill, sound

from monitor.errors import StoreError
from monitor.model import Story
from monitor.store import Database, Store
from monitor.store.migrations import Migration, newest, shipped

NEXT = newest(shipped()) + 1
ADDED = Migration(NEXT, f"{NEXT:04d}_add.sql", "CREATE TABLE added (x);\nINSERT INTO added VALUES (';');\n")


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return names


def backup_of(path: Path, number: int = NEXT) -> Path:
    return path.with_name(f"{path.name}.before-{number:04d}")


@pytest.fixture
def old(path: Path) -> Path:
    with Database.open(path, create=True) as database:
        Store(database, Clock()).save_story(Story("story-1", NOW, NOW))
    return path


def test_a_new_database_needs_no_backup(old: Path) -> None:
    assert sorted(path.name for path in old.parent.iterdir()) == ["monitor.db", "monitor.db.instance"]


@pytest.mark.case(80)
def test_a_new_version_brings_an_old_database_up_to_date_and_keeps_a_copy(old: Path) -> None:
    with Database.open(old, create=False, migrations=[*shipped(), ADDED]) as database:
        assert [row["number"] for row in database.all("applied_migrations")] == list(range(1, NEXT + 1))
        assert Store(database, Clock()).story("story-1") is not None
    assert "added" in tables(old)
    assert "added" not in tables(backup_of(old))
    with Database.open(backup_of(old), create=False) as database:
        assert Store(database, Clock()).story("story-1") is not None


@pytest.mark.case(80)
def test_an_old_version_refuses_a_newer_database(old: Path) -> None:
    Database.open(old, create=False, migrations=[*shipped(), ADDED]).close()
    with pytest.raises(StoreError, match=r"newer version of the monitor \(its schema is 2, this version knows 1\)"):
        Database.open(old, create=True)


@pytest.mark.case(80)
def test_a_migration_that_fails_changes_nothing(old: Path) -> None:
    broken = Migration(NEXT, "broken.sql", "CREATE TABLE added (x);\nCREATE TABLE story (x);\n")
    with pytest.raises(StoreError, match="story already exists"):
        Database.open(old, create=False, migrations=[*shipped(), broken])
    assert "added" not in tables(old)
    Database.open(old, create=False).close()


@pytest.mark.case(80)
def test_a_process_killed_inside_a_migration_leaves_the_old_schema(old: Path) -> None:
    endless = "INSERT INTO added WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;"
    run_and_kill(
        f"""
        import sys, threading, time
        from pathlib import Path
        from monitor.store import Database
        from monitor.store.migrations import Migration, shipped
        path = Path(sys.argv[1])
        wal = path.with_name(path.name + "-wal")
        def watch():
            while not (wal.exists() and wal.stat().st_size > 20_000_000):
                time.sleep(0.01)
            print("inside", flush=True)
        threading.Thread(target=watch, daemon=True).start()
        slow = Migration({NEXT}, "slow.sql", "CREATE TABLE added (x);\\n{endless}\\n")
        Database.open(path, create=False, migrations=[*shipped(), slow])
        """,
        old,
        after="inside",
    )
    with Database.open(old, create=False) as database:
        assert Store(database, Clock()).story("story-1") is not None
    assert sound(old)
    assert "added" not in tables(old)
    assert sound(backup_of(old))
    Database.open(old, create=False, migrations=[*shipped(), ADDED]).close()
    assert "added" in tables(old)


def test_a_process_killed_while_it_makes_a_database_is_forgotten(path: Path) -> None:
    run_and_kill(
        """
        import sys, time
        from pathlib import Path
        from monitor.store import Database
        from monitor.store.migrations import shipped
        class Slow(Database):
            def _apply(self, migration):
                super()._apply(migration)
                print("inside", flush=True)
                time.sleep(60)
        Path(sys.argv[1]).parent.mkdir()
        Slow.open(Path(sys.argv[1]), create=True)
        """,
        path,
        after="inside",
    )
    with pytest.raises(StoreError, match="no database"):
        Database.open(path, create=False)
    Database.open(path, create=True).close()
    assert sound(path)


@pytest.mark.case(80)
def test_a_migration_that_was_changed_afterwards_is_found_out(old: Path) -> None:
    Database.open(old, create=False, migrations=[*shipped(), ADDED]).close()
    changed = Migration(NEXT, ADDED.name, ADDED.text + "-- mended\n")
    with pytest.raises(StoreError, match="another build"):
        Database.open(old, create=False, migrations=[*shipped(), changed])


def test_two_processes_that_open_at_once_migrate_once(path: Path) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            Database.open(path, create=True, migrations=[*shipped(), ADDED]).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sound(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM added").fetchone() == (1,)
    connection.close()


def test_the_shipped_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))
    assert all(migration.name.startswith(f"{migration.number:04d}_") for migration in shipped())


def test_a_migration_is_cut_into_its_statements() -> None:
    text = "-- a; b\nCREATE TABLE a (x); -- why\nCREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END;\n-- end\n"
    assert len(list(Migration(1, "x", text).statements())) == 2
    with pytest.raises(ValueError, match="middle of a statement"):
        list(Migration(1, "x", "CREATE TABLE a (x);\nCREATE TABLE b (x)\n").statements())
