"""A digest frozen: rendered once, one message per recipient, identifiers that a repeat will have too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from monitor.digest import wording
from monitor.digest.content import Digest
from monitor.digest.message import Letter, domain_of, message_bytes
from monitor.digest.record import post_messages, record_of
from monitor.digest.render import Own, Rendered, render, whole_page
from monitor.model import FrozenDigest, MailFormat, Message, Period, Subscription
from monitor.model.record import Posts

_NO_TITLES: Mapping[str, str] = MappingProxyType({})

Publish = Callable[[str, Callable[[], str]], str]
"""Puts the page of a whole digest, by its id, where readers find it, and returns the address; empty if nowhere. The
page is made when it is asked for."""


def nowhere(identity: str, page: Callable[[], str]) -> str:  # noqa: ARG001 - as `Publish` has them
    return ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all mails of one installation share, as plain values.

    `instance` tells installations apart (two of them never make the same Message-ID). `sender` is a mailbox such as
    `Watch <watch@example.org>`. `titles` are the headings of the watchlists, for `compose`; `publish` is for what a
    mail is too small for. `posts` is for channels that are no mail: how they put a digest.
    """

    instance: str
    sender: str
    titles: Mapping[str, str] = field(default_factory=lambda: _NO_TITLES)
    publish: Publish = nowhere
    posts: Posts | None = None

    @property
    def shows_all(self) -> bool:
        """Whether there is more of a digest than a mail: posts, or a page for what the mail is too small for."""
        return self.posts is not None or self.publish is not nowhere


def freeze(
    digest: Digest,
    subscription: Subscription,
    letterhead: Letterhead,
    now: datetime,
    own: Own | None = None,
) -> FrozenDigest:
    """Render and freeze; `now` (aware) becomes the Date of the mails. Equal arguments give equal bytes.

    `FrozenDigest.alerts` and `keys` are what the reader is really told. What did not fit into the mail is told by the
    page of the whole digest; where `letterhead.publish` has no place for one, it is not told and goes on waiting.
    """
    instant = digest.reader.instant
    identity = digest_id(subscription.name, digest.period, instant=instant)
    if letterhead.posts is not None:
        told, fault = digest, ""
        record = record_of(digest, identity, subscription.channel, letterhead.instance, now)
        messages = post_messages(record, letterhead.posts)  # as many as it takes: nothing is left out
    else:
        rendered, told = _rendered(digest, identity, letterhead, own)
        fault, form = rendered.digest.fault, subscription.format
        recipients = dict.fromkeys(subscription.recipients)
        messages = tuple(_message(rendered, identity, each, letterhead, now, form) for each in recipients)
    return FrozenDigest(
        id=identity,
        subscription=subscription.name,
        period=digest.period,
        composed=now,
        channel=subscription.channel,
        alerts=told.alerts,
        keys=told.keys,
        messages=messages,
        instant=instant,
        fault=fault,
    )


def _rendered(digest: Digest, identity: str, letterhead: Letterhead, own: Own | None) -> tuple[Rendered, Digest]:
    """The mail, and what of the digest is told by it and by the page that it leads to."""
    rendered = render(digest, own)
    if rendered.digest.waiting and (page := letterhead.publish(identity, lambda: whole_page(digest))):
        return render(replace(digest, page=page), own), digest
    return rendered, rendered.digest


def digest_id(subscription: str, period: Period, *, instant: bool = False) -> str:
    """`morning@20250131T070000Z`: the subscription and the end of its period in UTC.

    That of a mail sent at once, `morning.instant@...`, can be no other subscription's: their names have no dots.
    """
    name = f"{subscription}.instant" if instant else subscription
    return f"{name}@{period.end.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _message(
    rendered: Rendered, identity: str, recipient: str, letterhead: Letterhead, now: datetime, form: MailFormat
) -> Message:
    domain = domain_of(letterhead.sender)
    digest = rendered.digest
    message_id = f"{_hash(letterhead.instance, identity, recipient)}@{domain}"
    letter = Letter(
        sender=letterhead.sender,
        recipient=recipient,
        composed=now,
        message_id=message_id,
        series=f"{_thread(digest, letterhead.instance, recipient)}@{domain}",
        list_name=digest.subscription,
        subject=rendered.subject,
        plain_subject=wording.plain_subject(digest),
        text="" if form is MailFormat.HTML else rendered.text,
        html="" if form is MailFormat.TEXT else rendered.html,
    )
    return Message(
        recipient=recipient,
        message_id=f"<{message_id}>",
        subject=rendered.subject,
        raw=message_bytes(letter),
        html=rendered.html,
        text=rendered.text,
    )


def _thread(digest: Digest, instance: str, recipient: str) -> str:
    """What the mail is filed under: its story where it is about a single one, else the subscription's digests."""
    stories = {card.story for card in digest}
    if len(stories) == 1:
        return f"story-{_hash(instance, *stories, recipient)}"
    return f"digest-series-{_hash(instance, digest.subscription, recipient)}"


def _hash(*parts: str) -> str:
    """32 hex digits; the parts are parted by NUL, so that no two lists of parts hash alike."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
