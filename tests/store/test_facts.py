"""What is known, as an operator sees and mends it."""

from __future__ import annotations

from store_nouns import DAY, HOUR, NOW, alert, article, digest, memory

from monitor.model import Novelty
from monitor.store import KnownFact, Store

KEY = '["fact","bans","ban",["place","italy"]]'


def test_all_that_is_known_with_the_newest_match(store: Store) -> None:
    told = alert(1, key=KEY)
    store.add_article(article(), "story-1", "print")
    store.add_alert(told, [])
    store.remember(memory(KEY))
    store.remember(memory("key-2"))
    assert store.known_facts() == [KnownFact(memory(KEY), told.match), KnownFact(memory("key-2"), None)]
    (source,) = store.fact_sources(KEY, 5)
    assert (source.article, source.title) == (told.article, article().title)
    assert store.fact_sources("key-2", 5) == []


def test_a_struck_fact_is_forgotten_and_stays_in_the_ledger(store: Store) -> None:
    store.remember(memory(KEY))
    assert store.strike(KEY, "a satire", NOW)
    assert store.recall([KEY]) == {}
    (struck,) = store.struck_facts()
    assert (struck.key, struck.at, struck.why) == (KEY, NOW, "a satire")
    assert (struck.first_seen, struck.last_seen) == (memory().first_seen, memory().last_seen)
    assert not store.strike(KEY, "again", NOW)
    assert len(store.struck_facts()) == 1


def test_what_was_told_of_a_struck_fact_does_not_count_as_told(store: Store) -> None:
    first, second = alert(1, key=KEY), alert(2, key=KEY, raised=NOW + DAY, novelty=Novelty.NEW)
    store.add_article(article(), "story-1", "print")
    store.add_alert(first, ["morning"])
    assert store.waiting_places(KEY) == 1
    mailed = digest(keys=(KEY,))
    assert store.save_digest(mailed)
    store.add_alert(second, ["morning"])
    assert [item.told for item in store.waiting("morning", NOW + 2 * DAY)] == [True]
    store.remember(memory(KEY))
    store.strike(KEY, "a satire", mailed.composed + HOUR)
    assert [item.told for item in store.waiting("morning", NOW + 2 * DAY)] == [False]


def test_what_was_struck_follows_a_new_name(store: Store) -> None:
    store.remember(memory(KEY))
    store.strike(KEY, "a satire", NOW)
    assert store.rename_keys('["fact","bans"', lambda key: key.replace("bans", "blocks")) == 1
    assert [struck.key for struck in store.struck_facts()] == [KEY.replace("bans", "blocks")]
