"""A notice to the owner of a rule file that broke: composed like a digest, without alerts, and sent like one."""

from __future__ import annotations

import hashlib
import html
from datetime import UTC, datetime

from monitor.digest.freeze import Letterhead
from monitor.digest.message import Letter, domain_of, message_bytes
from monitor.model import BrokenFile, FrozenDigest, Message, Period

_STYLE = "font:14px/1.5 ui-monospace,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:16px"


def notice(broken: BrokenFile, channel: str, letterhead: Letterhead, now: datetime) -> FrozenDigest:
    """What `owner` is told about a broken file, frozen as of `now` (aware).

    Its period is empty, so that it never stands for a digest of a subscription. Raises ValueError where the owner is
    no mail address.
    """
    identity = f"broken-{broken.watchlist}@{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    domain = domain_of(letterhead.sender)
    message_id = f"{_hash(letterhead.instance, identity, broken.owner)}@{domain}"
    subject, text = _subject(broken), _text(broken)
    page = f'<!doctype html><html lang="en"><body><div style="{_STYLE}">{html.escape(text)}</div></body></html>'
    letter = Letter(
        sender=letterhead.sender,
        recipient=broken.owner,
        composed=now,
        message_id=message_id,
        series=f"broken-{_hash(letterhead.instance, broken.watchlist, broken.owner)}@{domain}",
        list_name=f"broken-{broken.watchlist}",
        subject=subject,
        plain_subject="A rule file is broken",
        text=text,
        html=page,
    )
    message = Message(broken.owner, f"<{message_id}>", subject, message_bytes(letter), page, text)
    return FrozenDigest(
        id=identity,
        subscription=f"broken:{broken.watchlist}",
        period=Period(now, now),
        composed=now,
        channel=channel,
        alerts=(),
        keys=(),
        messages=(message,),
    )


def _subject(broken: BrokenFile) -> str:
    state = "its last good version works on" if broken.kept else "its rules are left out"
    return f"{broken.watchlist}.toml is broken: {state}"


def _text(broken: BrokenFile) -> str:
    lines = [f"The rule file {broken.file} cannot be taken as it stands."]
    if broken.kept:
        lines.append(f"In their last good version these rules work on: {', '.join(broken.kept)}.")
    if broken.out:
        lines.append(f"These rules have none, and are left out: {', '.join(broken.out)}.")
    lines += ["", *("\n".join((problem, "")) for problem in broken.problems)]
    lines.append(
        "Mend the file and save it: it is taken up within a minute. `monitor check` shows the same at any time."
    )
    return "\n".join(lines) + "\n"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
