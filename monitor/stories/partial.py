"""Facts that say less or more of one thing: a ban whose product is not named yet, then the same ban with its name.

Within some days a fuller fact refines what was told, and one that says less tells it again. Later nobody knows whether
the two mean one thing; then each is remembered by itself, but for what an article only mentions, which looks back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations

from monitor.model import Fact, KeyMemory, Match
from monitor.stories.freshness import NoveltySettings, is_fresh
from monitor.stories.keys import fact_key, fact_values, parts_of

AT_HEART = 0.7
"""The relevance of a match from which an article is about it: title and lead, or what the title speaks of too."""


def is_told_of(match: Match) -> bool:
    """Whether an article is about a match, and does not only mention it; what it takes back it is always about."""
    return match.retracts or match.relevance >= AT_HEART


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
    """The keys of the facts that say less than this one's: with fewer slots, or with a vague value in one."""
    values = fact_values(match.fact)
    for many in range(1, len(values)):
        for some in combinations(values, many):
            yield fact_key(match.watchlist, match.about, Fact(some))
    for place, (slot, value) in enumerate(values):
        for vague in match.vague - {value}:
            less = (*values[:place], (slot, vague), *values[place + 1 :])
            yield fact_key(match.watchlist, match.about, Fact(less))


def sure_of(match: Match) -> Fact:
    """The fact without the values that name nothing particular."""
    return Fact(tuple((slot, value) for slot, value in fact_values(match.fact) if value not in match.vague))


def align(
    matches: Sequence[Match], memories: Mapping[str, KeyMemory], at: datetime, settings: NoveltySettings
) -> Alignment:
    """Align the facts of an article that arrives at `at` with what is known; `memories` hold what may concern them."""
    facts = {fact_key(match.watchlist, match.about, match.fact): match for match in matches if match.fact}
    unknown = sorted(key for key in facts if not _is_known(memories.get(key)))
    told = [memory for memory in memories.values() if _is_known(memory)]
    if not unknown or not told:
        return Alignment(memories)
    fresh = [memory for memory in told if is_fresh(memory, at, settings)]
    standing: dict[str, str] = {}
    refines: dict[str, str] = {}
    for key in unknown:
        vague, known = facts[key].vague, fresh if is_told_of(facts[key]) else told
        if finer := _freshest(memory for memory in known if _says_less(key, memory.key, vague)):
            standing[key] = finer.key
        elif coarser := _freshest(
            memory
            for memory in fresh
            if _says_less(memory.key, key, vague) and memory.key not in {*refines.values(), *facts}
        ):
            refines[key] = coarser.key
    refined = {full: replace(memories[partial], key=full) for full, partial in refines.items()}
    return Alignment({**memories, **refined}, standing, refines)


def _is_known(memory: KeyMemory | None) -> bool:
    return memory is not None and memory.tellings > 0


def _freshest(memories: Iterable[KeyMemory]) -> KeyMemory | None:
    return max(memories, key=lambda memory: (memory.last_told, memory.key), default=None)


def _says_less(key: str, other: str, vague: frozenset[str]) -> bool:
    """Whether the fact of one key says less than that of another of the same memory, and nothing else.

    A vague value says nothing, but where nothing else is said either.
    """
    one, two = parts_of(key), parts_of(other)
    same = (one.watchlist, one.name, one.story) == (two.watchlist, two.name, two.story) and not one.story
    sure = {(slot, value) for slot, value in one.fact if value not in vague}
    return same and bool(sure) and sure < set(two.fact) and set(one.fact) != set(two.fact)
