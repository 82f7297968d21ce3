"""What the world knows."""

from __future__ import annotations

from store_nouns import DAY, NOW, memory

from monitor.model import KeyMemory
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
