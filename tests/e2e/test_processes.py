"""The daemon as its operator runs it: started, fed an article, digest received, terminated."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

CONFIG = """\
[[source]]
name = "inbox"
folder = "inbox"

[channel.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Watch <watch@example.org>"

[[subscription]]
name = "minutely"
to = ["ana@example.org", "ben@example.org"]
channel = "mail"
schedule = "* * * * *"
"""
RULES = """\
[[rule]]
id = "ban"
title = "DeepSeek banned"
query = "DeepSeek NEAR/S ban"
"""
ARTICLE = "Malta acts\n\nMalta banned DeepSeek in its ministries on Friday.\n"
PATIENCE = 150.0
"""Seconds. At worst: the next look into the folder (30), a minute of the schedule, the next look at that, twice."""


class Mailbox:
    """What a real SMTP server has taken."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[Envelope] = asyncio.Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self.taken.put(envelope)
        return "250 taken"


@asynccontextmanager
async def mail_server(box: Mailbox) -> AsyncIterator[int]:
    """A mail server on a free port, which it yields."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="localhost", loop=loop), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def monitor(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command in a process of its own, killed in the end if it still lives."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "monitor", *arguments),
        cwd=folder,
        env=environment | {"XDG_STATE_HOME": str(folder)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bans.toml").write_text(RULES, encoding="utf-8")
    return tmp_path


def configure(folder: Path, port: int) -> None:
    (folder / "config.toml").write_text(CONFIG.format(port=port), encoding="utf-8")


def feed(inbox: Path, name: str, text: str) -> None:
    """An article as a well-behaved program delivers it: written elsewhere, then moved into place."""
    part = inbox / f".{name}.part"
    part.write_text(text, encoding="utf-8")
    part.rename(inbox / name)


async def read_until(process: asyncio.subprocess.Process, words: str) -> None:
    """Read the log until it says so."""
    assert process.stderr is not None
    said = b""
    while words.encode() not in said:
        line = await process.stderr.readline()
        assert line, said.decode()
        said += line


@pytest.mark.case(74)
async def test_an_article_goes_in_and_a_digest_comes_out(folder: Path) -> None:
    box = Mailbox()
    async with mail_server(box) as port, asyncio.timeout(PATIENCE):
        configure(folder, port)
        feed(folder / "inbox", "malta.txt", ARTICLE)
        async with monitor(folder, "run") as process:
            await read_until(process, "started: 1 source")
            mails = [await box.taken.get() for _ in range(2)]
            process.send_signal(signal.SIGTERM)
            _, said = await process.communicate()
    assert process.returncode == 0
    assert box.taken.empty()
    assert b"ERROR" not in said
    assert sorted(mail.rcpt_tos[0] for mail in mails) == ["ana@example.org", "ben@example.org"]
    first, second = (message_from_bytes(bytes(mail.content or b""), policy=policy.default) for mail in mails)
    assert first["Message-ID"] != second["Message-ID"]
    text = first.get_body(("plain",))
    assert text is not None
    assert "DeepSeek banned" in text.get_content()
    assert "1 article," in text.get_content(), "what is read at the very start is of the first period"


async def test_one_round_mails_each_reader_once(folder: Path) -> None:
    box = Mailbox()
    feed(folder / "inbox", "malta.txt", ARTICLE)
    async with mail_server(box) as port, asyncio.timeout(60):
        configure(folder, port)
        for _ in range(2):
            async with monitor(folder, "run", "--once") as process:
                _, said = await process.communicate()
                assert (process.returncode, said) == (0, b"")
    mails = [box.taken.get_nowait() for _ in range(box.taken.qsize())]
    assert sorted(mail.rcpt_tos[0] for mail in mails) == ["ana@example.org", "ben@example.org"]
    assert {mail.mail_from for mail in mails} == {"watch@example.org"}


@pytest.mark.case(72)
async def test_a_server_that_is_away_is_told(folder: Path) -> None:
    box = Mailbox()
    feed(folder / "inbox", "malta.txt", ARTICLE)
    async with mail_server(box) as port:
        pass
    configure(folder, port)
    async with asyncio.timeout(60), monitor(folder, "run", "--once") as process:
        _, said = await process.communicate()
    assert process.returncode == 1
    assert b"not delivered" in said
    assert box.taken.empty()


@pytest.mark.case(74)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_it_ends_cleanly_when_told_to(folder: Path, number: signal.Signals) -> None:
    configure(folder, 1)
    async with asyncio.timeout(30), monitor(folder, "run") as process:
        await read_until(process, "started: 1 source")
        process.send_signal(number)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b"stopped" in said
    assert b"Traceback" not in said
