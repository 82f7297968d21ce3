"""Mails that say that a mail came back (RFC 3464), read for what they prove and nothing else. Pure.

Anybody can write such a mail. It counts only where it names a Message-ID of ours, which nobody can guess, and the
address that this message went to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from monitor.text.clean import one_line

LARGEST = 2_000_000
"""Octets of a mail that is read; returned mails are shorter, or not returned whole."""

_MOST_PARTS = 50
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(r"(?im)^Message-ID:\s*(<[^<>\s]{1,300}>)")
_DEAD = re.compile(r"5\.(1\.([1236]|10)|2\.1)")
"""The address does not exist, or is closed; other reports speak of the message, or of the day (RFC 3463)."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient whose mail came back. `message_ids` are those that the report names, `status` is of RFC 3463."""

    recipient: str
    message_ids: tuple[str, ...]
    status: str
    told: str

    @property
    def dead(self) -> bool:
        """Whether no mail to this address can ever arrive."""
        return bool(_DEAD.fullmatch(self.status))


def read_bounces(raw: bytes) -> list[Bounce]:
    """The recipients for whom a mail reports failure for good; none where it is no such report, or only a delay."""
    mail = message_from_bytes(raw[:LARGEST])
    parts = [part for _, part in zip(range(_MOST_PARTS), mail.walk(), strict=False)]
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    names = tuple(dict.fromkeys(_MESSAGE_ID.findall(_returned(parts))))
    if not names:
        return []
    return [bounce for report in reports for block in _blocks(report) if (bounce := _bounce(block, names))]


def _bounce(block: Message, names: tuple[str, ...]) -> Bounce | None:
    action = one_line(str(block.get("Action", ""))).lower()
    status = _STATUS.search(str(block.get("Status", "")))
    recipient = _address(block, "Original-Recipient") or _address(block, "Final-Recipient")
    if action != "failed" or status is None or not recipient:
        return None
    told = one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2])[:300]
    return Bounce(recipient, names, status[0], f"{status[0]} {told}".rstrip())


def _blocks(report: Message) -> list[Message]:
    payload = report.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _address(block: Message, name: str) -> str:
    """`rfc822; ana@example.org` without its type."""
    return one_line(str(block.get(name, "")).rpartition(";")[2]).strip("<>")


def _returned(parts: list[Message]) -> str:
    """The headers of the mail that came back: attached whole, or headers alone (RFC 3462)."""
    found = []
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(inner := part.get_payload(), list):
            found += [f"Message-ID: {each.get('Message-ID', '')}" for each in inner if isinstance(each, Message)]
        elif kind == "text/rfc822-headers":
            found.append(bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace"))
    return "\n".join(found)
