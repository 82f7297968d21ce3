"""Is this article known already? The first sight of it, a new version of it, or a copy.

`Article.identities` hold what ingest found (URL, guid, its own hash of the text); the store looks them up. The
fingerprint here is independent of them: it is what tells an edited article from one that merely comes again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.model import TEXT_FIELDS, Article, Copy, KnownArticle, Verdict
from monitor.stories.duplicates import DuplicateReason
from monitor.text.tokens import words

TEXT_IDENTITY = "text:"
"""How an identity begins that ingest made of the article's words."""


_ORDER = (TEXT_IDENTITY, "url:", "guid:")
_OTHER_TITLE = 0.3
"""The share of the words of the shorter title below which two titles have little in common."""


class Recognition(StrEnum):
    """What an article is to the archive."""

    FIRST = "first seen"
    VERSION = "a new version of a known article"
    COPY = "a copy of a known article"
    EXTENDED = "a copy of a known article that tells more"


@dataclass(frozen=True, slots=True)
class Recognised:
    """An article, what it is to the archive, and the known article that it repeats or edits.

    `likeness` says how it repeats that one where its words are not the same.
    """

    kind: Recognition
    fingerprint: str
    known: KnownArticle | None
    article: Article
    likeness: DuplicateReason | None = None

    @property
    def stored_as(self) -> str:
        """The id under which the article is stored: the known one's for a version or a copy that tells no more."""
        return self.known.id if self.known and self.kind is not Recognition.EXTENDED else self.article.id

    @property
    def copy_of(self) -> str:
        """The id of the article whose text this one repeats; empty where it repeats none."""
        copies = (Recognition.COPY, Recognition.EXTENDED)
        return self.known.id if self.known and self.kind in copies else ""

    def nearly(self, known: KnownArticle, likeness: DuplicateReason) -> Recognised:
        """The article as one that repeats `known` in nearly the same words, until it is clear that it tells no more."""
        return replace(self, kind=Recognition.EXTENDED, known=known, likeness=likeness)

    def telling(self, verdicts: Sequence[Verdict]) -> Recognised:
        """A copy that tells more, only if there is news among the verdicts."""
        if self.kind is not Recognition.EXTENDED or any(verdict.alert.novelty.is_news for verdict in verdicts):
            return self
        return replace(self, kind=Recognition.COPY)

    @property
    def copy(self) -> Copy:
        """Where the known article was printed again; of use for a copy only."""
        return Copy(
            article=self.stored_as,
            publisher=self.article.publisher,
            url=self.article.url,
            source=self.article.source,
            arrived=self.article.arrived,
            why=(self.likeness or DuplicateReason.SAME_WORDS).value,
        )


def lookup_order(identities: Sequence[str]) -> tuple[str, ...]:
    """The order in which the store should try an article's identities: words, URL, guid, then what else there is.

    Two section feeds may carry one URL with two summaries; whichever was stored last, the other one, read again, is
    no new version. So a text that was seen before, in any version, is a copy; only a text that was not is looked up
    by URL and guid. A guid is one publisher's word and may be given out again (case 16), so the URL comes before it.
    """
    return tuple(sorted(identities, key=_rank))


def _rank(identity: str) -> int:
    return next((n for n, kind in enumerate(_ORDER) if identity.startswith(kind)), len(_ORDER))


def recognise(article: Article, known: KnownArticle | None) -> Recognised:
    """Compare an article with the known one that the store found by one of its identities, in `lookup_order`.

    Found by its words, or with the words of the newest version: a copy, whatever its date says now (case 19: a
    publisher who re-dates everything). Found by URL or guid with other words: the article was edited (case 18).
    A guid that now names quite another article proves nothing: that one is new (case 16).
    """
    print_ = fingerprint(article)
    if known is not None and _is_another(article, known):
        known = None
    if known is None:
        kind = Recognition.FIRST
    elif known.matched_by.startswith(TEXT_IDENTITY) or known.fingerprint == print_:
        kind = Recognition.COPY
    else:
        kind = Recognition.VERSION
    return Recognised(kind, print_, known, article)


def _is_another(article: Article, known: KnownArticle) -> bool:
    """Whether a guid was given out again: found by it alone, with a URL that nobody knows and quite another title."""
    before = known.last_version
    if before is None or not known.matched_by.startswith("guid:") or not (article.url and before.url):
        return False
    if not any(identity.startswith("url:") for identity in article.identities):
        return False
    titles = set(words(article.title)), set(words(before.title))
    return len(titles[0] & titles[1]) < _OTHER_TITLE * min(map(len, titles))


def fingerprint(article: Article) -> str:
    """SHA-256, in hex, of the folded words of title, summary and body in this order.

    White space, letter case, quotes, punctuation, dates of the item and a lead that moved from the summary to the
    body leave it as it is. A text without a single word (emoji, signs) is hashed as it stands.
    """
    texts = [article.text_of(name) for name in TEXT_FIELDS]
    said = [word for text in texts for word in words(text)]
    substance = " ".join(said) if said else "\x00".join("".join(text.split()) for text in texts)
    return hashlib.sha256(substance.encode("utf-8", "surrogatepass")).hexdigest()
