"""The daemon's signs of life, and changes that it takes up while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.daemon import Daemon, Intervals
from monitor.deliver.channel import Channel
from monitor.deliver.postman import Postman
from monitor.health import Pulse, complaints, read_health
from monitor.health.pages import watched
from monitor.rounds import Fresh
from monitor.store import Database, Store
from tests.round_bench import Clock, FakeSource, a_pipeline
from tests.test_daemon import Mailbox, running, until

SOON = timedelta(milliseconds=30)
INTERVALS = Intervals(SOON, SOON, SOON, SOON, finish=timedelta(milliseconds=200), rules=SOON, pulse=SOON)


class Steady:
    """Seconds that pass only when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Edits:
    """Changes that a test hands over, one look each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting: list[Fresh | Exception] = []
        self.looks = 0
        self.anyway = 0

    async def look(self, *, anyway: bool = False) -> Fresh | None:
        self.looks += 1
        self.anyway += anyway
        if not self.waiting:
            return None
        found = self.waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def folders(self) -> Sequence[Path]:
        return [self.folder]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)


def a_daemon(store: Store, clock: Clock, channels: dict[str, Channel], source: FakeSource, **given: object) -> Daemon:
    postman = Postman(store, channels, clock)
    upkeep: Callable[[object], None] = lambda now: None  # noqa: E731
    return Daemon(a_pipeline(store), [source], postman, clock, upkeep, INTERVALS, **given)  # type: ignore[arg-type]


async def page(port: int, path: str) -> tuple[int, str]:
    """Status and body of a page of the health server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), body


async def test_a_loop_that_hangs_is_told_though_the_process_lives(store: Store, clock: Clock, tmp_path: Path) -> None:
    steady = Steady()
    file = tmp_path / "health"
    source = FakeSource("feed", gate=asyncio.Event())
    pulse = Pulse(clock, steady)
    daemon = a_daemon(store, clock, {"mail": Mailbox()}, source, pulse=pulse, health=file)
    async with running(daemon), watched(("127.0.0.1", 0), store, pulse, clock) as port:
        assert port is not None
        await until(lambda: source.reads and not complaints(read_health(file), clock.now))
        assert await page(port, "/healthz") == (200, "ok\n")
        steady.now += 20 * 60 + 1
        await until(lambda: any("ingest: no progress" in line for line in complaints(read_health(file), clock.now)))
        for path in ("/healthz", "/readyz"):
            status, said = await page(port, path)
            assert (status, said.splitlines()[0]) == (503, "ingest makes no progress")
        _, counts = await page(port, "/metrics")
        assert "watchlist_healthy 0.0" in counts
        assert 'watchlist_progress_age_seconds{loop="ingest"} 1201.0' in counts
        assert 'watchlist_sources{state="failing"} 0.0' in counts
        assert source.gate is not None
        source.gate.set()
        await until(lambda: not complaints(read_health(file), clock.now))
        assert await page(port, "/healthz") == (200, "ok\n")
        assert "watchlist_healthy 1.0" in (await page(port, "/metrics"))[1]
    assert not file.exists()


async def test_a_loop_that_only_fails_makes_no_progress(store: Store, clock: Clock, tmp_path: Path) -> None:
    steady = Steady()
    pulse, edits = Pulse(clock, steady), Edits(tmp_path)
    async with running(a_daemon(store, clock, {"mail": Mailbox()}, FakeSource("feed"), changes=edits, pulse=pulse)):
        edits.waiting = [OSError("a bug")] * 1_000_000
        await until(lambda: edits.looks > 2)
        steady.now += 20 * 60 + 1
        looks = edits.looks
        await until(lambda: edits.looks > looks + 2)
        assert pulse.late() == ["rules"]
        edits.waiting.clear()
        await until(lambda: not pulse.late())


async def test_a_change_brings_other_sources_and_channels(store: Store, clock: Clock, tmp_path: Path) -> None:
    former, latter = Mailbox(), Mailbox()
    edits = Edits(tmp_path)
    old, new = FakeSource("old"), FakeSource("new", [["Rome bars DeepSeek"]])
    async with running(a_daemon(store, clock, {"mail": former}, old, changes=edits)):
        await until(lambda: old.reads)
        edits.waiting = [OSError("a bug"), Fresh(a_pipeline(store), [new], {"mail": latter})]
        await until(lambda: new.reads > 1)
        reads = old.reads
        clock.now = clock.now.replace(hour=8)
        await until(lambda: latter.taken)
        assert old.reads == reads
    assert not former.taken


async def test_a_saved_file_is_looked_at_before_the_clock_says_so(store: Store, clock: Clock, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    edits = Edits(folder)
    rarely = Intervals(SOON, SOON, SOON, SOON, finish=SOON, rules=timedelta(hours=1), pulse=SOON)
    daemon = Daemon(
        a_pipeline(store),
        [],
        Postman(store, {"mail": Mailbox()}, clock),
        clock,
        lambda now: None,
        rarely,
        changes=edits,
    )
    async with running(daemon):
        await until(lambda: edits.looks == 1)
        await asyncio.sleep(1)
        (folder / "note.txt").write_text("not ours", encoding="utf-8")
        (folder / "bans.toml").write_text("", encoding="utf-8")
        await until(lambda: edits.looks > 1)
