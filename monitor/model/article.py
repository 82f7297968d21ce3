"""The article: one normalised, immutable item of news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

TEXT_FIELDS = ("title", "summary", "body")
"""What an unscoped term searches."""

SEARCHED_FIELDS = (*TEXT_FIELDS, "publisher", "author", "category", "url", "lang", "source")
"""Every field that a query can name (`lead:` is made of the text fields)."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Article:
    """One item of news, as all rooms see it.

    The text fields are plain text, cleaned of control characters and lone surrogates at ingest; a newline in
    `body` or `summary` ends a paragraph. Times are aware and in UTC. `lang` is a primary tag of BCP 47 in lower
    case ("en", "zh"), empty where unknown. `id` is ours and stable for the same item of the same source;
    `native_id` is what the source called it (guid, JSON id). `origin` is the file or feed that it was read from.
    `identities` are the keys under which the same article may come again (see `monitor.ingest.identity`), the
    strongest first. `date_doubtful` says that `published` was missing, unreadable or absurd.
    """

    id: str
    source: str
    title: str
    arrived: datetime
    body: str = ""
    summary: str = ""
    url: str = ""
    publisher: str = ""
    author: str = ""
    category: str = ""
    lang: str = ""
    published: datetime | None = None
    date_doubtful: bool = False
    native_id: str = ""
    origin: str = ""
    identities: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def speaks(self) -> datetime:
        """When it speaks (UTC): its publication, or its arrival where that is missing, doubtful or in the future."""
        if self.published is None or self.date_doubtful:
            return self.arrived
        return min(self.published, self.arrived)

    def text_of(self, name: str) -> str:
        """The text of one of `SEARCHED_FIELDS`."""
        value = getattr(self, name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that the store already holds, found by one of its identities.

    `fingerprint` is that of its newest version's text; another one under the same URL means that it was edited.
    `last_version` is that version, for the comparison of an edited article with itself.
    """

    id: str
    story: str
    fingerprint: str
    matched_by: str
    last_version: Article | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where a known article was printed: an also-in. `arrived` in UTC; `why` it is taken for a copy."""

    article: str
    publisher: str
    url: str
    source: str
    arrived: datetime
    why: str = ""
