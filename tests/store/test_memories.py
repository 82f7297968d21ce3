"""What the world knows."""

from __future__ import annotations

from store_nouns import DAY, NOW, memory

from monitor.model import KeyMemory, Story
from monitor.store import Store


def test_every_field_of_a_memory_comes_back(store: Store) -> None:
    bare = KeyMemory("key-2", NOW, NOW, NOW, "story-2", "article-2")
    store.remember(memory("key-1"))
    store.remember(bare)
    assert store.recall(["key-1", "key-2", "key-1", "key-9"]) == {"key-1": memory("key-1"), "key-2": bare}
    assert store.recall([]) == {}


def test_remembering_again_replaces_every_field(store: Store) -> None:
    store.remember(memory())
    changed = KeyMemory("key-1", NOW + DAY, NOW + DAY, NOW + DAY, "story-5", "article-5", tellings=0)
    store.remember(changed)
    assert store.recall(["key-1"]) == {"key-1": changed}


def test_a_story_told_by_another_key_keeps_this_key_fresh(store: Store) -> None:
    store.remember(memory("key-1", story="story-1", last_told=NOW))
    store.save_story(Story("story-1", NOW, NOW + DAY))
    assert store.recall(["key-1"])["key-1"].last_told == NOW + DAY
    store.remember(memory("key-2", story="story-1", last_told=NOW + 2 * DAY))
    assert store.recall(["key-2"])["key-2"].last_told == NOW + 2 * DAY
