"""Signs of life: who is late, what the file says, what systemd and the web are told."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.health import Pulse, complaints, health_file, read_health, write_health
from monitor.health.pages import watched
from monitor.health.systemd import Notifier
from monitor.store import Database, Store
from tests.round_bench import NOW, Clock


class Steady:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def pulse(steady: Steady) -> Pulse:
    return Pulse(Clock(), steady)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, Clock())


def test_a_loop_that_does_not_move_is_late(pulse: Pulse, steady: Steady) -> None:
    pulse.expect("outbox", timedelta(minutes=1))
    pulse.expect("ingest", timedelta(minutes=10))
    steady.now += 61
    assert pulse.late() == ["outbox"]
    pulse.tick("outbox")
    assert pulse.late() == []


def test_a_loop_whose_steps_fail_is_late_though_it_moves(pulse: Pulse, steady: Steady) -> None:
    pulse.expect("ingest", timedelta(minutes=1))
    for _ in range(7):
        pulse.tick("ingest")
        pulse.ended("ingest", well=False)
        steady.now += 10
    assert pulse.late() == ["ingest"]
    assert pulse.ages() == {"ingest": 70}
    pulse.ended("ingest", well=True)
    assert pulse.late() == []


def test_a_clock_that_is_asked_is_a_sign_of_life(pulse: Pulse, steady: Steady) -> None:
    pulse.expect("outbox", timedelta(minutes=1))
    steady.now += 61
    assert pulse.clock_of("outbox")() == NOW
    assert pulse.late() == []


def test_a_changed_wall_clock_makes_nothing_late(steady: Steady) -> None:
    clock = Clock()
    pulse = Pulse(clock, steady)
    pulse.expect("outbox", timedelta(minutes=1))
    clock.forward(days=3)
    assert pulse.late() == []


def test_the_file_tells_others(pulse: Pulse, steady: Steady, tmp_path: Path) -> None:
    pulse.expect("outbox", timedelta(minutes=1))
    path = health_file(tmp_path / "monitor.db")
    assert complaints(read_health(path), NOW) == ["no daemon is at work here"]
    write_health(path, pulse.report())
    assert complaints(read_health(path), NOW) == []
    assert "no sign of life since" in complaints(read_health(path), NOW + timedelta(minutes=2))[0]
    assert "of the future" in complaints(read_health(path), NOW - timedelta(hours=2))[0]
    steady.now += 61
    write_health(path, pulse.report())
    assert complaints(read_health(path), NOW) == [
        "outbox: no progress since 2026-05-04 07:00:00 UTC, allowed are 1 min"
    ]


def test_the_last_sign_of_life_of_a_dead_process_is_none(pulse: Pulse, tmp_path: Path) -> None:
    pulse.expect("outbox", timedelta(minutes=1))
    write_health(tmp_path / "x.health", pulse.report())
    report = read_health(tmp_path / "x.health")
    assert report is not None
    assert complaints(report, NOW, held=False) == [
        f"process {report['process']} ended without a word after 2026-05-04 07:00:00 UTC"
    ]
    assert complaints(report, NOW, held=True) == []


@pytest.mark.parametrize("written", ["", "{", "[]", '{"written": 7}', "{}", '{"written": "2026-01-01T00:00:00"}'])
def test_a_file_that_says_nothing_is_no_sign_of_life(tmp_path: Path, written: str) -> None:
    (tmp_path / "x.health").write_text(written, encoding="utf-8")
    assert complaints(read_health(tmp_path / "x.health"), NOW)


def test_systemd_is_told(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        notifier = Notifier({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "300000000", "WATCHDOG_PID": str(os.getpid())})
        notifier.ready()
        notifier.alive()
        notifier.status("one\nline")
        notifier.stopping()
        told = [manager.recv(200) for _ in range(4)]
    assert told == [b"READY=1", b"WATCHDOG=1", b"STATUS=one line", b"STOPPING=1"]
    assert notifier.watchdog == timedelta(minutes=5)


@pytest.mark.parametrize(
    "environ", [{}, {"WATCHDOG_USEC": "no"}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"}]
)
def test_without_a_manager_nothing_is_told(environ: dict[str, str]) -> None:
    notifier = Notifier(environ)
    notifier.ready()
    notifier.alive()
    assert notifier.watchdog is None


async def ask(port: int, request: bytes) -> tuple[str, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = (await asyncio.wait_for(reader.read(), 10)).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return head.partition("\r\n")[0], body


async def test_the_pages(store: Store, pulse: Pulse, steady: Steady) -> None:
    pulse.expect("outbox", timedelta(minutes=1))
    pulse.spend("match", 0.5)
    async with watched(("127.0.0.1", 0), store, pulse, Clock()) as port:
        assert port is not None
        assert await ask(port, b"GET /healthz HTTP/1.1\r\n\r\n") == ("HTTP/1.1 200 OK", "ok\n")
        assert await ask(port, b"HEAD /readyz HTTP/1.1\r\n\r\n") == ("HTTP/1.1 200 OK", "")
        _, metrics = await ask(port, b"GET /metrics?x HTTP/1.1\r\n\r\n")
        for line in ('watchlist_outbox{state="queued"} 0.0', "watchlist_rules 0.0", "watchlist_healthy 1.0"):
            assert line in metrics.splitlines()
        assert 'watchlist_stage_seconds_total{stage="match"} 0.5' in metrics
        steady.now += 61
        assert (await ask(port, b"GET /healthz HTTP/1.1\r\n\r\n"))[1] == "outbox makes no progress\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"),
        (b"GET /../etc/passwd HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found"),
        (b"\xff\x00\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"),
        (b"GET /" + b"x" * 10_000 + b"\r\n\r\n", ""),
    ],
)
async def test_other_requests_are_refused(store: Store, pulse: Pulse, request_: bytes, status: str) -> None:
    async with watched(("127.0.0.1", 0), store, pulse, Clock()) as port:
        assert port is not None
        try:
            assert (await ask(port, request_))[0] == status
        except ConnectionError:
            assert status == ""
        assert (await ask(port, b"GET /healthz HTTP/1.1\r\n\r\n"))[1] == "ok\n"


async def test_those_who_only_hang_on_do_not_keep_others_out_for_long(store: Store, pulse: Pulse) -> None:
    async with watched(("127.0.0.1", 0), store, pulse, Clock()) as port:
        assert port is not None
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
        for _, writer in idle:
            writer.close()
        await asyncio.sleep(0.2)
        assert (await ask(port, b"GET /healthz HTTP/1.1\r\n\r\n"))[1] == "ok\n"


async def test_an_address_that_is_taken(store: Store, pulse: Pulse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match=r"health\.listen"):
        async with watched(("127.0.0.1", taken.getsockname()[1]), store, pulse, Clock()):
            pass


def test_a_report_is_json(pulse: Pulse) -> None:
    pulse.expect("rules", timedelta(minutes=1))
    assert json.loads(json.dumps(pulse.report()))["loops"]["rules"]["allowed"] == 60
