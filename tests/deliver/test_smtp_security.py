"""Encryption and login, against a real server (cases 65 and 70)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from monitor.deliver.smtp import Security
from monitor.errors import DeliveryError
from tests.deliver.bench import DROP, BadServer, a_delivery
from tests.deliver.smtp_bench import channel, failure, kind, settings

DATA = Path(__file__).parent / "data"
CERTIFICATE, KEY = DATA / "localhost.pem", DATA / "localhost.key"


class Mailbox:
    """Keeps what was mailed, and who logged in."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        self.logins.append((login.login, login.password))
        return AuthResult(success=login.password == b"sesame", handled=False)


def server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


@asynccontextmanager
async def mail_server(mailbox: Mailbox, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """aiosmtpd on a free port; `tls` is spoken from the first byte, `tls_context` after STARTTLS."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, hostname="localhost", authenticator=mailbox.authenticate, **options),
        "127.0.0.1",
        0,
        ssl=tls,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0)


@pytest.mark.case(70)
async def test_starttls_with_a_certificate_that_is_trusted() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls_context=server_context(), require_starttls=True) as port:
        starttls = channel(port, security=Security.STARTTLS, ca_file=str(CERTIFICATE))
        assert await starttls.send(a_delivery()) == "250 2.0.0 kept"
    [envelope] = mailbox.envelopes
    assert envelope.rcpt_tos == ["ana@example.org"]
    assert message_from_bytes(envelope.original_content or b"")["To"] == "ana@example.org"


async def test_tls_from_the_first_byte() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls=server_context()) as port:
        implicit = channel(port, security=Security.TLS, ca_file=str(CERTIFICATE))
        assert await implicit.send(a_delivery()) == "250 2.0.0 kept"
    assert len(mailbox.envelopes) == 1


@pytest.mark.case(70)
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_that_nobody_vouches_for(security: Security) -> None:
    mailbox, context = Mailbox(), server_context()
    how = {"tls": context} if security is Security.TLS else {"tls_context": context}
    async with mail_server(mailbox, **how) as port:
        error = await failure(port, security=security)
    assert kind(error) == "channel permanent"
    assert "TLS failed: self-signed certificate" in str(error)
    assert mailbox.envelopes == []


@pytest.mark.case(70)
async def test_starttls_that_is_not_offered_is_not_done_without(bad_server: BadServer) -> None:
    error = await failure(bad_server.port, security=Security.STARTTLS)
    assert kind(error) == "channel permanent"
    assert "STARTTLS" in str(error)
    assert not any(command.startswith("MAIL") for command in bad_server.commands)


@pytest.mark.case(70)
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("454 not now", "channel"),
        ("502 what?", "channel permanent"),
        (DROP, "channel"),
        ("220 go\r\n250 injected", "channel"),
    ],
)
async def test_starttls_that_fails(bad_server: BadServer, reply: str, expected: str) -> None:
    bad_server.extensions = ("STARTTLS",)
    bad_server.script["starttls"] = reply
    error = await failure(bad_server.port, security=Security.STARTTLS, timeout=1)
    assert kind(error) == expected
    assert not any(command.startswith("MAIL") for command in bad_server.commands)


async def test_login_over_tls() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls_context=server_context(), auth_required=True) as port:
        login = {"username": "watch", "password": "sesame"}
        starttls = channel(port, security=Security.STARTTLS, ca_file=str(CERTIFICATE), **login)
        assert await starttls.send(a_delivery()) == "250 2.0.0 kept"
    assert mailbox.logins == [(b"watch", b"sesame")]


@pytest.mark.case(65)
async def test_a_wrong_password_is_tried_once_and_never_told() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, tls_context=server_context(), auth_required=True) as port:
        login = {"username": "watch", "password": "open barley"}
        error = await failure(port, security=Security.STARTTLS, ca_file=str(CERTIFICATE), **login)
        needed = await failure(port, security=Security.STARTTLS, ca_file=str(CERTIFICATE))
    assert kind(error) == kind(needed) == "channel permanent"
    assert "535" in str(error)
    assert "barley" not in str(error) + repr(settings(port, **login))
    assert len(mailbox.logins) == 1


@pytest.mark.parametrize(
    ("extension", "reply", "expected", "tries"),
    [
        ("AUTH PLAIN LOGIN", "235 welcome", "", 1),
        ("AUTH PLAIN LOGIN", "454 later", "channel", 1),
        ("AUTH PLAIN LOGIN", "535 no", "channel permanent", 1),
        ("AUTH PLAIN LOGIN", "504 unknown", "channel permanent", 2),
        ("AUTH NTLM", "235 welcome", "channel permanent", 0),
        ("8BITMIME", "235 welcome", "channel permanent", 0),
    ],
)
async def test_answers_to_a_login(bad_server: BadServer, extension: str, reply: str, expected: str, tries: int) -> None:
    bad_server.extensions = (extension,)
    bad_server.script["auth"] = reply
    sending = channel(bad_server.port, username="watch", password="sesame").send(a_delivery())
    if expected:
        with pytest.raises(DeliveryError) as caught:
            await sending
        assert kind(caught.value) == expected
    else:
        await sending
    assert len([command for command in bad_server.commands if command.startswith("AUTH")]) == tries
