"""The marker, the hold, and the room that sending needs (case 77)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from store_nouns import NOW, PERIOD, Clock, alert, article, digest

from monitor.errors import StoreError
from monitor.model import Attempt, DeliveryState, Outcome, Period
from monitor.store import Database, Store
from monitor.store.marker import HoldReason, Mark, hold_reason, marker_of, read_mark

pytestmark = pytest.mark.case(77)
LEASE = timedelta(minutes=5)
MINE, OTHER = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    ("mark", "generation", "reason"),
    [
        (Mark(MINE, 7), 7, None),
        (Mark(MINE, 7), 8, None),
        (Mark(MINE, 7), 6, HoldReason.OLDER),
        (Mark(OTHER, 7), 9, HoldReason.STRANGER),
        (Mark(), 7, HoldReason.UNREADABLE),
        (None, 7, HoldReason.ALONE),
        (None, 0, None),
    ],
)
def test_a_database_is_held_where_its_marker_does_not_speak_of_it(
    mark: Mark | None, generation: int, reason: HoldReason | None
) -> None:
    assert hold_reason(mark, MINE, generation) is reason


@pytest.fixture
def full(store: Store) -> Store:
    """An article, an alert, and a digest with two messages in the outbox."""
    store.add_article(article(1), "story-1", "1")
    store.add_alert(alert(1), ["morning"])
    assert store.save_digest(digest())
    return store


def sent(store: Store) -> None:
    claimed = store.claim(NOW, LEASE, ["mail"])
    assert claimed is not None
    store.finish(Attempt(claimed.id, NOW, Outcome.SENT, "250"), DeliveryState.SENT, None)


def test_every_sending_is_counted_in_the_database_and_beside_it(full: Store, path: Path) -> None:
    before = read_mark(path)
    assert before == Mark(full.instance(), 0)
    assert full.claim(NOW, LEASE, ["mail"]) is not None
    assert read_mark(path) == Mark(full.instance(), 1)
    assert full.guard() == ""


def restored(path: Path, full: Store, after: int) -> Store:
    """A backup made after so many sendings, put back after one more."""
    for _ in range(after):
        sent(full)
    full._database.copy_to(path.with_name("backup"))
    sent(full)
    full.close()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(path.with_name("backup"), path)
    return Store(Database.open(path, create=True), Clock())


@pytest.mark.parametrize("after", [0, 1])
def test_a_backup_that_is_put_back_sends_nothing(full: Store, path: Path, after: int) -> None:
    store = restored(path, full, after)
    assert store.guard() == HoldReason.OLDER.value == store.hold()
    assert store.claim(NOW, LEASE, ["mail"]) is None
    store.close()
    again = Store(Database.open(path, create=True), Clock())
    assert again.guard() == HoldReason.OLDER.value, "also after another start"
    again.lift_hold()
    assert again.claim(NOW, LEASE, ["mail"]) is not None
    again.close()
    last = Store(Database.open(path, create=True), Clock())
    assert last.guard() == ""
    last.close()


def test_what_waits_is_taken_as_told(full: Store, path: Path, clock: Clock) -> None:
    full.add_article(article(2), "story-2", "2")
    full.add_alert(alert(2), ["morning"])
    period = Period(PERIOD.end, PERIOD.end + timedelta(hours=1))
    assert full.withhold("morning", period) == 1
    assert full.waiting("morning", period.end) == []
    assert full.last_period_end("morning") == period.end
    assert full.drop_all("restored", NOW) == 2
    assert {line.state for line in full.outbox()} == {DeliveryState.DROPPED}


def test_a_marker_that_cannot_be_written_keeps_the_message_back(full: Store, path: Path) -> None:
    marker_of(path).unlink()
    with pytest.raises(StoreError, match=r"marker .* cannot be written"):
        full.claim(NOW, LEASE, ["mail"])
    assert {line.state for line in full.outbox()} == {DeliveryState.QUEUED}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes, where one may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() or os.system(f"mount -t tmpfs -o size=6m tmpfs {place} 2>/dev/null"):
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        os.system(f"umount -l {place}")


def test_without_room_to_record_it_nothing_is_sent(small_disk: Path, clock: Clock) -> None:
    path = small_disk / "monitor.db"
    with Database.open(path, create=True) as database:
        store = Store(database, clock)
        store.add_article(article(1), "story-1", "1")
        store.add_alert(alert(1), ["morning"])
        assert store.save_digest(digest())
        (small_disk / "ballast").write_bytes(b"x" * (3 << 20))
        with pytest.raises(StoreError, match="less than 4 MiB are free"):
            store.claim(NOW, LEASE, ["mail"])
        assert {line.state for line in store.outbox()} == {DeliveryState.QUEUED}
        (small_disk / "ballast").unlink()
        assert store.claim(NOW, LEASE, ["mail"]) is not None
