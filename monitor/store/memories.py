"""What the world knows: one memory per key."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from monitor.model import KeyMemory
from monitor.store.codec import (
    dump_set,
    dumps,
    load_pairs,
    load_set,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
)
from monitor.store.resource import Resource


class Memories(Resource):
    """The memory of keys."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, KeyMemory]:
        """What is known of those of `keys` that are known."""
        rows = (self._database.one("memory", key=key) for key in dict.fromkeys(keys))
        return {row["key"]: memory_of(row) for row in rows if row is not None}

    def finer(self, memory: str, pairs: Sequence[str], key: str) -> list[KeyMemory]:
        """What is known of the facts that say all of `pairs` and more; `memory` is how the keys of their memory begin.

        `pairs` are slots with their values as keys have them, `key` the one that says no more than them.
        """
        rows = self._database.all(
            "finer_memories", start=memory, end=memory + "\U0010ffff", pairs=dumps(list(pairs)), key=key
        )
        return [memory_of(row) for row in rows]

    def remember(self, memory: KeyMemory) -> None:
        """Make or replace the memory of a key."""
        self._database.run(
            "remember",
            key=memory.key,
            story=memory.story,
            first_article=memory.first_article,
            first_seen=micros(memory.first_seen),
            last_seen=micros(memory.last_seen),
            last_told=micros(memory.last_told),
            last_published=micros_or_none(memory.last_published),
            state=dumps(memory.state),
            numbers=dump_set(memory.numbers),
            places=dump_set(memory.places),
            publishers=dump_set(memory.publishers),
            tellings=memory.tellings,
            learned=memory.learned,
            state_since=micros_or_none(memory.state_since),
            state_left=dumps(memory.state_left),
        )


def memory_of(row: sqlite3.Row) -> KeyMemory:
    """The memory in a row of the table, joined with when its story was told last."""
    return KeyMemory(
        key=row["key"],
        first_seen=moment(row["first_seen"]),
        last_seen=moment(row["last_seen"]),
        last_told=moment(row["story_told"]),
        story=row["story"],
        first_article=row["first_article"],
        last_published=moment_or_none(row["last_published"]),
        state=load_pairs(row["state"]),
        numbers=load_set(row["numbers"]),
        places=load_set(row["places"]),
        publishers=load_set(row["publishers"]),
        tellings=row["tellings"],
        learned=bool(row["learned"]),
        state_since=moment_or_none(row["state_since"]),
        state_left=load_pairs(row["state_left"]),
    )
