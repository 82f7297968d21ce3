"""The bytes of one mail: RFC 5322 and 2046, headers that no title can break out of (findings 1 and 2).

`email` on Python 3.11 decodes an encoded word that hides a line break in a title and then writes the line break into
the header. So `=?` and every control character are made harmless before a header is set, and the finished bytes are
read back: the header list must be exactly the one that was meant.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from monitor.text.clean import one_line

LONGEST_LINE = 998
"""Octets of one header line without its line end (RFC 5322, section 2.1.1)."""

_HEADERS = [
    *("From", "To", "Date", "Message-ID", "Subject", "References", "List-Id", "List-Unsubscribe"),
    *("Auto-Submitted", "Precedence"),
]
_OF_PARTS = (["MIME-Version", "Content-Type"], ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"])
"""What follows in a mail of two parts, and of one."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """All that goes into one mail. `series` and `message_id` come without angle brackets; `composed` is aware.

    A mail has one of `text` and `html`, or both as alternatives.
    """

    sender: str
    recipient: str
    composed: datetime
    message_id: str
    series: str
    list_name: str
    subject: str
    plain_subject: str
    text: str
    html: str


class UnsafeHeaderError(ValueError):
    """The serialised headers are not the ones that were set."""


def message_bytes(letter: Letter) -> bytes:
    """One message, CRLF line ends, byte-identical for equal letters.

    If the subject with a headline cannot be written safely, `plain_subject` takes its place: no title may stop a
    digest. Raises UnsafeHeaderError where even that is not safe, which a checked configuration rules out.
    """
    try:
        return _written(letter, letter.subject)
    except (ValueError, LookupError, AttributeError, IndexError):  # what `email` raises on text it cannot fold
        return _written(letter, letter.plain_subject)


def harmless(text: str) -> str:
    """One line of text that `email` takes literally: no controls, no line ends, no start of an encoded word."""
    return one_line(text).replace("=?", "= ?")


def domain_of(address: str) -> str:
    """The ASCII domain of a mailbox such as `Watch <watch@example.org>`; raises ValueError where there is none."""
    return _mailbox(address).domain.encode("idna").decode("ascii")


def token(text: str) -> str:
    """Letters, digits and hyphens, for the left side of identifiers; never empty."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-")
    return kept[:40] or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _written(letter: Letter, subject: str) -> bytes:
    sender, recipient = _mailbox(letter.sender), _mailbox(letter.recipient)
    plain = sender.username.isascii() and recipient.username.isascii()
    message = EmailMessage(policy=SMTP if plain else SMTPUTF8)  # RFC 6532 only where an address needs it (case 60)
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = format_datetime(letter.composed.astimezone(UTC))
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Subject"] = harmless(subject)
    message["References"] = f"<{letter.series}>"
    message["List-Id"] = f"<{token(letter.list_name)}.{domain_of(letter.sender)}>"
    message["List-Unsubscribe"] = (
        f"<mailto:{quote(sender.addr_spec, safe='@')}?subject=unsubscribe%20{token(letter.list_name)}>"
    )
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"
    _set_parts(message, letter)
    raw = message.as_bytes()
    _check(raw, harmless(subject))
    return raw


def _set_parts(message: EmailMessage, letter: Letter) -> None:
    if not letter.html:
        message.set_content(letter.text, cte=_encoding(letter.text))
    elif not letter.text:
        message.set_content(letter.html, subtype="html", cte=_encoding(letter.html))
    else:
        message.set_content(letter.text, cte=_encoding(letter.text))
        message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
        # "=_" occurs in neither encoding, so the boundary cannot occur in a body (RFC 2045, section 6.7)
        message.set_boundary(f"=_{hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]}")


def _mailbox(text: str) -> Address:
    """Raises ValueError for what is not exactly one plain address (case 60; the configuration refuses it earlier)."""
    name, address = parseaddr(harmless(text))
    if not _ADDRESS.fullmatch(address) or not harmless(text).removesuffix(">").endswith(address):
        raise ValueError(f"not one mail address: {text!r}")
    local, _, domain = address.rpartition("@")
    return Address(display_name=harmless(name), username=local, domain=domain.encode("idna").decode("ascii"))


def _encoding(body: str) -> str:
    """Quoted-printable stays readable; where much is not ASCII, base64 is shorter."""
    foreign = sum(not c.isascii() for c in body)
    return "base64" if foreign * 6 > len(body) else "quoted-printable"


def _check(raw: bytes, subject: str) -> None:
    """Read the bytes back (case 58): exactly our headers, each once, every line legal, the subject unchanged."""
    block = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.partition(b":")[0].decode("ascii") for line in block if line[:1] not in (b" ", b"\t")]
    if names[: len(_HEADERS)] != _HEADERS or names[len(_HEADERS) :] not in _OF_PARTS:
        raise UnsafeHeaderError(f"headers {names}")
    if any(len(line) > LONGEST_LINE or re.search(rb"[\r\n\x00]", line) for line in block):
        raise UnsafeHeaderError("an illegal header line")
    read = str(message_from_string(raw.partition(b"\r\n\r\n")[0].decode(), policy=SMTP)["Subject"])
    if "".join(read.split()) != "".join(subject.split()):  # folding may lose a space between two encoded words
        raise UnsafeHeaderError("the subject does not read back")
