"""The daemon as a process: killed and started again, stopped and continued, and two of them at one database."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.deliver.postman import Postman
from monitor.store import Database, Store
from tests.deliver.bench import NOW, BadServer, Clock, serving
from tests.deliver.outbox_bench import FakeChannel, enqueue
from tests.deliver.smtp_bench import channel
from tests.e2e.test_processes import ARTICLE, RULES, Mailbox, configure, feed, mail_server, monitor, read_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bans.toml").write_text(RULES, encoding="utf-8")
    return tmp_path


@pytest.mark.case(76)
async def test_a_second_daemon_and_a_round_beside_it_are_refused_and_say_who_is_there(folder: Path) -> None:
    configure(folder, 1)
    async with asyncio.timeout(60), monitor(folder, "run") as first:
        await read_until(first, "started: 1 source")
        for arguments in (("run",), ("run", "--once")):
            async with monitor(folder, *arguments) as second:
                _, said = await second.communicate()
            assert second.returncode == 1
            assert f"(process {first.pid}, started".encode() in said
        os.kill(first.pid, signal.SIGKILL)
        await first.wait()
        async with monitor(folder, "run", "--once") as third:
            await third.communicate()
        assert third.returncode == 0, "the lock of a dead process is no lock"


@pytest.mark.case(33)
@pytest.mark.case(73)
async def test_a_daemon_that_is_killed_again_and_again_mails_once(folder: Path) -> None:
    box = Mailbox()
    feed(folder / "inbox", "malta.txt", ARTICLE)
    async with mail_server(box) as port, asyncio.timeout(120):
        configure(folder, port)
        async with monitor(folder, "run", "--once") as whole:
            await whole.communicate()
        for _ in range(2):
            async with monitor(folder, "run") as process:
                await read_until(process, "started: 1 source")
                os.kill(process.pid, signal.SIGKILL)
                await process.wait()
    assert sorted(box.taken.get_nowait().rcpt_tos[0] for _ in range(box.taken.qsize())) == [
        "ana@example.org",
        "ben@example.org",
    ]


@pytest.mark.case(75)
async def test_a_daemon_that_was_stopped_goes_on_and_ends_when_told_to(folder: Path) -> None:
    configure(folder, 1)
    async with asyncio.timeout(60), monitor(folder, "run") as process:
        await read_until(process, "started: 1 source")
        os.kill(process.pid, signal.SIGSTOP)
        await asyncio.sleep(0.5)
        os.kill(process.pid, signal.SIGCONT)
        os.kill(process.pid, signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in said


@pytest.mark.case(76)
async def test_two_postmen_at_one_outbox_carry_each_message_once(tmp_path: Path) -> None:
    """Where the lock does not hold (a network file system), the claims do."""
    clock, server = Clock(), BadServer()
    readers = [f"reader{number}@example.org" for number in range(30)]
    path = tmp_path / "monitor.db"
    with Database.open(path, create=True) as one, Database.open(path, create=False) as two:
        enqueue(Store(one, clock), "morning@1", *readers)
        async with serving(server.converse) as port:
            postmen = [Postman(Store(each, clock), {"mail": channel(port)}, clock) for each in (one, two)]
            attempts = await asyncio.gather(*[postman.drain() for postman in postmen])
    assert sum(map(len, attempts)) == len(server.taken) == len({body for _, body in server.taken}) == len(readers)
    assert all(attempts), "both had work"


@pytest.mark.case(75)
async def test_a_postman_that_slept_past_its_lease_does_not_undo_what_another_did(tmp_path: Path) -> None:
    clock, gate = Clock(), asyncio.Event()
    path = tmp_path / "monitor.db"
    with Database.open(path, create=True) as one, Database.open(path, create=False) as two:
        enqueue(Store(one, clock), "morning@1", "ana@example.org")
        sleeper, other = FakeChannel(), FakeChannel()
        sleeper.script = [gate]
        sleeping = asyncio.create_task(Postman(Store(one, clock), {"mail": sleeper}, clock).drain())
        await sleeper.sending.wait()
        for _ in range(2):
            clock.forward(hours=1)
            await Postman(Store(two, clock), {"mail": other}, clock).drain()
        gate.set()
        await sleeping
        [line] = Store(one, clock).outbox()
        assert line.state == "sent"
        assert len(other.taken) + len(sleeper.taken) == 2, "the one window, seen from both sides"
        assert {raw for _, raw in other.taken} == {raw for _, raw in sleeper.taken}
        assert clock.now == NOW + timedelta(hours=2)
