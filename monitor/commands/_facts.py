"""What the verbs of `monitor facts` share: a fact as it is shown, named and exchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import MonitorError
from monitor.model import KeyMemory, Match
from monitor.query.lists import TermList
from monitor.query.rule import Rule
from monitor.stories.grouping import story_id
from monitor.stories.keys import KeyParts, canonical
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.page import did_you_mean

SHORT = 10
"""Hex digits of the short name of a key."""


def short_name(key: str) -> str:
    """A name of a key that can be typed."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:SHORT]


def key_called(name: str, keys: Sequence[str]) -> str:
    """The key that is meant by itself or by its short name, which may be shortened. Raises MonitorError."""
    found = [key for key in keys if name == key] or [key for key in keys if name and short_name(key).startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise MonitorError(f"{name} means several facts: say more of it")
    raise MonitorError(f"there is no fact {name}; `monitor facts list` shows the names of all")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the rules for what keys hold folded: rules by memory, and values as their lists write them."""

    rules: Mapping[tuple[str, str], tuple[Rule, ...]]
    values: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, loaded: Loaded) -> Names:
        rules: dict[tuple[str, str], tuple[Rule, ...]] = {}
        for rule in loaded.rules:
            place = (rule.watchlist, rule.memory)
            rules[place] = (*rules.get(place, ()), rule)
        lists = [*loaded.shared, *(each for watchlist in loaded.watchlists for each in watchlist.lists)]
        values = {(each.name, canonical(name)): name for each in lists for name, _ in each.names}
        return cls(rules, values)

    def rules_of(self, parts: KeyParts) -> tuple[str, ...]:
        """The rules that share the memory of a key; the rule itself where the key is a story's."""
        if parts.story:
            return (parts.name,)
        return tuple(rule.id for rule in self.rules.get((parts.watchlist, parts.name), ()))

    def shown(self, parts: KeyParts, match: Match | None) -> dict[str, str]:
        """The slots of a fact as its newest match writes them; else as the list of a slot's name does."""
        told = match.fact.as_dict() if match else {}
        return {slot: told.get(slot) or self.values.get((slot, canonical(value)), value) for slot, value in parts.fact}


def slots_of(rules: Sequence[Rule], choose: Callable[[Rule], Sequence[str]]) -> list[str]:
    """The slots of several rules, each once."""
    return list(dict.fromkeys(slot for rule in rules for slot in choose(rule)))


def named(slot: str, value: str, lists: Sequence[TermList]) -> str:
    """A value as the list of its slot's name calls it; as it stands where there is no such list.

    Raises MonitorError where the list has no such name: no article could ever tell that fact.
    """
    spelled = {canonical(name): name for each in lists if each.name == slot for name, _ in each.names}
    if not spelled or canonical(value) in spelled:
        return spelled.get(canonical(value), value)
    hint = did_you_mean(value, list(spelled.values()))
    raise MonitorError(f"@{slot} has no name {value!r}{f': {hint}' if hint else ''}")


def given(key: str, seen: datetime, state: Mapping[str, str]) -> KeyMemory:
    """The memory of a fact that no article of ours told: known to every reader, its story over."""
    kept = tuple(sorted((slot, value) for slot, value in state.items() if value))
    return KeyMemory(
        key=key,
        first_seen=seen,
        last_seen=seen,
        last_told=seen,
        story=story_id(key),
        first_article="",
        last_published=seen,
        state=kept,
        state_since=seen if kept else None,
        learned=True,
    )
