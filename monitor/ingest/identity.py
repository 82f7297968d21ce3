"""Under which names the same article may come again, and which of these names can be trusted (cases 14 to 23).

An article is known by its guid (one source's word), its URL (anybody's), and its text. Any of them may lie: a guid that
two different items of one feed share, or the home page as everybody's link, is no identity. Matching by any of several
keys makes the guids that change at every poll harmless, since URL and text stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.net.urls import canonical_url
from monitor.text.fold import fold
from monitor.text.tokens import words

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())

_POSITION = re.compile(r"\d{1,4}")
"""A guid that counts the items of a feed, and means another one tomorrow, if the item has a URL to go by."""

TITLE_LENGTH = 20
"""Letters and digits of a title that can identify an article together with its day."""

SHORT_TEXT = 8
"""A text of fewer words ("Market report") comes again on another day with another meaning."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What of an article can identify it. `native_id` is what the source calls it, `body` its longest text.

    `by_title` says that publisher, title and day identify it too: in feeds, whose guids and URLs may drift while a
    text is edited, but not in archives, where two items may well share them.
    """

    native_id: str = ""
    url: str = ""
    title: str = ""
    body: str = ""
    published: datetime | None = None
    publisher: str = ""
    by_title: bool = False


@dataclass(slots=True)
class Doubts:
    """The guids, URLs and titles of one feed or file that different items share, and which identify none of them.

    `consider` looks at all the items of a batch before any of them is identified, so that their order cannot matter.
    """

    _guids: dict[str, str] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)
    _doubtful: set[tuple[str, str]] = field(default_factory=set)

    def consider(self, batch: Sequence[Traits]) -> None:
        for traits in batch:
            url = canonical_url(traits.url)
            title = _folded(traits.title or traits.body[:200])
            self._note("guid", self._guids, traits.native_id.strip(), url or title)
            self._note("url", self._urls, url, title)
            if key := title_key(traits):
                self._note("title", self._titles, key, url or _folded(traits.body))

    def _note(self, kind: str, seen: dict[str, str], key: str, meaning: str) -> None:
        if key and seen.setdefault(key, meaning) != meaning:
            self._doubtful.add((kind, key))

    def trusts_guid(self, guid: str) -> bool:
        return bool(guid) and ("guid", guid) not in self._doubtful

    def trusts_url(self, url: str) -> bool:
        """Takes the canonical form."""
        return bool(url) and ("url", url) not in self._doubtful

    def trusts_title(self, key: str) -> bool:
        """Takes what `title_key` makes."""
        return bool(key) and ("title", key) not in self._doubtful


_NO_DOUBTS = Doubts()


def identify(source: str, traits: Traits, doubts: Doubts = _NO_DOUBTS) -> tuple[str, tuple[str, ...]]:
    """The article's id ("a" and 20 hex digits, made of guid and URL, else of the text) and its identities.

    `guid:<source>:<id>`, `url:<canonical URL>`, `text:<fingerprint>`, `title:<source>:<day>:<hash>`; the third is
    always there.
    """
    guid = traits.native_id.strip()
    url = canonical_url(traits.url)
    guid = "" if url and _POSITION.fullmatch(guid) else guid
    title = title_key(traits)
    identities = (
        *((f"guid:{source}:{guid}",) if doubts.trusts_guid(guid) else ()),
        *((f"url:{url}",) if doubts.trusts_url(url) else ()),
        f"text:{text_fingerprint(traits)}",
        *((f"title:{source}:{title}",) if doubts.trusts_title(title) else ()),
    )
    named = [identity for identity in identities if identity.startswith(("guid:", "url:"))]
    return f"a{_digest(' '.join(named) or identities[0])}", identities


def title_key(traits: Traits) -> str:
    """The day and a hash of publisher and title, where they identify an article; else empty."""
    if not traits.by_title or traits.published is None:
        return ""
    title = _folded(traits.title)
    if len(title) < TITLE_LENGTH and title.isascii():
        return ""
    return f"{traits.published.date().isoformat()}:{_digest(f'{_folded(traits.publisher)}|{title}')}" if title else ""


def text_fingerprint(traits: Traits) -> str:
    """20 hex digits of the folded words of title and body; of a very short text, of its day too."""
    text = f"{traits.title}\n{traits.body}"
    found = _folded(text) or "\x1f".join((text, traits.url, traits.native_id))
    if traits.published is not None and len(text) < 20 * SHORT_TEXT and len(words(text)) < SHORT_TEXT:
        found = f"{found}\x1f{traits.published.date().isoformat()}"
    return _digest(found)


def _folded(text: str) -> str:
    """Letters and digits of a text, run together, as they are compared; coarser than `words`, and much faster.

    The signs of ASCII go first and at once: what a pattern would have to look for after that is seldom there.
    """
    folded = fold(text).text.lower().encode("utf-8", "surrogatepass")
    plain = folded.translate(None, _ASCII_SIGNS).decode("utf-8", "surrogatepass")
    return plain if plain.isalnum() else _BETWEEN_WORDS.sub("", plain)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
