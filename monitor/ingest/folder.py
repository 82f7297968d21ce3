"""A folder as a source: every file once, when it is stable, whatever it is called later (cases 42 to 45)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from monitor.errors import SourceError
from monitor.ingest.article import Setting
from monitor.ingest.files import (
    Listed,
    UnreadableFileError,
    VanishedFileError,
    digest_of,
    list_folder,
    list_maildir,
    open_regular,
    safe_name,
)
from monitor.ingest.formats import BATCH, READ_FORMATS, articles_in, format_of, size_fault
from monitor.ingest.polling import failed, succeeded
from monitor.model import Article, FileMark, Harvest, Rejection, SourceState

SETTLE = 2.0
"""Seconds for which a file must not have changed before it is read."""

ROOT = "."
"""The key in `SourceState.files` under which the root's own mark stands; its size is the number of its device."""

Piece = Article | Rejection | tuple[str, FileMark]


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Reads `.txt .md .html .htm .eml .json .jsonl .jsonl.gz` below `root`, recursively.

    `settle` is in seconds; 0 reads whatever is there (`monitor run --once`). `publisher` and `lang` stand in where a
    file names none. Hidden and unfinished files (`.tmp`, `.part`, `~`) are ignored; everything else that is not read
    is rejected with a reason, once for as long as it does not change. `maildir` says that `root` is a Maildir.
    """

    name: str
    root: Path
    settle: float = SETTLE
    publisher: str = ""
    lang: str = ""
    maildir: bool = False

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        """Yield what is new, up to 100 articles a batch; files are read in a worker thread. Raises SourceError."""
        harvests = self.harvests(state, now)
        while (harvest := await asyncio.to_thread(next, harvests, None)) is not None:
            yield harvest

    def failed(self, state: SourceState, error: SourceError, now: datetime) -> SourceState:
        """The state to save after a read that raised; a folder is looked at again in the next round."""
        return failed(state, error, now)

    @property
    def lane(self) -> str:
        """Folders are read beside anything else."""
        return ""

    @property
    def folder(self) -> Path:
        """What is worth watching."""
        return self.root

    def harvests(self, state: SourceState, now: datetime) -> Iterator[Harvest]:
        """The same, blocking. A file's mark is in the batch that holds its last article."""
        pieces = self._pieces(state.files, now)
        fresh = replace(succeeded(state, now), files={})
        any_batch = False
        while batch := list(islice(pieces, BATCH)):
            any_batch = True
            articles = tuple(piece for piece in batch if isinstance(piece, Article))
            fresh = replace(fresh, last_article=now if articles else fresh.last_article)
            yield Harvest(
                state=replace(fresh, files=dict(piece for piece in batch if isinstance(piece, tuple))),
                articles=articles,
                rejections=tuple(piece for piece in batch if isinstance(piece, Rejection)),
            )
        if not any_batch:
            yield Harvest(state=fresh, unchanged=True)

    def _pieces(self, marks: Mapping[str, FileMark], now: datetime) -> Iterator[Piece]:
        known = {mark.digest for key, mark in marks.items() if mark.digest and key != ROOT}
        here = self._root_mark()
        nothing = True
        try:
            for listed in list_maildir(self.root) if self.maildir else list_folder(self.root):
                nothing = False
                mark = marks.get(listed.key)
                same = mark is not None and (mark.size, mark.mtime_ns) == (listed.size, listed.mtime_ns)
                if mark is None or not same:
                    yield from self._take(listed, known, now)
                elif not mark.digest and not _fault(listed):
                    # What could not be opened may have been put right without a trace in its time or size.
                    yield from self._again(listed, known, now)
        except OSError as error:
            raise SourceError(f"{self._shown} cannot be read: {error.strerror}") from error
        before = marks.get(ROOT)
        if nothing and before is not None and before != here:
            raise SourceError(f"{self._shown} is empty and on another device than before: is it unmounted?")
        if before != here:
            yield ROOT, here

    @property
    def _shown(self) -> str:
        return f"the {'Maildir' if self.maildir else 'folder'} {safe_name(self.root)}"

    def _root_mark(self) -> FileMark:
        try:
            seen = self.root.stat()
        except OSError as error:
            raise SourceError(f"{self._shown} cannot be read: {error.strerror}") from error
        if not self.root.is_dir():
            raise SourceError(f"{self._shown} is a file, not a folder")
        return FileMark(seen.st_dev, 0, "")

    def _take(self, listed: Listed, known: set[str], now: datetime) -> Iterator[Piece]:
        """One file that is new or changed; what is not read is marked too, so that it is told only once."""
        origin = safe_name(listed.path)
        fault = _fault(listed)
        setting = Setting(self.name, origin, now, self.publisher, self.lang)
        unread = FileMark(listed.size, listed.mtime_ns, "")
        if fault:
            yield Rejection(origin, fault)
            yield listed.key, unread
            return
        try:
            with open_regular(listed.path) as file:
                yield from self._read(file, listed.key, _kind(listed), setting, known)
        except UnreadableFileError as error:
            yield Rejection(origin, str(error))
            yield listed.key, unread
        except VanishedFileError:
            return
        except OSError as error:
            yield Rejection(origin, f"cannot be read: {error.strerror}")
            yield listed.key, unread

    def _again(self, listed: Listed, known: set[str], now: datetime) -> Iterator[Piece]:
        """Another try at a file whose fault was told: silent if it still cannot be read."""
        pieces = list(self._take(listed, known, now))
        marks = [piece[1] for piece in pieces if isinstance(piece, tuple)]
        if any(mark.digest for mark in marks):
            yield from pieces

    def _read(self, file: BinaryIO, key: str, kind: str, setting: Setting, known: set[str]) -> Iterator[Piece]:
        before = os.fstat(file.fileno())
        if not self._is_settled(before.st_mtime_ns, setting.now):
            return
        digest = digest_of(file)
        after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            return
        if digest not in known:
            yield from articles_in(file, kind, setting)
            known.add(digest)
        yield key, FileMark(after.st_size, after.st_mtime_ns, digest)

    def _is_settled(self, mtime_ns: int, now: datetime) -> bool:
        """A time far in the future proves nothing about the present, and must keep no file out (case 45)."""
        return abs(now.timestamp() - mtime_ns / 1e9) >= self.settle


def _kind(listed: Listed) -> str:
    return listed.kind or format_of(listed.path)


def _fault(listed: Listed) -> str:
    """Why a file is not even opened; empty if it is."""
    kind = _kind(listed)
    if listed.fault or not kind:
        return listed.fault or f"its format is not read here; read are {' '.join(READ_FORMATS)}"
    return size_fault(kind, listed.size)
