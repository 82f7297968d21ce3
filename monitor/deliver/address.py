"""Mail addresses: which ones are taken (case 60), and how they travel in SMTP."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
"""A dot-atom of RFC 5321, 4.1.2, with the letters of RFC 6531. Quoted local parts are refused: nobody has one, and
programs between us and the mailbox read them differently."""

_LABEL = re.compile(r"\w([\w-]*\w)?")


def address_fault(address: str) -> str:
    """Why `address` cannot be mailed to, as one clause; empty if it can. A bare address, without a display name."""
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        return "contains a space or a control character"
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return "is not of the form name@example.org"
    if not _LOCAL.fullmatch(local):
        return "has a character or a dot before the @ where none may stand"
    return _length_fault(local, address) or _domain_fault(domain)


def recipient_faults(addresses: Sequence[str]) -> list[str]:
    """What is wrong with a list of recipients: unusable addresses, and the same mailbox twice in whatever case."""
    faults = [f"{address!r} {fault}" for address in addresses if (fault := address_fault(address))]
    seen: dict[str, str] = {}
    for address in addresses:
        mailbox = unicodedata.normalize("NFC", address).casefold()
        if mailbox in seen:
            faults.append(f"{address!r} is the same as {seen[mailbox]!r}")
        seen.setdefault(mailbox, address)
    return faults


def on_the_wire(address: str) -> str:
    """The address with its domain in ASCII (IDNA) where the local part is ASCII too, so that any server takes it."""
    local, _, domain = address.rpartition("@")
    return address if not local.isascii() else f"{local}@{_ascii(domain)}"


def _length_fault(local: str, address: str) -> str:
    """RFC 5321, 4.5.3.1: octets, not characters."""
    if len(local.encode()) > 64:
        return "has more than 64 octets before the @"
    return "has more than 254 octets" if len(address.encode()) > 254 else ""


def _domain_fault(domain: str) -> str:
    try:
        labels = _ascii(domain).split(".")
    except UnicodeError:
        labels = []
    if not labels or not all(_LABEL.fullmatch(label) and len(label) <= 63 and "_" not in label for label in labels):
        return "has no valid domain after the @"
    return ""


def _ascii(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")
