"""The ledger: what became of an article, from the source to the mailbox. Nothing in it is ever forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Alert, Article, Copy, DeliveryState, Period, StoryReason
from monitor.store.alerts import Alerts, alert_of
from monitor.store.codec import dumps, micros, moment, moment_or_none
from monitor.store.stories import MergedStory, Stories


@dataclass(frozen=True, slots=True)
class Sending:
    """One recipient's message. `at` is when it was sent, or tried last, `answer` what the server said to that."""

    delivery: int
    recipient: str
    message_id: str
    channel: str
    state: DeliveryState
    attempts: int
    next_at: datetime
    at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Seat:
    """An alert's place in a subscription's digest; without a digest it still waits. `withheld`: told to nobody."""

    subscription: str
    digest: str
    period: Period | None
    withheld: bool
    sendings: tuple[Sending, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An alert, the version of the article that it was raised about, and its places in digests."""

    alert: Alert
    version: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of an article. `ingested` is when it came, `edited` when later versions did (UTC).

    `why` it is in its story, with the logarithm of the odds (`score`) where likeness decided, and the article whose
    text it repeats; `merged` are the stories that go by the name of its story.
    """

    article: Article
    story: str
    why: StoryReason
    score: float | None
    copy_of: str
    merged: tuple[MergedStory, ...]
    ingested: datetime
    edited: tuple[datetime, ...]
    copies: tuple[Copy, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was read and not taken."""

    at: datetime
    source: str
    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the other side took at `at` (UTC), and what it said to that."""

    at: datetime
    delivery: int
    digest: str
    recipient: str
    channel: str
    subject: str
    message_id: str
    answer: str


class Ledger(Alerts, Stories):
    """Questions about the past."""

    def articles_called(self, names: Sequence[str]) -> list[str]:
        """The ids of the articles that one of `names` means, in order of arrival.

        A name is the id of an article, an alert, a story or a digest, a Message-ID, a URL, or an article's identity.
        """
        return [row["id"] for row in self._database.all("articles_called", names=dumps(list(names)))]

    def articles_with(self, words: Sequence[str]) -> list[str]:
        """The ids of the articles that hold all of these words, in whatever case, the newest first."""
        folded = dumps([word.casefold() for word in words])
        return [row["id"] for row in self._database.all("articles_with", words=folded)]

    def refusals_with(self, words: Sequence[str]) -> list[Refusal]:
        """What was read and not taken, where its place or the reason hold all of these words, the newest first."""
        folded = dumps([word.casefold() for word in words])
        return [
            Refusal(moment(row["at"]), row["source"], row["origin"], row["reason"])
            for row in self._database.all("refusals_with", words=folded)
        ]

    def kept_by(self, silence: str) -> list[tuple[Alert, str]]:
        """The alerts that a silence has kept back, each with the subscription, the newest first."""
        return [(alert_of(row), row["subscription"]) for row in self._database.all("kept_by", silence=silence)]

    def story_of(self, article: str) -> str:
        """The story of a stored article."""
        row = self._database.one("article_row", id=article)
        assert row is not None
        return str(row["story"])

    def absences(self) -> list[Told]:
        """The alerts that no article has caused, the newest first."""
        return [self._told(row) for row in self._database.all("absences")]

    def sends(self, words: Sequence[str], since: datetime | None, limit: int) -> list[Sent]:
        """What was sent at `since` (UTC) or after it, where digest, recipient, channel, subject, Message-ID or the
        answer hold all of these words, in whatever case; the newest first, at most `limit`."""
        folded = dumps([word.casefold() for word in words])
        start = micros(since) if since else 0
        return [
            Sent(
                at=moment(row["at"]),
                delivery=row["id"],
                digest=row["digest"],
                recipient=row["recipient"],
                channel=row["channel"],
                subject=row["subject"],
                message_id=row["message_id"],
                answer=row["detail"],
            )
            for row in self._database.all("sends", words=folded, since=start, limit=limit)
        ]

    def history(self, article_id: str) -> History | None:
        """Everything that happened to an article; None if there is none of that id."""
        with self._database.reading():
            article, row = self.article(article_id), self._database.one("article_row", id=article_id)
            if article is None or row is None:
                return None
            return History(
                article=article,
                story=row["story"],
                why=StoryReason[row["why"]],
                score=row["score"],
                copy_of=row["copy_of"],
                merged=tuple(self.merged_into(row["story"])),
                ingested=moment(row["ingested"]),
                edited=tuple(moment(edit["replaced"]) for edit in self._database.all("edits", article=article_id)),
                copies=self._copies(article_id),
                told=tuple(self._told(row) for row in self._database.all("alerts_of", article=article_id)),
            )

    def _told(self, row: sqlite3.Row) -> Told:
        seats = self._database.all("seats", alert=row["id"])
        return Told(alert_of(row), row["version"], tuple(self._seat(seat) for seat in seats))

    def _seat(self, row: sqlite3.Row) -> Seat:
        if row["digest"] is None:
            return Seat(row["subscription"], "", None, withheld=False, sendings=())
        sendings = self._database.all("sendings", digest=row["digest"])
        return Seat(
            subscription=row["subscription"],
            digest=row["digest"],
            period=Period(moment(row["period_start"]), moment(row["period_end"])),
            withheld=row["state"] == "withheld",
            sendings=tuple(_sending(sending) for sending in sendings),
        )


def _sending(row: sqlite3.Row) -> Sending:
    return Sending(
        delivery=row["id"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_at=moment(row["next_at"]),
        at=moment_or_none(row["at"]),
        answer=row["detail"] or "",
    )
