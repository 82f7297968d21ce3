"""What is remembered of a source between two reads, and what one read brings home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from monitor.model.article import Article


@dataclass(frozen=True, slots=True)
class FileMark:
    """How a file looked when it was ingested; `digest` is the SHA-256 of its bytes, in hex."""

    size: int
    mtime_ns: int
    digest: str


_NO_FILES: Mapping[str, FileMark] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SourceState:
    """The stored memory of one source. Times in UTC.

    `etag` and `last_modified` are the server's exact bytes of the last body that was committed. `files` maps the
    path below a folder source to the mark of what was ingested there (empty for feeds).
    """

    name: str
    next_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    last_read: datetime | None = None
    last_article: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    files: Mapping[str, FileMark] = field(default_factory=lambda: _NO_FILES)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that was read but not taken, and why; counted and shown, never dropped in silence."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Harvest:
    """One batch of a read: commit its articles and its state in one transaction.

    `state` is the source's state once these articles are in; its `files` hold only what this batch adds or changes.
    """

    state: SourceState
    articles: tuple[Article, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    unchanged: bool = False
