"""What is remembered of a source between two reads, and what one read brings home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from monitor.model.article import Article


@dataclass(frozen=True, slots=True)
class FileMark:
    """How a file looked when it was ingested; `digest` is the SHA-256 of its bytes, in hex."""

    size: int
    mtime_ns: int
    digest: str


class Fault(StrEnum):
    """What is wrong with a source: why its last read failed, or what it lacked although it came."""

    NONE = ""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    GONE = "gone"
    EMPTY = "empty"
    NOT_A_FEED = "not a feed"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How often a feed itself wants to be read: `ttl` in seconds, hours in GMT, days with 0 for Monday (RSS 2.0)."""

    ttl: float = 0.0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect of the feed at `origin` to `target`, and how many reads in a row have seen it."""

    origin: str = ""
    target: str = ""
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learned of how often a source speaks.

    `last` is the time of its newest article, `silences` the longest pause that ended on each of the last days
    (ISO date, seconds), oldest first.
    """

    last: datetime | None = None
    silences: tuple[tuple[str, float], ...] = ()


CLOCK_SLACK = timedelta(minutes=5)
"""How far our clock may be put back before times that were stored under it count for nothing."""

_NO_FILES: Mapping[str, FileMark] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SourceState:
    """The stored memory of one source. Times in UTC.

    `etag` and `last_modified` are the server's exact bytes of the last body that was committed, `validated` the URL
    that they came from. `files` maps the path below a folder source to the mark of what was ingested there (empty
    for feeds). `asked` is the pause in seconds that server and feed last asked for, `move` a permanent redirect,
    `horizon` the publication time before which a feed's entries were history when it was first read. `fault` holds
    since `fault_since`.
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
    last_try: datetime | None = None
    validated: str = ""
    asked: float = 0.0
    wishes: Wishes = Wishes()
    move: Move = Move()
    rhythm: Rhythm = Rhythm()
    horizon: datetime | None = None
    fault: Fault = Fault.NONE
    fault_since: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it may be read: never before the stored time, which survives restarts (case 33).

        A last try in the future shows that our clock was put back: then the stored time is worth nothing (case 32).
        """
        if self.next_at is None or self.next_at <= now:
            return True
        return self.last_try is not None and self.last_try > now + CLOCK_SLACK


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
