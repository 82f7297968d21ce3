"""The daemon as systemd, an analyst with an editor, and an impatient operator meet it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIG = """\
[[source]]
name = "inbox"
folder = "inbox"

[channel.files]
kind = "files"
folder = "out"

[[subscription]]
name = "morning"
to = ["ana@example.org"]
channel = "files"
"""
RULES = 'title = "Bans"\nowner = "ana@example.org"\n\n[[rule]]\nid = "ban"\nquery = "DeepSeek NEAR/S ban"\n'

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("inbox", "rules"):
        (tmp_path / name).mkdir()
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "rules" / "bans.toml").write_text(RULES, encoding="utf-8")
    return tmp_path


def environment(folder: Path, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return ours | {"XDG_STATE_HOME": str(folder), "PYTHONUNBUFFERED": "1"} | more


@contextmanager
def daemon(folder: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "run"],
        cwd=folder,
        env=environment(folder, **more),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if words in line:
            return
    raise AssertionError("".join(said))


def health(folder: Path) -> int:
    return subprocess.run([sys.executable, "-m", "monitor", "health"], cwd=folder, env=environment(folder)).returncode


def test_a_saved_rule_is_taken_up_and_a_broken_one_told(folder: Path) -> None:
    with daemon(folder) as process:
        until(process, "started")
        (folder / "rules" / "new.toml").write_text("[[rule]]\nid = 'x'\nquery = 'tariff'\n", encoding="utf-8")
        until(process, "reloaded")
        (folder / "rules" / "bans.toml").write_text(RULES[:-4], encoding="utf-8")
        until(process, "bans/ban (its last good version works on)")
        until(process, "to ana@example.org: sent")
        (folder / "rules" / "bans.toml").write_text(RULES, encoding="utf-8")
        until(process, "2 rules at work, 0 files broken")
        process.send_signal(signal.SIGHUP)
        until(process, "reloaded")
    (told,) = (folder / "out").glob("broken-*.txt")
    assert "E003" in told.read_text(encoding="utf-8")


@pytest.mark.case(74)
def test_systemd_is_told_and_health_follows(folder: Path) -> None:
    address = str(folder / "notify")
    assert health(folder) == 1
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(60)
        with daemon(folder, NOTIFY_SOCKET=address, WATCHDOG_USEC="600000") as process:
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            assert manager.recv(100) == b"WATCHDOG=1"
            assert health(folder) == 0
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            told = {b"WATCHDOG=1"}
            while told == {b"WATCHDOG=1"}:
                told = {manager.recv(100)}
            assert told == {b"STOPPING=1"}
    assert health(folder) == 1


@pytest.mark.case(74)
async def test_a_stop_does_not_wait_for_thousands_of_rules(folder: Path) -> None:
    with daemon(folder) as process:
        until(process, "started")
        rules = "".join(f"[[rule]]\nid = 'r{n}'\nquery = 'ban NEAR/S thing{n}'\n" for n in range(20_000))
        (folder / "rules" / "many.toml").write_text(rules, encoding="utf-8")
        await asyncio.sleep(3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.case(74)
def test_a_second_signal_ends_it_at_once(folder: Path) -> None:
    with daemon(folder) as process:
        until(process, "started")
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in (0, -signal.SIGINT)
