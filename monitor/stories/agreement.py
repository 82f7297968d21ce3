"""One key of one article is told once: which match tells it, and which rules agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.model import TEXT_FIELDS, Fact, Match
from monitor.stories.keys import fact_values, key_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """A key, the match that tells it, and the other rules of the watchlist that found the same."""

    key: str
    match: Match
    agreeing: tuple[str, ...]


def agree(matches: Sequence[Match], story: str, standing: Mapping[str, str] | None = None) -> list[Agreed]:
    """The keys of an article's matches, each once, in the order in which the matches first name them.

    A fact with an open slot gives way to a fuller one of the same `about` whose other slots say the same; its rule
    then agrees with that one (the first, where several are fuller). Of the matches of one key a correction tells it
    before any other, then the highest severity, then the one with more of its state, then the one whose evidence
    comes first. State slots that it leaves open are filled from the others, and the highest severity of all is its
    own, so that no subscription misses it. `standing` has, for some keys, the one that stands for them.
    """
    groups: dict[str, list[Match]] = {}
    for match in matches:
        key = key_of(_fuller(match, matches), story)
        groups.setdefault(standing.get(key, key) if standing else key, []).append(match)
    return [_told(key, group, story) for key, group in groups.items()]


def _fuller(match: Match, matches: Sequence[Match]) -> Match:
    """The fullest match whose fact says all that this one's does, and more; else the match itself."""
    values = set(fact_values(match.fact))
    same_memory = [
        other for other in matches if values and (other.watchlist, other.about) == (match.watchlist, match.about)
    ]
    fuller = [other for other in same_memory if values < set(fact_values(other.fact))]
    return min(fuller, key=lambda other: (-len(fact_values(other.fact)), *_rank(other)), default=match)


def _told(key: str, group: Sequence[Match], story: str) -> Agreed:
    ranked = sorted(group, key=lambda match: (key_of(match, story) != key, *_rank(match)))
    best = ranked[0]
    state = best.state.as_dict()
    for other in ranked[1:]:
        for slot, value in other.state:
            state[slot] = state.get(slot) or value
    agreeing = dict.fromkeys(match.rule for match in ranked if match.rule != best.rule)
    severity = max((match.severity for match in group), key=lambda severity: severity.rank)
    return Agreed(key, replace(best, state=Fact.of(state), severity=severity), tuple(agreeing))


def _rank(match: Match) -> tuple[bool, int, int, tuple[int, int], str, str, tuple[tuple[str, str], ...]]:
    """A total order, best first, so that the order of the matches decides nothing."""
    filled = sum(bool(value) for _, value in match.state)
    return (
        not match.retracts,
        -match.severity.rank,
        -filled,
        min((_position(evidence.field, evidence.start) for evidence in match.evidence), default=(len(TEXT_FIELDS), 0)),
        match.rule,
        match.title,
        match.state.slots,
    )


def _position(field: str, start: int) -> tuple[int, int]:
    return (TEXT_FIELDS.index(field) if field in TEXT_FIELDS else len(TEXT_FIELDS), start)
