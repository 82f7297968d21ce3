"""Articles, versions, copies and stories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from store_nouns import HOUR, NOW, PERIOD, Clock, alert, article, copy

from monitor.errors import StoreError
from monitor.model import Article, KnownArticle, Story
from monitor.store import Database, Store


def known(store: Store, *identities: str) -> KnownArticle:
    found = store.find_article(identities)
    assert found is not None
    return found


def as_read(written: Article) -> Article:
    """Identities are keys: they are looked up, not read back."""
    return replace(written, identities=())


def test_every_field_of_an_article_comes_back(store: Store) -> None:
    store.add_article(article(), "story-1", "print-1")
    assert store.article("article-1") == as_read(article())
    assert store.article("article-2") is None


def test_an_article_with_only_what_it_must_have_comes_back(store: Store) -> None:
    bare = Article(id="a", source="s", title="", arrived=NOW)
    store.add_article(bare, "story-1", "")
    assert store.article("a") == bare


def test_an_article_is_found_by_the_first_identity_that_is_known(store: Store) -> None:
    store.add_article(article(1), "story-1", "print-1")
    store.add_article(article(2), "story-2", "print-2")
    found = known(store, "guid:9", "url:2", "guid:1")
    assert (found.id, found.story, found.fingerprint) == ("article-2", "story-2", "print-2")
    assert found.matched_by == "url:2"
    assert found.last_version == as_read(article(2))
    assert store.find_article(["guid:9"]) is None
    assert store.find_article([]) is None


@pytest.mark.case(18)
def test_a_version_replaces_the_text_and_keeps_id_story_and_identities(store: Store, clock: Clock) -> None:
    store.add_article(article(), "story-1", "print-1")
    clock.now += 100 * HOUR
    edited = article(7, source="wire", body="Two ministries.", identities=("url:1", "text:7"))
    store.add_version(known(store, "url:1"), edited, "print-7")
    found = known(store, "guid:1")
    assert (found.id, found.story, found.fingerprint) == ("article-1", "story-1", "print-7")
    assert found.last_version == as_read(replace(edited, id="article-1"))
    assert known(store, "text:7").id == "article-1"
    assert store.accounting("x", PERIOD).articles == 1, "an edit is not ingested anew"
    assert store.totals()["versions"] == 1


def test_a_version_of_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="article-9"):
        store.add_version(KnownArticle("article-9", "story-1", "p", "url:1"), article(), "p")
    assert store.find_article(["url:1"]) is None


def test_a_copy_brings_its_identities_but_takes_none_away(store: Store) -> None:
    store.add_article(article(1), "story-1", "print-1")
    store.add_article(article(2), "story-2", "print-2")
    store.add_copy(copy(1), ["guid:copy", "url:2", "text:1"])
    assert known(store, "guid:copy").id == "article-1"
    assert known(store, "url:2").id == "article-2"


def test_a_feed_that_lists_an_article_for_a_week_is_no_copy(store: Store) -> None:
    store.add_article(article(), "story-1", "print-1")
    own_place = copy(source="inbox", publisher="Example Post", url="https://news.example.org/1")
    for place in (own_place, copy(), copy(arrived=NOW + HOUR), copy(url="https://other.example.org/2")):
        store.add_copy(place, ["text:1"])
    store.add_alert(alert(), ["morning"])
    (waiting,) = store.waiting("morning", NOW + HOUR)
    assert waiting.copies == (copy(), copy(url="https://other.example.org/2"))
    assert store.accounting("morning", PERIOD).duplicates == 2


def test_a_copy_of_an_unknown_article_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.add_copy(copy(9), ["text:9"])
    assert store.find_article(["text:9"]) is None


@pytest.mark.parametrize("field", ["title", "body", "url", "native_id"])
def test_text_that_cannot_be_stored_is_refused_by_the_article_s_name(store: Store, field: str) -> None:
    broken = article(**{field: "broken \ud83d"})
    with pytest.raises(StoreError, match=r"article-1 \(inbox/1\.json\)"):
        store.add_article(broken, "story-1", "print-1")
    assert store.totals()["articles"] == 0


def test_an_article_whose_identity_is_no_text_is_not_half_stored(store: Store) -> None:
    with pytest.raises(StoreError, match="article-1"):
        store.add_article(article(identities=("guid:1", "url:\udcff")), "story-1", "print-1")
    assert store.totals()["articles"] == 0
    assert store.find_article(["guid:1"]) is None


@pytest.mark.case(44)
def test_a_file_name_that_is_no_text_keeps_no_article_out(store: Store) -> None:
    store.add_article(article(origin="inbox/\udcff.txt"), "story-1", "print-1")
    found = store.article("article-1")
    assert found is not None and found.origin == r"inbox/\udcff.txt"


def test_the_same_article_twice_is_refused_by_name(store: Store) -> None:
    store.add_article(article(), "story-1", "print-1")
    with pytest.raises(StoreError, match="article-1"):
        store.add_article(article(), "story-1", "print-1")


def test_stories_are_made_and_replaced(store: Store) -> None:
    assert store.story("story-1") is None
    store.save_story(Story("story-1", NOW, NOW))
    grown = Story("story-1", NOW, NOW + HOUR, articles=2)
    store.save_story(grown)
    assert store.story("story-1") == grown


# A batch


def test_a_batch_looks_for_its_strangers_once(store: Store) -> None:
    store.add_article(article(1, identities=("guid:1",)), "story-1", "print-1")
    asked: list[str] = []
    with store.transaction():
        store.expect(["guid:1", "guid:2", "guid:3"])
        store._database._connection.set_trace_callback(asked.append)
        assert store.find_article(["guid:2", "guid:3"]) is None
        assert asked == []
        assert known(store, "guid:2", "guid:1").id == "article-1"
        assert len(asked) == 1
        store._database._connection.set_trace_callback(None)


def test_an_article_of_a_batch_sees_what_came_before_it(store: Store) -> None:
    with store.transaction():
        store.expect(["guid:1", "guid:2", "url:1"])
        assert store.find_article(["guid:1"]) is None
        store.add_article(article(1, identities=("guid:1", "url:1")), "story-1", "print-1")
        assert known(store, "guid:2", "url:1").id == "article-1"
        store.add_copy(copy(1), ["guid:2"])
        assert known(store, "guid:2").id == "article-1"


def test_what_a_batch_expected_ends_with_its_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.expect(["guid:1"])
        store.add_article(article(1, identities=("guid:1",)), "story-1", "print-1")
        _ = 1 // 0
    assert store.find_article(["guid:1"]) is None
    with store.transaction():
        store.expect(["guid:1"])
    store.add_article(article(1, identities=("guid:1",)), "story-1", "print-1")
    assert known(store, "guid:1").id == "article-1"


def test_without_a_transaction_nothing_is_expected(store: Store, path: Path, clock: Clock) -> None:
    store.expect(["guid:1"])
    with Database.open(path, create=False) as other:
        Store(other, clock).add_article(article(1, identities=("guid:1",)), "story-1", "print-1")
    assert known(store, "guid:1").id == "article-1"
