"""Articles under all their identities, what they said before they were edited, their copies and their stories."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from monitor.errors import StoreError
from monitor.model import Article, Copy, KnownArticle, Story, StoryReason
from monitor.store.codec import dumps, micros, micros_or_none, moment, moment_or_none, printable
from monitor.store.resource import Resource


class Articles(Resource):
    """Articles and stories."""

    def find_article(self, identities: Sequence[str]) -> KnownArticle | None:
        """The article that owns the first of `identities` that is known; `matched_by` is that one."""
        strangers = self._strangers()
        for identity in identities:
            if identity in strangers:
                continue
            row = self._database.one("find_article", identity=identity)
            if row is not None:
                return KnownArticle(row["id"], row["story"], row["fingerprint"], identity, _article(row))
        return None

    def expect(self, identities: Sequence[str]) -> None:
        """Look for all identities of a batch at once: those that nothing owns are not looked for again, one by one.

        That holds to the end of the open transaction, but for those that an article of the batch itself brings.
        """
        noted = self._database.within()
        if noted is not None:
            rows = self._database.all("owned", identities=json.dumps(identities))
            noted[_STRANGERS] = set(identities).difference(row["identity"] for row in rows)

    def _strangers(self) -> set[str]:
        strangers: set[str] = (self._database.within() or {}).get(_STRANGERS, set())
        return strangers

    def known_article(self, article_id: str) -> KnownArticle | None:
        """A stored article by its id; it is `matched_by` nothing."""
        row = self._database.one("article", id=article_id)
        return None if row is None else KnownArticle(row["id"], row["story"], row["fingerprint"], "", _article(row))

    def add_article(
        self,
        article: Article,
        story: str,
        fingerprint: str,
        *,
        why: StoryReason = StoryReason.FIRST,
        score: float | None = None,
        copy_of: str = "",
    ) -> None:
        """Store the first version of an article, with the reason why it is in its story, and what it is a copy of.

        Raises StoreError, naming it, where the database refuses.
        """
        with self._database.transaction(), _naming(article):
            row = _row(article)
            row.update(id=article.id, story=story, fingerprint=fingerprint, ingested=self._now())
            row.update(why=why.name, score=score, copy_of=copy_of)
            self._database.run("add_article", **row)
            self._add_identities(article.id, article.identities)

    def add_version(self, known: KnownArticle, article: Article, fingerprint: str) -> None:
        """Make `article` the newest version of `known`, whose id, story and time of ingest stay; keep the old text.

        Alerts refer to `known.id`: the id of the new version is not kept. Raises StoreError, naming the article.
        """
        with self._database.transaction(), _naming(article):
            row = _row(article)
            row.update(id=known.id, fingerprint=fingerprint)
            self._database.run("keep_version", id=known.id, replaced=self._now())
            if not self._database.run("replace_article", **row):
                raise StoreError(f"there is no article {known.id} to make a version of")
            self._add_identities(known.id, article.identities)

    def add_copy(self, copy: Copy, identities: Sequence[str]) -> None:
        """Remember another place where a known article was printed, and the identities that it had there.

        A place is a source, a publisher and a URL. The article's own place, and one that is known, are not stored
        again: a feed that lists an article for a week is no hundred copies.
        """
        with self._database.transaction():
            self._database.run(
                "add_copy",
                article=copy.article,
                source=copy.source,
                publisher=copy.publisher,
                url=copy.url,
                why=copy.why,
                arrived=micros(copy.arrived),
                ingested=self._now(),
            )
            self._add_identities(copy.article, identities)

    def article(self, article_id: str) -> Article | None:
        """An article in its newest version. Its identities are not read back."""
        row = self._database.one("article", id=article_id)
        return None if row is None else _article(row)

    def story(self, story_id: str) -> Story | None:
        """A story, or None where it is new."""
        row = self._database.one("story", id=story_id)
        if row is None:
            return None
        return Story(row["id"], moment(row["opened"]), moment(row["last_told"]), row["articles"])

    def save_story(self, story: Story) -> None:
        """Make a story or replace what is known of it."""
        self._database.run(
            "save_story",
            id=story.id,
            opened=micros(story.opened),
            last_told=micros(story.last_told),
            articles=story.articles,
        )

    def totals(self) -> dict[str, int]:
        """How many of each are kept: sources, articles, versions, copies, stories, keys, alerts, digests, ..."""
        row = self._database.one("totals")
        assert row is not None
        return dict(zip(row.keys(), row, strict=True))

    def _article_as_of(self, article_id: str, version: int) -> Article:
        """The article with the text of one of its versions, into which the evidence of an alert points."""
        row = self._database.one("article", id=article_id)
        assert row is not None, "an alert's article exists by foreign key"
        if row["version"] == version:
            return _article(row)
        old = self._database.one("article_version", article=article_id, version=version)
        assert old is not None, "every replaced version is kept"
        return _article({**dict(row), **dict(old)})

    def _copies(self, article_id: str) -> tuple[Copy, ...]:
        return tuple(
            Copy(row["article"], row["publisher"], row["url"], row["source"], moment(row["arrived"]), row["why"])
            for row in self._database.all("copies", article=article_id)
        )

    def _add_identities(self, article_id: str, identities: Sequence[str]) -> None:
        self._database.many("add_identity", [{"identity": identity, "article": article_id} for identity in identities])
        self._strangers().difference_update(identities)


_STRANGERS = "the identities that nothing owns"


@contextmanager
def _naming(article: Article) -> Iterator[None]:
    """One article that cannot be stored must not be a riddle in a batch of a hundred."""
    try:
        yield
    except StoreError as error:
        name = printable(f"{article.id} ({article.origin or article.source})")
        raise StoreError(f"the article {name} cannot be stored: {error}") from error


def _row(article: Article) -> dict[str, object]:
    return {
        "source": article.source,
        "arrived": micros(article.arrived),
        "published": micros_or_none(article.published),
        "date_doubtful": article.date_doubtful,
        "url": article.url,
        "publisher": article.publisher,
        "author": article.author,
        "category": article.category,
        "lang": article.lang,
        "native_id": article.native_id,
        "origin": printable(article.origin),
        "extra": dumps(dict(article.extra)) if article.extra else "",
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
    }


def _article(row: sqlite3.Row | dict[str, object]) -> Article:
    values = dict(row)
    extra = json.loads(values["extra"]) if values["extra"] else {}
    return Article(
        arrived=moment(values["arrived"]),
        published=moment_or_none(values["published"]),
        date_doubtful=bool(values["date_doubtful"]),
        extra=MappingProxyType(extra),
        **{name: values[name] for name in _PLAIN},
    )


_PLAIN = (
    "id",
    "source",
    "title",
    "body",
    "summary",
    "url",
    "publisher",
    "author",
    "category",
    "lang",
    "native_id",
    "origin",
)
"""The fields of an article that are columns as they are."""
