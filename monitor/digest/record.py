"""A digest as data, frozen for channels that are no mail: one message for each post that the channel makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from monitor.digest import wording
from monitor.digest.content import AlsoIn, Card, Digest, NewsLine, Passage, Run
from monitor.model import Message, Novelty
from monitor.model.record import (
    AccountRecord,
    NewsRecord,
    PassageRecord,
    PlaceRecord,
    Posts,
    Record,
    StoryRecord,
)

Name = Callable[[str], str]
"""What gives the stories of one digest their ids, from watchlist and story."""


def record_of(digest: Digest, digest_id: str, channel: str, instance: str, now: datetime) -> Record:
    """What a digest tells, as data; `now` (aware) is when it is composed."""

    def name(text: str) -> str:
        return _hash(instance, digest_id, channel, text)

    return Record(
        id=name(""),
        kind="digest",
        digest=digest_id,
        subscription=digest.subscription,
        channel=channel,
        installation=_hash(instance),
        subject=wording.subject(digest),
        composed=_iso(now),
        start=_iso(digest.period.start),
        end=_iso(digest.period.end),
        warning=wording.troubles(digest),
        stories=tuple(_story(card, section.title, name) for section in digest.sections for card in section.stories),
        account=_account(digest),
    )


def notice_record(
    subject: str, text: str, name: str, digest_id: str, channel: str, instance: str, now: datetime
) -> Record:
    """A notice as data; `name` stands where a digest has its subscription."""
    return Record(
        id=_hash(instance, digest_id, channel, ""),
        kind="notice",
        digest=digest_id,
        subscription=name,
        channel=channel,
        installation=_hash(instance),
        subject=subject,
        composed=_iso(now),
        start=_iso(now),
        end=_iso(now),
        text=text,
    )


def post_messages(record: Record, posts: Posts) -> tuple[Message, ...]:
    """One message for each post, in order. A digest that needs several has the number of each in its recipient.

    The recipient is the channel: it knows itself where it leads.
    """
    bodies = posts(record)
    return tuple(_message(record, body, number, len(bodies)) for number, body in enumerate(bodies, start=1))


def _message(record: Record, body: bytes, number: int, total: int) -> Message:
    alone = total == 1
    return Message(
        recipient=record.channel if alone else f"{record.channel} ({number} of {total})",
        message_id=f"<{record.id if alone else f'{record.id}.{number}'}@{record.channel}.invalid>",
        subject=record.subject,
        raw=body,
        html="",
        text="",
    )


def _story(card: Card, watchlist_title: str, name: Name) -> StoryRecord:
    recap = card.novelty not in (Novelty.NEW, Novelty.UPDATE)
    return StoryRecord(
        id=name(f"{card.watchlist}\0{card.story}"),
        story=card.story,
        watchlist=card.watchlist,
        watchlist_title=watchlist_title,
        novelty="recap" if recap else "new" if card.novelty is Novelty.NEW else "update",
        severity=card.severity.value,
        title=card.title,
        headline=_plain(card.headline),
        publisher=card.publisher,
        published=_iso(card.moment),
        when=card.when,
        age=card.date_note,
        lang=card.lang,
        url=card.link.url if card.link else "",
        host=card.link.host if card.link else "",
        news=tuple(_news(card.news)),
        facts=tuple(fact.as_dict() for fact in card.facts),
        passages=tuple(_passage(passage) for passage in card.passages),
        also_in=tuple(map(_place, card.also_in)),
        also_more=card.also_more,
        beside=tuple(map(_place, card.beside)),
        beside_more=card.beside_more,
        rules=card.why,
        elsewhere=card.elsewhere,
        alerts=card.alerts,
        note=card.quarantined or card.link_note,
    )


def _place(other: AlsoIn) -> PlaceRecord:
    return PlaceRecord(other.publisher, other.link.url if other.link else "", other.title)


def _news(lines: Sequence[NewsLine]) -> list[NewsRecord]:
    return [NewsRecord(clause.kind, clause.label, clause.text) for line in lines for clause in line.clauses]


def _passage(passage: Passage) -> PassageRecord:
    marks, at = [], 0
    for run in passage.runs:
        if run.marked:
            marks.append((at, at + len(run.text)))
        at += len(run.text)
    return PassageRecord(_plain(passage.runs), tuple(marks), passage.publisher)


def _plain(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)


def _account(digest: Digest) -> AccountRecord:
    account = digest.accounting
    return AccountRecord(
        articles=account.articles,
        matched=account.matched,
        shown=sum(1 for _ in digest),
        folded=len(digest.folded.alerts),
        waiting=digest.waiting,
        failing_sources=sum(bool(source.error) for source in account.sources),
        broken_rules=len(account.broken_rules),
        parked=account.parked,
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hash(*parts: str) -> str:
    """32 hex digits; the parts are parted by NUL, so that no two lists of parts hash alike."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
