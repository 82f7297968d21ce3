"""A feed as a source: conditional requests, unchanged bodies not parsed, validators stored with the articles."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.errors import FeedFormatError, SourceError
from monitor.ingest.article import Setting, build_all
from monitor.ingest.feedformat import FeedBody, parse_feed
from monitor.ingest.files import MAX_FILE, UnreadableFileError, VanishedFileError, open_regular, safe_name
from monitor.ingest.formats import BATCH
from monitor.ingest.http import Fetched, HttpClient
from monitor.ingest.jsonfeed import ParsedFeed
from monitor.ingest.polling import failed, succeeded
from monitor.ingest.urls import redact
from monitor.model import Article, Harvest, Rejection, SourceState

EVERY = 3600.0
"""Seconds between two polls of a feed."""


@dataclass(frozen=True, slots=True)
class FeedSource:
    """Reads the feed at `url` through `client`, or the feed file at `path`. `every` is in seconds.

    `publisher` overrules what the feed says of itself; `lang` is a hint for entries whose language is not clear. A
    feed file is always due.
    """

    name: str
    url: str = ""
    path: Path | None = None
    every: float = EVERY
    client: HttpClient | None = None
    publisher: str = ""
    lang: str = ""
    allow_private: bool = False

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        """Yield the feed's articles, up to 100 a batch; known ones too: the store tells what is new.

        Only the last batch carries validators, body hash and next poll: a crash before it reads the feed anew (R24).
        Raises SourceError; after the whole entries were yielded if the feed breaks off (cases 5 and 6).
        """
        answer = await self._answer(state, now)
        known_hash = state.body_hash if self._is_of_this_feed(state) else ""
        body_hash = self._body_hash(answer.body)
        if answer.not_modified or (body_hash == known_hash and answer.whole):
            yield Harvest(state=self._newest(state, answer, state.body_hash, now), unchanged=True)
            return
        body = FeedBody(answer.body, answer.url, answer.content_type, answer.whole)
        parsed, found = await asyncio.to_thread(self._parsed, body, now)
        articles = [one for one in found if isinstance(one, Article)]
        rejections = tuple(one for one in found if isinstance(one, Rejection))
        after = replace(state, last_article=now if articles else state.last_article)
        last = self._newest(after, answer, body_hash, now) if parsed.complete else after
        starts = range(0, max(len(articles), 1), BATCH)
        for start in starts:
            is_last = start == starts[-1]
            batch = tuple(articles[start : start + BATCH])
            yield Harvest(last if is_last else state, batch, rejections if is_last else ())
        if not parsed.complete:
            raise FeedFormatError(f"{self.shown}: breaks off after {len(articles)} whole entries, which were kept")

    def failed(self, state: SourceState, error: SourceError, now: datetime) -> SourceState:
        """The state to save after a read that raised; take the state as stored then, not the one from before."""
        return failed(state, error, now, every=self.interval)

    @property
    def interval(self) -> float:
        """Seconds between polls; 0 for a file."""
        return self.every if self.url else 0.0

    @property
    def shown(self) -> str:
        """The feed's place, fit for logs: no secrets, no control characters."""
        return redact(self.url) if self.url else safe_name(self.path or "")

    def _parsed(self, body: FeedBody, now: datetime) -> tuple[ParsedFeed, list[Article | Rejection]]:
        try:
            parsed = parse_feed(body)
        except FeedFormatError as error:
            raise FeedFormatError(f"{self.shown}: {error}") from error
        setting = Setting(self.name, self.shown, now, self.publisher, self.lang or parsed.lang)
        drafts = [replace(draft, publisher=self.publisher or draft.publisher) for draft in parsed.drafts]
        return parsed, list(build_all(drafts, setting))

    async def _answer(self, state: SourceState, now: datetime) -> Fetched:
        if self.path is not None:
            return Fetched(200, "", await asyncio.to_thread(self._file, self.path))
        if self.client is None:
            raise SourceError(f"{self.shown}: there is no HTTP client to read it with")
        known = state if self._is_of_this_feed(state) else SourceState(self.name)
        return await self.client.get(
            self.url, now, etag=known.etag, last_modified=known.last_modified, allow_private=self.allow_private
        )

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
        return replace(
            succeeded(state, now, every=self.interval),
            etag=answer.etag or (state.etag if kept else ""),
            last_modified=answer.last_modified or (state.last_modified if kept else ""),
            body_hash=body_hash,
        )

    def _body_hash(self, body: bytes) -> str:
        return f"{self._place_hash}:{hashlib.sha256(body).hexdigest()}"

    def _is_of_this_feed(self, state: SourceState) -> bool:
        """Validators of another URL under the same source name are worthless (R20)."""
        return state.body_hash.startswith(f"{self._place_hash}:")

    @property
    def _place_hash(self) -> str:
        return hashlib.sha256((self.url or str(self.path)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
