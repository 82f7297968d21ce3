"""The file: opened with care, and never half written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from store_nouns import NOW, Clock, article

from monitor.errors import StoreError
from monitor.model import Story
from monitor.store import Database, Store
from monitor.store.database import APPLICATION_ID, marker_of

HERE = Path(__file__).parent


def story(number: int) -> Story:
    return Story(f"story-{number}", NOW, NOW)


def sound(path: Path) -> bool:
    with sqlite3.connect(path) as connection:
        finding = connection.execute("PRAGMA integrity_check").fetchone()[0]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return finding == "ok" and not orphans


def run_and_kill(script: str, path: Path, *, after: str) -> None:
    """Run a script in a process of its own and kill it, without mercy, once it has printed `after`."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
    )
    assert process.stdout is not None
    with process:
        for line in process.stdout:
            if line.strip() == after:
                break
        else:
            pytest.fail("the script ended before it could be killed")
        process.kill()
        process.stdout.read()
        assert process.wait() == -signal.SIGKILL


# Opening


def test_the_settings_are_those_of_an_outbox(path: Path) -> None:
    with Database.open(path, create=True) as database:
        settings = {name: database._pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert database._pragma("application_id") == APPLICATION_ID
        assert database._pragma("busy_timeout") > 0


@pytest.mark.parametrize("name", ["what?.db", "100%.db", "a#b.db", "数据.db", os.fsdecode(b"\xff.db")])
def test_any_path_will_do(tmp_path: Path, name: str, clock: Clock) -> None:
    path = tmp_path / name
    with Database.open(path, create=True) as database:
        Store(database, clock).save_story(story(1))
    assert path.stat().st_size
    with Database.open(path, create=False) as database:
        assert Store(database, clock).story("story-1") == story(1)


def test_the_instance_is_the_same_for_life(path: Path, clock: Clock) -> None:
    instances = []
    for _ in range(2):
        store = Store(Database.open(path, create=True), clock)
        instances.append(store.instance())
        store.close()
    assert instances[0] == instances[1]
    assert len(instances[0]) == 32
    assert instances[0] in marker_of(path).read_text()


def test_two_new_databases_are_two_instances(tmp_path: Path, clock: Clock) -> None:
    with Database.open(tmp_path / "a.db", create=True) as one, Database.open(tmp_path / "b.db", create=True) as two:
        assert Store(one, clock).instance() != Store(two, clock).instance()


@pytest.mark.case(79)
def test_a_database_that_never_was_is_made_only_on_request(path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        Database.open(path, create=False)
    assert not path.parent.exists()
    Database.open(path, create=True).close()
    assert path.exists()


@pytest.mark.case(79)
@pytest.mark.parametrize("create", [True, False])
def test_a_database_that_is_gone_is_not_made_anew(path: Path, create: bool) -> None:
    Database.open(path, create=True).close()
    path.unlink()
    with pytest.raises(StoreError, match="restore it from a backup"):
        Database.open(path, create=create)
    assert not path.exists()


@pytest.mark.case(79)
def test_an_empty_file_where_a_database_was_is_no_database(path: Path) -> None:
    Database.open(path, create=True).close()
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="restore it from a backup"):
        Database.open(path, create=True)


def test_an_empty_file_is_filled_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.touch()
    with pytest.raises(StoreError, match="no database"):
        Database.open(path, create=False)
    Database.open(path, create=True).close()
    assert sound(path)


def test_a_marker_lost_in_a_crash_is_written_again(path: Path) -> None:
    Database.open(path, create=True).close()
    marker_of(path).unlink()
    Database.open(path, create=False).close()
    assert marker_of(path).exists()


def test_a_strangers_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "browser.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmark (url)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Database.open(path, create=True)
    assert path.read_bytes() == before
    assert not marker_of(path).exists()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match="no database"):
        Database.open(path, create=True)
    assert path.read_text().startswith("Dear diary")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Database.open(tmp_path, create=True)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        Database.open(tmp_path / "file" / "deeper" / "monitor.db", create=True)


@pytest.mark.case(79)
def test_a_damaged_page_is_found_at_the_start(path: Path, clock: Clock) -> None:
    with Database.open(path, create=True) as database:
        store = Store(database, clock)
        with store.transaction():
            for number in range(200):
                store.add_article(article(number, identities=(f"url:{number}",)), "story-1", "p")
    with path.open("rb+") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(b"\xde\xad\xbe\xef" * 1024)
    with pytest.raises(StoreError, match=r"damaged.*restore it from a backup"):
        Database.open(path, create=True)


# Transactions


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with store.transaction():
        store.save_story(story(1))
        store.save_story(story(2))
    with pytest.raises(KeyError), store.transaction():
        store.save_story(story(3))
        raise KeyError
    assert [store.story(f"story-{number}") is not None for number in (1, 2, 3)] == [True, True, False]


def test_an_inner_transaction_joins_the_outer(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction():
        with store.transaction():
            store.save_story(story(1))
        raise KeyError
    assert store.story("story-1") is None
    with store.transaction():
        store.save_story(story(1))
        assert store.story("story-1") is not None, "it reads what it wrote"


def test_half_a_step_is_not_committed_where_its_failure_was_swallowed(store: Store) -> None:
    with pytest.raises(StoreError, match="nothing was stored"), store.transaction():
        store.save_story(story(1))
        with pytest.raises(StoreError):
            store.add_article(article(body="\ud800"), "story-1", "p")
    assert store.story("story-1") is None
    store.save_story(story(2))
    assert store.story("story-2") is not None


def test_a_write_does_not_hide_in_a_reading(database: Database, store: Store) -> None:
    with pytest.raises(RuntimeError), database.reading():
        store.save_story(story(1))
    store.save_story(story(1))


def test_a_reading_sees_one_state(database: Database, store: Store, path: Path, clock: Clock) -> None:
    with Database.open(path, create=False) as other, database.reading():
        assert store.story("story-1") is None
        Store(other, clock).save_story(story(1))
        assert store.story("story-1") is None
    assert store.story("story-1") is not None


def test_threads_take_turns(store: Store) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        for turn in range(20):
            with store.transaction():
                inside.append(number)
                most.append(len(inside))
                store.save_story(story(number * 100 + turn))
                inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert store.totals()["stories"] == 80


@pytest.mark.case(78)
def test_a_transaction_that_read_first_may_still_write(store: Store, path: Path, clock: Clock) -> None:
    """Without BEGIN IMMEDIATE, the other's write between our read and our write would be SQLITE_BUSY_SNAPSHOT."""
    wrote = threading.Event()

    def write() -> None:
        with Database.open(path, create=False, check=False) as other:
            Store(other, clock).save_story(story(2))
        wrote.set()

    thread = threading.Thread(target=write)
    with store.transaction():
        assert store.story("story-2") is None
        thread.start()
        assert not wrote.wait(0.3), "the other one waits for us"
        store.save_story(story(1))
    thread.join()
    assert store.totals()["stories"] == 2


def test_a_database_that_another_process_holds_is_said(store: Store, path: Path, clock: Clock) -> None:
    with Database.open(path, create=False) as other:
        other._fetch("PRAGMA busy_timeout = 20")
        with store.transaction(), pytest.raises(StoreError, match="another process holds"):
            Store(other, clock).save_story(story(1))
        Store(other, clock).save_story(story(1))


# What the disk does


@pytest.mark.case(77)
def test_a_full_disk_undoes_the_transaction(database: Database, store: Store) -> None:
    store.save_story(story(1))
    pages = database._pragma("page_count")
    database._fetch(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreError, match=r"article-\d+ .*no room is left"), store.transaction():
        store.save_story(story(2))
        for number in range(100):
            store.add_article(article(number, body="x" * 9000, identities=()), "story-1", "p")
    assert store.totals()["articles"] == 0
    assert store.story("story-2") is None
    assert store.story("story-1") is not None
    database._fetch(f"PRAGMA max_page_count = {2**30}")
    store.save_story(story(2))
    assert store.story("story-2") is not None


@pytest.mark.case(77)
def test_a_database_that_may_not_be_written_is_said(database: Database, store: Store) -> None:
    database._fetch("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="cannot be written"):
        store.save_story(story(1))
    assert store.story("story-1") is None


# Death


@pytest.mark.case(73)
def test_a_process_killed_inside_a_transaction_leaves_nothing_of_it(path: Path, clock: Clock) -> None:
    run_and_kill(
        """
        import sys, time
        from pathlib import Path
        from store_nouns import Clock, article
        from monitor.store import Database, Store
        store = Store(Database.open(Path(sys.argv[1]), create=True), Clock())
        for batch in range(2):
            with store.transaction():
                for number in range(500):
                    store.add_article(article(batch * 1000 + number, body="x" * 9000,
                                              identities=(f"url:{batch}-{number}",)), "story-1", "p")
                if batch:
                    print("inside", flush=True)
                    time.sleep(60)
        """,
        path,
        after="inside",
    )
    with Database.open(path, create=False) as database:
        assert Store(database, clock).totals()["articles"] == 500
    assert sound(path)


@pytest.mark.case(73)
def test_what_was_committed_survives_a_kill(path: Path, clock: Clock) -> None:
    run_and_kill(
        """
        import sys
        from pathlib import Path
        from store_nouns import NOW, Clock
        from monitor.model import Story
        from monitor.store import Database, Store
        store = Store(Database.open(Path(sys.argv[1]), create=True), Clock())
        for number in range(10**9):
            store.save_story(Story(f"story-{number}", NOW, NOW))
            print(number, flush=True)
        """,
        path,
        after="25",
    )
    with Database.open(path, create=False) as database:
        assert Store(database, clock).story("story-25") is not None
    assert sound(path)


# Copies


def test_a_copy_is_a_database(database: Database, store: Store, tmp_path: Path) -> None:
    store.save_story(story(1))
    target = tmp_path / "backup.db"
    target.write_text("an older one")
    database.copy_to(target)
    with Database.open(target, create=False) as copy:
        assert Store(copy, Clock()).story("story-1") is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "backup.db.instance", "state"]


def test_a_copy_that_cannot_be_written_leaves_nothing(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        database.copy_to(tmp_path / "missing" / "backup.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        database.copy_to(tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "state"]


def test_a_copy_is_not_made_of_half_a_transaction(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), database.transaction():
        database.copy_to(tmp_path / "backup.db")
