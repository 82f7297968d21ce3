"""The channel that mails, phase by phase, so that it always knows what an error means.

Everything before the final dot is safe to repeat: a server that never saw end-of-data has no message. After the dot
only an answer counts: 2xx is sent, 4xx later, 5xx never; no answer, or one that is none, is ambiguous (RFC 1047). A
failing QUIT changes nothing. aiosmtplib's own `sendmail` raises the same exception on both sides of the dot; that is
why DATA is spoken here. The waits follow RFC 5321, 4.5.3.2.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import cast

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
)
from aiosmtplib.protocol import SMTPProtocol

from monitor.deliver.address import address_fault, on_the_wire
from monitor.deliver.policy import OnAmbiguous
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message
from monitor.text.clean import one_line

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_START_INPUT = 354
_MECHANISM_UNKNOWN = 504
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""Answers that speak of us and not of the message: authentication or encryption is required (RFC 4954, RFC 3207)."""

_QUIT_WAIT = 3.0
_DRAIN_STEP = 0.01


class Security(StrEnum):
    """How the connection is protected; the first two are refused by us where the server cannot or its name differs."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server and how to speak to it.

    `sender` is the bare address of the envelope. `ca_file` holds further authorities to trust, in PEM. `hello` is how
    we call ourselves (default: the host's own name). `timeout` is the longest wait for one reply, in seconds; all
    up to the final dot takes at most twice as long. `answer_timeout` is the wait for the answer to the dot: ten
    minutes at least, because a server may deliver before it answers (case 68).
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    hello: str | None = None
    timeout: float = 300.0
    answer_timeout: float = 660.0


class SmtpChannel:
    """Mails each delivery through one connection of its own."""

    def __init__(self, name: str, settings: SmtpSettings, on_ambiguous: OnAmbiguous = OnAmbiguous.RESEND) -> None:
        self.name = name
        self.on_ambiguous = on_ambiguous
        self._settings = settings

    @property
    def longest(self) -> timedelta:
        return timedelta(seconds=2 * self._settings.timeout + self._settings.answer_timeout + _QUIT_WAIT)

    async def send(self, delivery: Delivery) -> str:
        """Send one message to its one recipient and return the server's answer to it, on one line."""
        message = delivery.message
        if fault := address_fault(message.recipient):
            raise DeliveryError(f"the recipient {fault}", permanent=True)
        client = self._client()
        try:
            await self._up_to_the_dot(client, message)
            answer = await self._dot(client)
            await _leave(client)
            return answer
        except DeliveryError as error:
            if not error.ambiguous:
                await _leave(client)
            raise
        finally:
            client.close()

    def _client(self) -> SMTP:
        settings = self._settings
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=settings.hello,
            timeout=settings.timeout,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            cert_bundle=settings.ca_file,
        )

    async def _up_to_the_dot(self, client: SMTP, message: Message) -> None:
        """Every error in here is a safe one. The limit stops servers that drip, reply after reply."""
        try:
            async with asyncio.timeout(2 * self._settings.timeout):
                await self._open(client)
                await self._envelope(client, message)
                await _body(client, message.raw)
        except TimeoutError as error:
            raise DeliveryError("the server took too long") from error

    async def _open(self, client: SMTP) -> None:
        """Connect, encrypt and log in. Whatever fails here would fail for every message: the channel's fault."""
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            if self._settings.username:
                await self._log_in(client)
        except SMTPResponseException as error:
            raise DeliveryError(_told(error), channel=True, permanent=_refuses(error.code)) from error
        except ssl.SSLError as error:
            raise _untrusted(error) from error
        except (SMTPConnectError, TimeoutError, ConnectionError) as error:
            raise _unreachable(error) from error
        except (SMTPException, OSError, ValueError) as error:
            raise DeliveryError(one_line(str(error)), channel=True, permanent=True) from error

    async def _log_in(self, client: SMTP) -> None:
        """Try one mechanism and no other: a password that is refused twice may lock the account (case 65)."""
        encrypted = client.get_transport_info("sslcontext") is not None
        if not encrypted and self._settings.host not in _LOOPBACK:
            raise SMTPException("the password would travel in the clear: use TLS")
        mechanisms = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        offered = [mechanism for mechanism in mechanisms if mechanism in client.supported_auth_methods]
        for mechanism in offered:
            try:
                await mechanisms[mechanism](self._settings.username, self._settings.password)
            except SMTPAuthenticationError as error:
                if error.code != _MECHANISM_UNKNOWN:
                    raise
            else:
                return
        raise SMTPException("the server offers no login that we know")

    async def _envelope(self, client: SMTP, message: Message) -> None:
        sender, recipient = on_the_wire(self._settings.sender), on_the_wire(message.recipient)
        options = _mail_options(client, message.raw, sender + recipient)
        encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
        try:
            await client.mail(sender, options=options, encoding=encoding)
            await client.rcpt(recipient, encoding=encoding)
        except SMTPResponseException as error:
            login = error.code in _LOGIN_WANTED
            raise DeliveryError(_told(error), channel=login, permanent=_refuses(error.code)) from error
        except (SMTPException, OSError, ValueError) as error:
            raise DeliveryError(one_line(str(error))) from error

    async def _dot(self, client: SMTP) -> str:
        """End the message and wait for the answer. Only here can an error be ambiguous."""
        protocol = _protocol(client)
        try:
            protocol.write(b".\r\n")
        except (SMTPException, OSError) as error:
            raise DeliveryError("the connection was lost before the end of the message") from error
        try:
            answer = await protocol.read_response(timeout=self._settings.answer_timeout)
        except asyncio.CancelledError:
            raise DeliveryError("interrupted while waiting for the server's answer", ambiguous=True) from None
        except SMTPResponseException as error:
            raise DeliveryError(f"the answer to the message is none: {_told(error)}", ambiguous=True) from error
        except (SMTPException, OSError) as error:
            told = one_line(str(error))
            raise DeliveryError(f"no answer to the message: {told}", ambiguous=True) from error
        return _judged(answer)


def _judged(answer: SMTPResponse) -> str:
    """The verdict of the server's answer to the whole message."""
    told = f"{answer.code} {one_line(answer.message)[:300]}"
    if 200 <= answer.code < 300:
        return told
    if 400 <= answer.code < 600:
        raise DeliveryError(told, permanent=_refuses(answer.code))
    raise DeliveryError(f"the answer to the message is none: {told}", ambiguous=True)


async def _body(client: SMTP, raw: bytes) -> None:
    """DATA and the message, all but the dot, handed to the network before this returns."""
    try:
        code, told = await client.execute_command(b"DATA")
        if code != _START_INPUT:
            raise DeliveryError(f"{code} {one_line(told)[:300]}", permanent=_refuses(code))
        protocol = _protocol(client)
        protocol.write(stuffed(raw))
        while (
            transport := cast(asyncio.WriteTransport | None, protocol.transport)
        ) and transport.get_write_buffer_size():
            await asyncio.sleep(_DRAIN_STEP)
    except SMTPResponseException as error:
        raise DeliveryError(_told(error)) from error
    except (SMTPException, OSError) as error:
        raise DeliveryError(f"the connection was lost before the end of the message: {one_line(str(error))}") from error


def stuffed(raw: bytes) -> bytes:
    """The message as it travels, without the final dot: lines end in CRLF, a leading dot is doubled (RFC 5321, 4.5.2).

    A bare CR or LF never leaves, or the end of the message would lie where the reader wants it ("SMTP smuggling").
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _mail_options(client: SMTP, raw: bytes, addresses: str) -> list[str]:
    """SMTPUTF8 and 8BITMIME where the message needs them. Raises DeliveryError where the server offers neither."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    needed = {
        "SMTPUTF8": not (addresses.isascii() and head.isascii()),
        "8BITMIME": not raw.isascii(),
    }
    for extension in (name for name, wanted in needed.items() if wanted):
        if not client.supports_extension(extension):
            raise DeliveryError(f"the message needs {extension}, which the server does not offer", permanent=True)
    options = ["SMTPUTF8"] if needed["SMTPUTF8"] else []
    return [*options, "BODY=8BITMIME"] if needed["8BITMIME"] else options


def _protocol(client: SMTP) -> SMTPProtocol:
    if client.protocol is None:
        raise DeliveryError("the connection was lost before the end of the message")
    return client.protocol


async def _leave(client: SMTP) -> None:
    """Say goodbye; the message's fate is decided, so nothing that goes wrong here matters."""
    if client.is_connected:
        with suppress(SMTPException, OSError, asyncio.CancelledError):
            await client.quit(timeout=_QUIT_WAIT)


def _refuses(code: int) -> bool:
    return 500 <= code < 600


def _told(error: SMTPResponseException) -> str:
    return f"{error.code} {one_line(error.message)[:300]}"


def _untrusted(error: ssl.SSLError) -> DeliveryError:
    told = one_line(str(getattr(error, "verify_message", "") or error.reason or error))
    refused = isinstance(error, ssl.SSLCertVerificationError)
    return DeliveryError(f"TLS failed: {told}", channel=True, permanent=refused)


def _unreachable(error: Exception) -> DeliveryError:
    """No connection. A certificate that is refused hides in here too, when TLS is the first thing spoken."""
    if isinstance(error.__cause__, ssl.SSLError):
        return _untrusted(error.__cause__)
    return DeliveryError(one_line(str(error)) or type(error).__name__, channel=True)
