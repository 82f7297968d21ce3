"""The store is what its users ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from store_nouns import NOW, alert, article, copy, digest, memory

from monitor import pipeline
from monitor.deliver import postman
from monitor.model import Rejection, SourceState, Story
from monitor.store import Store


def methods(protocol: type) -> dict[str, Callable[..., object]]:
    return {name: value for name, value in inspect.getmembers(protocol, inspect.isfunction) if name[0] != "_"}


@pytest.mark.parametrize("protocol", [pipeline.Store, postman.Outbox])
def test_the_store_has_what_its_users_declare(protocol: type) -> None:
    declared = methods(protocol)
    assert declared
    for name, method in declared.items():
        mine = getattr(Store, name)
        assert list(inspect.signature(mine).parameters) == list(inspect.signature(method).parameters), name


def test_the_totals_count_everything(store: Store) -> None:
    with store.transaction():
        store.save_source(SourceState("inbox"))
        store.add_rejections("inbox", [Rejection("a", "b")], NOW)
        store.add_article(article(), "story-1", "p")
        known = store.find_article(["url:1"])
        assert known is not None
        store.add_version(known, article(body="new"), "q")
        store.add_copy(copy(), [])
        store.save_story(Story("story-1", NOW, NOW))
        store.remember(memory())
        store.add_alert(alert(), ["morning"])
        store.save_digest(digest())
    assert store.totals() == {
        "sources": 1,
        "articles": 1,
        "versions": 1,
        "copies": 1,
        "stories": 1,
        "keys": 1,
        "alerts": 1,
        "digests": 1,
        "deliveries": 2,
        "rejections": 1,
    }


@pytest.mark.case(73)
def test_an_article_its_alert_and_its_place_are_stored_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction():
        store.save_source(SourceState("inbox", etag="new"))
        store.add_article(article(), "story-1", "p")
        store.save_story(Story("story-1", NOW, NOW))
        store.remember(memory())
        store.add_alert(alert(), ["morning"])
        store.save_digest(digest())
        raise KeyError
    assert set(store.totals().values()) == {0}
    assert store.source_state("inbox").etag == "", "the feed will be asked for these articles again"
