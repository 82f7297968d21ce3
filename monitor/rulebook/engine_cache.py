"""The engine over a restart: what it has worked out for all rules together is kept in the rule cache.

Files that have changed since cost what their own rules cost; the others are where they were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.rulebook.cache import RuleCache
from monitor.watchlist.nouns import Loaded


class EngineCache:
    """Keeps the engine of the rules at some paths."""

    def __init__(self, cache: RuleCache, paths: Sequence[Path]) -> None:
        self._cache = cache
        self._key = "engine\n" + "\n".join(map(str, paths))

    def recall(self, loaded: Loaded, digests: Mapping[str, str]) -> Engine:
        """The engine of those of the rules that are what they were; `digests` say what a watchlist is, by its name."""
        entry = self._cache.get(self._key)
        if entry is None:
            return Engine()
        try:
            head, _, packed = entry.partition(b"\n")
            rules: list[Rule | None] = []
            now = {each.name: each.rules for each in loaded.watchlists}
            for name, digest, count in json.loads(head):
                rules += now[name] if name in now and digests[name] == digest else [None] * count
            return Engine.unpacked(packed, rules)
        except (ValueError, TypeError, KeyError, IndexError):
            return Engine()

    def keep(self, loaded: Loaded, digests: Mapping[str, str], engine: Engine) -> None:
        """Keep the engine of all rules of `loaded`."""
        head = [(each.name, digests[each.name], len(each.rules)) for each in loaded.watchlists]
        self._cache.put(self._key, json.dumps(head).encode() + b"\n" + Engine(loaded.rules, engine).packed())
