"""One monitor per database."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from store_nouns import NOW
from test_database import run_and_kill

from monitor.errors import StoreError
from monitor.store import Lock
from monitor.store.lock import is_held, lock_of

HOLD = """
    import sys, time
    from pathlib import Path
    from store_nouns import NOW
    from monitor.store import Lock
    lock = Lock.acquire(Path(sys.argv[1]), NOW)
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.case(76)
def test_the_second_is_told_who_holds_it(path: Path) -> None:
    with Lock.acquire(path, NOW), pytest.raises(StoreError) as caught:
        Lock.acquire(path, NOW)
    assert f"process {os.getpid()}, started 2025-03-03 07:30:15+00:00" in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.case(76)
def test_another_process_is_refused(path: Path) -> None:
    script = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path; from monitor.store import Lock\n"
        "Lock.acquire(Path(sys.argv[1]), datetime.now(UTC))"
    )
    command = [sys.executable, "-c", script, str(path)]
    root = Path(__file__).parents[2]
    with Lock.acquire(path, NOW):
        refused = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert "StoreError" in refused.stderr
    assert str(os.getpid()) in refused.stderr
    assert subprocess.run(command, cwd=root, check=False).returncode == 0


@pytest.mark.case(76)
def test_the_lock_of_a_dead_process_holds_nobody(path: Path) -> None:
    run_and_kill(HOLD, path, after="held")
    assert lock_of(path).read_text().startswith("process ")
    Lock.acquire(path, NOW).release()


def test_whether_somebody_is_at_work_can_be_asked(path: Path) -> None:
    assert not is_held(path)
    with Lock.acquire(path, NOW):
        assert is_held(path)
    assert not is_held(path)
    Lock.acquire(path, NOW).release()


def test_who_only_asks_does_not_keep_the_next_one_out(path: Path) -> None:
    Lock.acquire(path, NOW).release()
    asking = os.open(lock_of(path), os.O_RDONLY)
    fcntl.flock(asking, fcntl.LOCK_SH)
    end = threading.Timer(0.03, os.close, [asking])
    end.start()
    Lock.acquire(path, NOW).release()
    end.join()


def test_a_released_lock_may_be_taken_again(path: Path) -> None:
    lock = Lock.acquire(path, NOW)
    lock.release()
    lock.release()
    with Lock.acquire(path, NOW):
        pass


def test_two_databases_have_two_locks(tmp_path: Path) -> None:
    with Lock.acquire(tmp_path / "a.db", NOW), Lock.acquire(tmp_path / "b.db", NOW):
        pass


def test_a_lock_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    lock_of(tmp_path / "monitor.db").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Lock.acquire(tmp_path / "monitor.db", NOW)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        Lock.acquire(tmp_path / "file" / "monitor.db", NOW)
