"""A sending process that is killed in every phase: nothing is lost, and repeated is only what may have arrived."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import DeliveryState, FrozenDigest, Period
from monitor.store import Database, Store
from tests.deliver.bench import NOW, BadServer, Clock, a_message

SENDER = """
import asyncio, sys
from datetime import datetime, timedelta
from pathlib import Path
from monitor.deliver.postman import Postman
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.store import Database, Store

path, port, now = Path(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
with Database.open(path, create=False) as database:
    channel = SmtpChannel("mail", SmtpSettings("127.0.0.1", port, "w@example.org", Security.NONE, hello="m.test"))
    clock = lambda: now
    asyncio.run(Postman(Store(database, clock), {"mail": channel}, clock).drain())
"""


async def send(database: Path, port: int, clock: Clock, server: BadServer, kill_at: str = "") -> int:
    """Run the sender in a process of its own; kill it when the server reaches a phase. Its exit code."""
    arguments = (str(database), str(port), clock.now.isoformat())
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SENDER, *arguments)
    server.on_phase = lambda phase: os.kill(process.pid, signal.SIGKILL) if phase == kill_at else None
    code = await asyncio.wait_for(process.wait(), 60)
    server.on_phase = None
    return code


@pytest.mark.case(73)
@pytest.mark.parametrize(
    ("phase", "most"), [("banner", 1), ("ehlo", 1), ("mail", 1), ("rcpt", 1), ("data", 1), ("dot", 2), ("quit", 2)]
)
async def test_killed_in_a_phase(tmp_path: Path, clock: Clock, bad_server: BadServer, phase: str, most: int) -> None:
    path = tmp_path / "monitor.db"
    with Database.open(path, create=True) as database:
        period = Period(NOW - timedelta(days=1), NOW)
        messages = (a_message("ana@example.org"),)
        assert Store(database, clock).save_digest(FrozenDigest("m@1", "m", period, NOW, "mail", (), (), messages))
    assert await send(path, bad_server.port, clock, bad_server, kill_at=phase) == -signal.SIGKILL
    assert await send(path, bad_server.port, clock, bad_server) == 0, "its lease holds: nothing happens yet"
    assert len(bad_server.offered) == (phase in ("dot", "quit"))
    for _ in range(2):  # the lease has ended; the delivery is in doubt, and its time comes again
        clock.forward(hours=1)
        assert await send(path, bad_server.port, clock, bad_server) == 0
    with Database.open(path, create=False) as database:
        assert [delivery.state for delivery in Store(database, clock).deliveries()] == [DeliveryState.SENT]
    assert 1 <= len(bad_server.taken) <= most
    assert len(set(bad_server.offered)) == 1
