"""What would be read of a file, a folder or an address, without any memory: for `monitor sources test` and `add`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import FeedFormatError, SourceError
from monitor.ingest.article import Setting
from monitor.ingest.discover import feeds_of_page
from monitor.ingest.feedformat import FeedBody, is_web_page
from monitor.ingest.files import MAX_FILE, UnreadableFileError, VanishedFileError, list_folder, open_regular, safe_name
from monitor.ingest.formats import format_of
from monitor.ingest.http import Fetched, HttpClient
from monitor.ingest.parsing import Order, Parse, Parsed
from monitor.ingest.read import read_paths
from monitor.model import Article, Rejection
from monitor.net.urls import redact


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was found: an article, something that would not be taken, or why nothing can be read."""

    file: str
    article: Article | None = None
    rejected: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed at an address, read once."""

    url: str
    parsed: Parsed
    has_validators: bool


@dataclass(frozen=True, slots=True)
class Prober:
    """Reads once. `now` becomes the arrival of what is read."""

    client: HttpClient
    parse: Parse
    now: datetime
    allow_private: bool = False

    async def probe(self, places: Sequence[str]) -> AsyncIterator[Probe]:
        """What each address, file and folder holds, in their order."""
        for place in places:
            if place.lower().startswith(("http://", "https://")):
                async for found in self._address(place):
                    yield found
            else:
                async for found in self._path(Path(place)):
                    yield found

    async def find_feed(self, url: str) -> FoundFeed:
        """The feed at an address, or the first that works of those that the page there names. Raises SourceError."""
        answer = await self._get(url)
        if not is_web_page(answer.body):
            return await self._feed(url, answer)
        candidates = feeds_of_page(answer.body, answer.url)
        reasons = []
        for candidate in candidates:
            try:
                return await self._feed(candidate, await self._get(candidate))
            except SourceError as error:
                reasons.append(str(error))
        told = f"; tried: {'; '.join(reasons)}" if reasons else ""
        raise FeedFormatError(f"{redact(url)}: a web page that names no feed that can be read{told}")

    async def _get(self, url: str) -> Fetched:
        return await self.client.get(url, self.now, allow_private=self.allow_private)

    async def _feed(self, url: str, answer: Fetched) -> FoundFeed:
        body = FeedBody(answer.body, answer.url, answer.content_type, answer.whole)
        parsed = await self.parse(Order(body, Setting("test", redact(url), self.now)))
        return FoundFeed(answer.moved_to or url, parsed, bool(answer.etag or answer.last_modified))

    async def _address(self, url: str) -> AsyncIterator[Probe]:
        try:
            found = await self._feed(url, await self._get(url))
        except SourceError as error:
            yield Probe(redact(url), error=str(error).removeprefix(f"{redact(url)}: "))
            return
        for each in _probes(redact(url), found.parsed):
            yield each

    async def _path(self, path: Path) -> AsyncIterator[Probe]:
        shown = safe_name(path)
        if not path.is_dir():
            async for found in self._file(path, shown):
                yield found
            return
        try:
            for listed in await asyncio.to_thread(lambda: list(list_folder(path))):
                if listed.fault:
                    yield Probe(safe_name(listed.path), error=listed.fault)
                    continue
                async for found in self._file(listed.path, safe_name(listed.path)):
                    yield found
        except OSError as error:
            yield Probe(shown, error=f"cannot be read: {error.strerror}")

    async def _file(self, path: Path, shown: str) -> AsyncIterator[Probe]:
        """By its name an article file; anything else is tried as a feed."""
        try:
            if format_of(path):
                found = await asyncio.to_thread(lambda: list(read_paths([path], self.now)))
                probes = list(_of_articles(shown, found))
            else:
                body = FeedBody(await asyncio.to_thread(_bytes, path))
                probes = list(_probes(shown, await self.parse(Order(body, Setting("test", shown, self.now)))))
        except SourceError as error:
            probes = [Probe(shown, error=str(error))]
        for probe in probes:
            yield probe


def _bytes(path: Path) -> bytes:
    try:
        with open_regular(path.resolve() if path.is_symlink() else path) as file:
            raw = file.read(MAX_FILE + 1)
    except VanishedFileError as error:
        raise SourceError("there is no such file") from error
    except (UnreadableFileError, OSError) as error:
        raise SourceError(str(error)) from error
    if len(raw) > MAX_FILE:
        raise SourceError(f"larger than {MAX_FILE:,} bytes")
    return raw


def _probes(shown: str, parsed: Parsed) -> Iterator[Probe]:
    yield from _of_articles(shown, [*parsed.articles, *parsed.rejections])
    if not parsed.complete:
        yield Probe(shown, error=f"breaks off after {parsed.entries} whole entries")


def _of_articles(shown: str, found: Sequence[Article | Rejection]) -> Iterator[Probe]:
    """A file of which nothing at all can be read has an error; single things that are not taken are rejected."""
    articles = any(isinstance(one, Article) for one in found)
    for one in found:
        if isinstance(one, Article):
            yield Probe(shown, article=one)
        elif articles or len(found) > 1 or "item" in one.reason:
            yield Probe(shown, rejected=one.reason)
        else:
            yield Probe(shown, error=one.reason)
