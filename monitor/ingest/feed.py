"""A feed as a source: conditional requests, unchanged bodies not parsed, validators stored with the articles."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import FeedFormatError, FetchError, SourceError
from monitor.ingest.article import Setting
from monitor.ingest.feedformat import FeedBody
from monitor.ingest.files import MAX_FILE, UnreadableFileError, VanishedFileError, open_regular, safe_name
from monitor.ingest.formats import BATCH
from monitor.ingest.fulltext import FullText
from monitor.ingest.hosts import host_of
from monitor.ingest.http import Fetched, HttpClient, Validators
from monitor.ingest.parsing import Order, Parse, Parsed, parse_in_thread
from monitor.ingest.polling import EVERY, Pace, address, failed, impoliteness, seen_move, succeeded
from monitor.ingest.rhythm import heard
from monitor.model import Article, Fault, Harvest, Move, Rejection, SourceState
from monitor.net.urls import redact

BACKFILL, BACKFILL_ENTRIES = timedelta(days=30), 50
"""What a feed holds when it is first read is history, and no news, if it is older than this and not among the newest so
many entries (case 14)."""

_WINDOW = 5
"""Of so many entries or more some should be known from the read before; a shorter feed may be all news."""

_LOST_AFTER = 3
"""So many failures in a row at the place where a feed has moved to send us back to its old one."""


@dataclass(frozen=True, slots=True)
class FeedSource:
    """Reads the feed at `url` through `client`, or the feed file at `path`.

    `every` is in seconds; None leaves it to server, feed and politeness. `publisher` overrules what the feed says of
    itself; `lang` is a hint for entries whose language is not clear. `fulltext` fetches the pages of new articles. A
    feed file is always due.
    """

    name: str
    url: str = ""
    path: Path | None = None
    every: float | None = None
    client: HttpClient | None = None
    publisher: str = ""
    lang: str = ""
    allow_private: bool = False
    parse: Parse = parse_in_thread
    fulltext: FullText | None = None

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        """Yield the feed's articles, up to 100 a batch; known ones too: the store tells what is new.

        Only the last batch carries validators, body hash and next poll: a crash before it reads the feed anew (R24).
        Raises SourceError; after the whole entries were yielded if the feed breaks off (cases 5 and 6).
        """
        answer = await self._answer(state, now)
        body_hash = self._body_hash(answer.body)
        if answer.not_modified or (body_hash == state.body_hash and answer.whole):
            yield Harvest(state=self._newest(state, answer, state.body_hash, now), unchanged=True)
            return
        parsed = await self.parse(self._order(answer, now))
        begun = replace(state, horizon=_horizon(parsed, now)) if self.url and state.horizon is None else state
        articles, rejections = self._news(parsed, begun, first=begun is not state)
        rejections += self._missed(state, parsed)
        after = _told(begun, parsed, now)
        last = self._newest(after, answer, body_hash, now) if parsed.complete else after
        starts = range(0, max(len(articles), 1), BATCH)
        for start in starts:
            is_last = start == starts[-1]
            batch = await self._filled(articles[start : start + BATCH], now)
            yield Harvest(last if is_last else state, batch, rejections if is_last else ())
        if not parsed.complete:
            message = f"{self.shown}: breaks off after {parsed.entries} whole entries, which were kept"
            raise FeedFormatError(message, fault=Fault.BROKEN_OFF)

    def failed(self, state: SourceState, error: SourceError, now: datetime) -> SourceState:
        """The state to save after a read that raised; take the state as stored then, not the one from before."""
        after = failed(state, error, now, self.pace)
        lost = after.failures >= _LOST_AFTER or (isinstance(error, FetchError) and error.status in (404, 410))
        return replace(after, move=Move()) if lost and address(state.move, self.url) != self.url else after

    def advice(self, state: SourceState) -> str:
        """What the operator should know of how this feed is polled; empty if there is nothing."""
        if address(state.move, self.url) != self.url:
            return f'has moved for good: write feed = "{redact(state.move.target)}"'
        return impoliteness(state, self.pace)

    @property
    def pace(self) -> Pace:
        """How often it is read."""
        if not self.url:
            return Pace()
        return Pace(EVERY) if self.every is None else Pace(self.every, by_operator=True)

    @property
    def lane(self) -> str:
        """Sources of one lane are read one after the other: those of one host. Empty for a file."""
        return host_of(self.url)

    @property
    def folder(self) -> None:
        """A feed is asked; nothing announces it."""

    @property
    def shown(self) -> str:
        """The feed's place, fit for logs: no secrets, no control characters."""
        return redact(self.url) if self.url else safe_name(self.path or "")

    async def _filled(self, batch: Sequence[Article], now: datetime) -> tuple[Article, ...]:
        if self.fulltext is None:
            return tuple(batch)
        return await self.fulltext.filled(batch, now, allow_private=self.allow_private)

    def _order(self, answer: Fetched, now: datetime) -> Order:
        body = FeedBody(answer.body, answer.url, answer.content_type, answer.whole)
        return Order(body, Setting(self.name, self.shown, now, self.publisher, self.lang, by_title=True))

    def _news(self, parsed: Parsed, state: SourceState, *, first: bool) -> tuple[list[Article], tuple[Rejection, ...]]:
        """The articles that are no history; at the first read history is counted and told."""
        horizon = state.horizon
        if horizon is None:
            return list(parsed.articles), parsed.rejections
        news = [one for one in parsed.articles if one.date_doubtful or not one.published or one.published >= horizon]
        old = len(parsed.articles) - len(news)
        if not old or not first:
            return news, parsed.rejections
        reason = (
            f"{old:,} entries from before {horizon:%Y-%m-%d} are history: a new feed begins {BACKFILL.days} days back"
        )
        return news, (*parsed.rejections, Rejection(self.shown, reason))

    def _missed(self, state: SourceState, parsed: Parsed) -> tuple[Rejection, ...]:
        """A word where a feed's window has moved past all that it held when it was last read (case 29)."""
        dated = [one.published for one in parsed.articles if one.published and not one.date_doubtful]
        last = state.rhythm.last
        if last is None or len(dated) < max(_WINDOW, len(parsed.articles)) or min(dated) <= last:
            return ()
        reason = (
            f"all {len(dated)} entries are newer than what it held before: those between {last:%Y-%m-%d %H:%M} and "
            f"{min(dated):%Y-%m-%d %H:%M} UTC, if there were any, were never seen"
        )
        return (Rejection(self.shown, reason),)

    async def _answer(self, state: SourceState, now: datetime) -> Fetched:
        if self.path is not None:
            return Fetched(200, str(self.path), await asyncio.to_thread(self._file, self.path))
        if self.client is None:
            raise SourceError(f"{self.shown}: there is no HTTP client to read it with")
        known = Validators(state.validated, state.etag, state.last_modified)  # for the URL that gave them alone (R20)
        return await self.client.get(address(state.move, self.url), now, known, allow_private=self.allow_private)

    def _file(self, path: Path) -> bytes:
        try:
            with open_regular(path) as file:
                raw = file.read(MAX_FILE + 1)
        except VanishedFileError as error:
            raise SourceError(f"{self.shown}: there is no such file") from error
        except (UnreadableFileError, OSError) as error:
            raise SourceError(f"{self.shown}: {error}") from error
        if len(raw) > MAX_FILE:
            raise SourceError(f"{self.shown}: larger than {MAX_FILE:,} bytes")
        return raw

    def _newest(self, state: SourceState, answer: Fetched, body_hash: str, now: datetime) -> SourceState:
        """The validators of this answer, also where the body is an old one (R4, R25); a 304 may leave them out."""
        kept = answer.not_modified
        lasting = state.fault is Fault.EMPTY and state.failing_since is None
        known = replace(
            state,
            etag=answer.etag or (state.etag if kept else ""),
            last_modified=answer.last_modified or (state.last_modified if kept else ""),
            validated=answer.url,
            body_hash=body_hash,
            asked=max(answer.fresh_for, state.wishes.ttl),
            move=self._move(state, answer),
            fault=state.fault if lasting else Fault.NONE,
            fault_since=state.fault_since if lasting else None,
        )
        return succeeded(known, now, self.pace)

    def _move(self, state: SourceState, answer: Fetched) -> Move:
        """What is known of the feed's move; asked at its new place, it need not be told again."""
        if not answer.moved_to and address(state.move, self.url) != self.url:
            return state.move
        return seen_move(state.move, self.url, answer.moved_to)

    def _body_hash(self, body: bytes) -> str:
        """Known again only under the same place: the same bytes of another feed are another feed's."""
        place = hashlib.sha256((self.url or str(self.path)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"{place}:{hashlib.sha256(body).hexdigest()}"


def _horizon(parsed: Parsed, now: datetime) -> datetime:
    """The time before which entries are history to a feed that is first read."""
    dates = sorted((one.published for one in parsed.articles if one.published and not one.date_doubtful), reverse=True)
    return min([now - BACKFILL, *dates[:BACKFILL_ENTRIES]])


def _told(state: SourceState, parsed: Parsed, now: datetime) -> SourceState:
    """What a new body says beside its articles: the feed's wishes, its rhythm, and whether it is empty."""
    times = [now if one.date_doubtful or one.published is None else one.published for one in parsed.articles]
    empty = not parsed.entries and parsed.complete
    return replace(
        state,
        wishes=parsed.wishes,
        rhythm=heard(state.rhythm, times, now),
        last_article=now if parsed.articles else state.last_article,
        failing_since=None if empty else state.failing_since,
        fault=Fault.EMPTY if empty else Fault.NONE,
        fault_since=(state.fault_since or now) if empty else None,
    )
