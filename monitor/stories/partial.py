"""Facts that say less or more of one thing: a ban whose product is not named yet, then the same ban with its name.

Within some days a fuller fact refines what was told, and one that says less tells it again. Later nobody knows whether
the two mean one thing; then each is remembered by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations

from monitor.model import Fact, KeyMemory, Match
from monitor.stories.freshness import NoveltySettings, is_fresh
from monitor.stories.keys import fact_key, fact_values, parts_of


@dataclass(frozen=True, slots=True)
class Alignment:
    """What is known of the facts of an article, also of those that say less or more.

    `standing` names, for the key of a fact that says less than a known one, the key of that one. `refines` names, for
    the key of a fact that says more, the key of the known one that it replaces: its memory is the known one's.
    """

    memories: Mapping[str, KeyMemory]
    standing: Mapping[str, str] = field(default_factory=dict)
    refines: Mapping[str, str] = field(default_factory=dict)


def coarser_keys(match: Match) -> Iterator[str]:
    """The keys of the facts that say less than this one's."""
    values = fact_values(match.fact)
    for many in range(1, len(values)):
        for some in combinations(values, many):
            yield fact_key(match.watchlist, match.about, Fact(some))


def align(
    matches: Sequence[Match], memories: Mapping[str, KeyMemory], at: datetime, settings: NoveltySettings
) -> Alignment:
    """Align the facts of an article that arrives at `at` with what is known; `memories` hold what may concern them."""
    facts = {fact_key(match.watchlist, match.about, match.fact): match for match in matches if match.fact}
    unknown = sorted(key for key in facts if not _is_known(memories.get(key)))
    fresh = [memory for memory in memories.values() if memory.tellings and is_fresh(memory, at, settings)]
    if not unknown or not fresh:
        return Alignment(memories)
    standing: dict[str, str] = {}
    refines: dict[str, str] = {}
    for key in unknown:
        if finer := _freshest(memory for memory in fresh if _says_less(key, memory.key)):
            standing[key] = finer.key
        elif coarser := _freshest(
            memory for memory in fresh if _says_less(memory.key, key) and memory.key not in {*refines.values(), *facts}
        ):
            refines[key] = coarser.key
    known = {full: replace(memories[partial], key=full) for full, partial in refines.items()}
    return Alignment({**memories, **known}, standing, refines)


def _is_known(memory: KeyMemory | None) -> bool:
    return memory is not None and memory.tellings > 0


def _freshest(memories: Iterable[KeyMemory]) -> KeyMemory | None:
    return max(memories, key=lambda memory: (memory.last_told, memory.key), default=None)


def _says_less(key: str, other: str) -> bool:
    """Whether the fact of one key says less than that of another of the same memory, and nothing else."""
    one, two = parts_of(key), parts_of(other)
    same = (one.watchlist, one.name, one.story) == (two.watchlist, two.name, two.story) and not one.story
    return same and set(one.fact) < set(two.fact)
