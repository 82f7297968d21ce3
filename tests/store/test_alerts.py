"""Alerts, and what waits for a digest."""

from __future__ import annotations

import pytest
from store_nouns import HOUR, NOW, PERIOD, alert, article, copy, digest, match, memory

from monitor.errors import StoreError
from monitor.model import Alert, Fact, Match, Novelty, Period, Reason, Severity
from monitor.store import Store


@pytest.fixture
def stored(store: Store) -> Store:
    store.add_article(article(), "story-1", "print-1")
    return store


def test_every_field_of_an_alert_comes_back(stored: Store) -> None:
    bare = Alert("b", "article-1", "s", "k", Match("w", "r", "a", Severity.LOW, ""), Novelty.FOLD,
                 Reason.ADDS_NOTHING, NOW)  # fmt: skip
    stored.add_alert(alert(), ["morning"])
    stored.add_alert(bare, ["morning"])
    assert [waiting.alert for waiting in stored.waiting("morning", NOW + HOUR)] == [alert(), bare]


def test_order_of_slots_is_kept(stored: Store) -> None:
    fact = Fact((("product", ""), ("place", "Czechia")))
    stored.add_alert(alert(match=match(fact=fact)), ["morning"])
    assert stored.waiting("morning", NOW + HOUR)[0].alert.match.fact == fact


def test_what_waits_is_of_this_subscription_raised_before_and_in_order(stored: Store) -> None:
    stored.add_alert(alert(1, raised=NOW), ["morning", "weekly"])
    stored.add_alert(alert(2, raised=NOW - HOUR), ["morning"])
    stored.add_alert(alert(3, raised=NOW + HOUR), ["morning"])
    stored.add_alert(alert(4), [])
    assert [waiting.alert.id for waiting in stored.waiting("morning", NOW + HOUR)] == ["alert-2", "alert-1"]
    assert [waiting.alert.id for waiting in stored.waiting("weekly", NOW + HOUR)] == ["alert-1"]
    assert stored.waiting("morning", NOW - HOUR) == []


def test_what_waits_shows_article_and_copies(stored: Store) -> None:
    stored.add_copy(copy(), [])
    stored.add_alert(alert(), ["morning"])
    (waiting,) = stored.waiting("morning", NOW + HOUR)
    assert waiting.article.title == article().title
    assert waiting.copies == (copy(),)


@pytest.mark.case(18)
def test_an_alert_shows_the_text_that_its_evidence_points_into(stored: Store) -> None:
    stored.add_alert(alert(1), ["morning"])
    for body in ("Second version.", "Third version."):
        known = stored.find_article(["url:1"])
        assert known is not None
        stored.add_version(known, article(body=body, title=body), body)
        stored.add_alert(alert(len(body), raised=NOW), ["morning"])
    bodies = {waiting.alert.id: waiting.article.body for waiting in stored.waiting("morning", NOW + HOUR)}
    assert bodies == {"alert-1": article().body, "alert-15": "Second version.", "alert-14": "Third version."}


def test_told_is_relative_to_the_reader(stored: Store) -> None:
    stored.add_alert(alert(1), ["morning", "weekly"])
    assert stored.save_digest(digest())
    stored.add_alert(alert(2, key="key-1"), ["morning", "weekly"])
    assert [(waiting.alert.id, waiting.told) for waiting in stored.waiting("morning", NOW + HOUR)] == [
        ("alert-2", True)
    ]
    assert [(waiting.alert.id, waiting.told) for waiting in stored.waiting("weekly", NOW + HOUR)] == [
        ("alert-1", False),
        ("alert-2", False),
    ]


def test_learned_comes_from_the_memory_of_the_key(stored: Store) -> None:
    stored.remember(memory("key-1", learned=True))
    stored.remember(memory("key-2", learned=False))
    for number in (1, 2, 3):
        stored.add_alert(alert(number), ["morning"])
    assert [waiting.learned for waiting in stored.waiting("morning", NOW + HOUR)] == [True, False, False]


def test_a_refused_alert_is_named_with_its_article(stored: Store) -> None:
    stored.add_alert(alert(), ["morning"])
    with pytest.raises(StoreError, match=r"alert-1 \(article article-1\)"):
        stored.add_alert(alert(), ["morning"])
    with pytest.raises(StoreError, match=r"alert-2 \(article article-9\)"):
        stored.add_alert(alert(2, article="article-9"), ["morning"])
    with pytest.raises(StoreError, match="alert-3"):
        stored.add_alert(alert(3, former="\ud800"), ["morning"])
    assert len(stored.waiting("morning", NOW + HOUR)) == 1


def test_an_alert_is_undone_with_its_transaction(stored: Store) -> None:
    with pytest.raises(KeyError), stored.transaction():
        stored.add_alert(alert(), ["morning"])
        raise KeyError
    assert stored.waiting("morning", NOW + HOUR) == []
    assert stored.accounting("morning", Period(PERIOD.start, PERIOD.end)).matched == 0
