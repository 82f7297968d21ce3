"""A notice, such as that to the owner of a rule file that broke: without alerts, but frozen and sent like a digest."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.digest.freeze import Letterhead
from monitor.digest.message import Letter, domain_of, message_bytes
from monitor.digest.record import notice_record, post_messages
from monitor.model import BrokenFile, FrozenDigest, Message, Period

_STYLE = "font:14px/1.5 ui-monospace,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:16px"


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail that is no digest. `name` stands where a digest has its subscription; `identity` begins its id, and names
    the list that it is sent to."""

    name: str
    identity: str
    subject: str
    plain_subject: str
    text: str


def notice_of_broken(broken: BrokenFile, channel: str, letterhead: Letterhead, now: datetime) -> FrozenDigest:
    """What `owner` is told about a broken file, frozen as of `now` (aware).

    Raises ValueError where the owner is no mail address.
    """
    text, subject = _text(broken), _subject(broken)
    told = Notice(f"broken:{broken.watchlist}", f"broken-{broken.watchlist}", subject, "A rule file is broken", text)
    return freeze_notice(told, [broken.owner], channel, letterhead, now)


def freeze_notice(
    notice: Notice, recipients: Sequence[str], channel: str, letterhead: Letterhead, now: datetime
) -> FrozenDigest:
    """A message for each recipient. Its period is empty, so that it never stands for a digest of a subscription.

    Raises ValueError where a recipient is no mail address.
    """
    identity = f"{notice.identity}@{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return FrozenDigest(
        id=identity,
        subscription=notice.name,
        period=Period(now, now),
        composed=now,
        channel=channel,
        alerts=(),
        keys=(),
        messages=_messages(notice, identity, recipients, channel, letterhead, now),
    )


def _messages(
    notice: Notice, identity: str, recipients: Sequence[str], channel: str, letterhead: Letterhead, now: datetime
) -> tuple[Message, ...]:
    """A mail for each recipient; where the channel is no mail, whoever reads there is told."""
    if letterhead.posts is None:
        return tuple(_message(notice, identity, each, letterhead, now) for each in dict.fromkeys(recipients))
    told = notice_record(notice.subject, notice.text, notice.name, identity, channel, letterhead.instance, now)
    return post_messages(told, letterhead.posts)


def _message(notice: Notice, identity: str, recipient: str, letterhead: Letterhead, now: datetime) -> Message:
    domain = domain_of(letterhead.sender)
    message_id = f"{_hash(letterhead.instance, identity, recipient)}@{domain}"
    page = f'<!doctype html><html lang="en"><body><div style="{_STYLE}">{html.escape(notice.text)}</div></body></html>'
    letter = Letter(
        sender=letterhead.sender,
        recipient=recipient,
        composed=now,
        message_id=message_id,
        series=f"{notice.identity}-{_hash(letterhead.instance, notice.name, recipient)}@{domain}",
        list_name=notice.identity,
        subject=notice.subject,
        plain_subject=notice.plain_subject,
        text=notice.text,
        html=page,
    )
    return Message(recipient, f"<{message_id}>", notice.subject, message_bytes(letter), page, notice.text)


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
