"""The archive as a history."""

from __future__ import annotations

from store_nouns import DAY, HOUR, NOW, Clock, article, copy

from monitor.store import Store


def test_versions_come_back_in_the_order_in_which_they_were_taken_in(store: Store, clock: Clock) -> None:
    store.add_article(article(1, body="first"), "story-1", "print-1")
    clock.now = NOW + HOUR
    store.add_article(article(2), "story-2", "print-2")
    store.add_copy(copy(2), ("url:other",))
    clock.now = NOW + DAY
    known = store.find_article(("url:1",))
    assert known is not None
    store.add_version(known, article(1, id="article-9", body="second"), "print-3")
    count, found = store.archive(NOW)
    told = [(at, each.id, each.body, each.identities) for at, each in found]
    assert count == len(told) == 3
    assert told[0] == (NOW, "article-1", "first", ("archive:article-1",))
    assert told[1][:2] == (NOW + HOUR, "article-2")
    assert told[2] == (NOW + DAY, "article-1", "second", ("archive:article-1",))


def test_only_since(store: Store, clock: Clock) -> None:
    store.add_article(article(1), "story-1", "print-1")
    clock.now = NOW + DAY
    store.add_article(article(2), "story-2", "print-2")
    assert [each.id for _, each in store.archive(NOW + HOUR)[1]] == ["article-2"]
    assert store.archive(NOW + 2 * DAY)[0] == 0


def test_articles_of_one_instant_keep_their_order(store: Store) -> None:
    for number in (3, 1, 2):
        store.add_article(article(number), f"story-{number}", f"print-{number}")
    assert [each.id for _, each in store.archive(NOW)[1]] == ["article-3", "article-1", "article-2"]
