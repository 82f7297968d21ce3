"""Two stories that turn out to be one: what was told of either was told, and is not told again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.model import KeyMemory, Story
from monitor.stories.grouping import Placement
from monitor.stories.keys import of_story
from monitor.stories.memory import united


def as_one(memories: Mapping[str, KeyMemory], placement: Placement, stories: Iterable[Story]) -> dict[str, KeyMemory]:
    """What is known once the merges of a placement are made; `stories` are those that become one."""
    if not placement.merges:
        return dict(memories)
    told = max(story.last_told for story in stories)
    known: dict[str, KeyMemory] = {}
    for memory in memories.values():
        if memory.story in placement.names:
            memory = renamed(memory, placement.story)
            memory = replace(memory, last_told=max(memory.last_told, told))
        before = known.get(memory.key)
        known[memory.key] = united(before, memory) if before else memory
    return known


def renamed(memory: KeyMemory, story: str) -> KeyMemory:
    """A memory under the name that its story goes by now."""
    return replace(memory, key=of_story(memory.key, story), story=story)


def one_story(kept: Story, dropped: Story) -> Story:
    """Two stories as one, under the name of the first."""
    return replace(
        kept,
        opened=min(kept.opened, dropped.opened),
        last_told=max(kept.last_told, dropped.last_told),
        articles=kept.articles + dropped.articles,
    )
