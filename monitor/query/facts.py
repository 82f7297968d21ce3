"""From findings to matches: facts, their evidence, and the one line that says what happened."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import NamedTuple

from monitor.model import Evidence, Fact, Match
from monitor.query.found import MOST_COMBINED, Finding, best_of
from monitor.query.reading import Reading
from monitor.query.relevance import relevance_of
from monitor.query.rule import Rule
from monitor.text.canonical import canonical

MOST_FACTS = 50
"""More facts than these of one rule in one article are a problem of the rule, which its matches tell (`cut`)."""

_Values = Mapping[str, str]
_HEAD = re.compile(r"\{(\w+)\}(?:: *|：)(?=\S)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def title_slots(title: str) -> list[str]:
    """The slots that a title names. Raises ValueError where its braces do not pair."""
    return [name for _, name, _, _ in Formatter().parse(title) if name is not None]


def wanted_slots(rule: Rule) -> frozenset[str]:
    """The slots whose values a rule asks for."""
    return frozenset((*rule.fact, *rule.state, *rule.show, *_PLACEHOLDER.findall(rule.title)))


class Told(NamedTuple):
    """A match, its rule, and the slots of its fact that AND MAYBE filled."""

    rule: Rule
    match: Match
    loose: frozenset[str] = frozenset()


def matches_of(rule: Rule, reading: Reading, findings: Sequence[Finding], *, crowded: bool) -> list[Told]:
    """One match for each fact, proved by its tightest finding; where there are more than are told, each says so.

    `crowded`: there were more combinations of names than were looked at.
    """
    by_fact: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        values = dict(finding.values)
        by_fact[tuple(values.get(slot, rule.default.get(slot, "")) for slot in rule.fact)].append(finding)
    best = sorted((best_of(found) for found in by_fact.values()), key=_place)
    cut = _cut(len(best), crowded)
    return [_told(rule, reading, finding, cut) for finding in best[:MOST_FACTS]]


def _cut(facts: int, crowded: bool) -> str:
    if crowded:
        return f"names combine in more than {MOST_COMBINED} ways in one article, and not all are told"
    return f"{facts} facts in one article, of which the first {MOST_FACTS} are told" if facts > MOST_FACTS else ""


def _place(finding: Finding) -> tuple[int, int]:
    """Facts are told in the order of the text."""
    return finding.tightness[1:3]


def _told(rule: Rule, reading: Reading, finding: Finding, cut: str) -> Told:
    return Told(rule, _match(rule, reading, finding, cut), frozenset(slot for slot, _ in finding.loose))


def _match(rule: Rule, reading: Reading, finding: Finding, cut: str) -> Match:
    values = {**rule.default, **dict(finding.values)}
    relevance = relevance_of(reading, finding)
    return Match(
        watchlist=rule.watchlist,
        rule=rule.id,
        about=rule.memory,
        severity=rule.severity,
        title=filled(rule.title or rule.id, values),
        fact=Fact(tuple((slot, values.get(slot, "")) for slot in rule.fact)),
        state=Fact(tuple((slot, values.get(slot, "")) for slot in rule.state)),
        shown=Fact(tuple((slot, values.get(slot, "")) for slot in rule.show)),
        evidence=_evidence(reading, finding),
        cut=cut,
        relevance=relevance.score,
        standing=relevance.reason,
        vague=rule.vague,
    )


def filled(title: str, values: Mapping[str, str]) -> str:
    """The title with its slots filled in; an open slot is named as open, so that nobody takes it for known.

    An open one that stands before all else with a colon (`{place}: `) goes, and the title says what is left.
    """
    head = _HEAD.match(title)
    title = title[head.end() :] if head and not values.get(head[1]) else title
    return _PLACEHOLDER.sub(lambda slot: values.get(slot[1]) or f"({slot[1]} not named)", title)


def _evidence(reading: Reading, finding: Finding) -> tuple[Evidence, ...]:
    words: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for mention in (*finding.mentions, *finding.beside):
        words[mention.field].update(mention.words)
        words[mention.field].update(mention.optional)
    return tuple(
        Evidence(name, tuple(reading.fields[name].range_of(start, end) for start, end in _apart(words[name])))
        for name in reading.fields
        if name in words
    )


def _apart(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping ranges as one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def weighty_only(found: Iterable[Told]) -> list[Told]:
    """Without matches of less relevance than their rule asks for; what is taken back is so wherever it stands."""
    return [told for told in found if told.match.retracts or told.match.relevance >= told.rule.min_relevance]


def fuller_only(found: Sequence[Told]) -> list[Match]:
    """A fact with an open slot gives way to a fuller one of the same `about` that agrees with it.

    A slot that took its value from `default` is open: nobody wrote that value. A vague value is none. One that AND
    MAYBE filled counts as open beside a fact that was tied together. What is told and what is taken back are apart: a
    fact that is told is no reason to forget that another was taken back.
    """
    by_memory: dict[tuple[str, str, bool], list[tuple[_Values, _Values]]] = defaultdict(list)
    known = [(_written(told), _tied(told)) for told in found]
    for told, values in zip(found, known, strict=True):
        by_memory[told.match.watchlist, told.match.about, told.match.retracts].append(values)
    fullest = [
        told
        for told, values in zip(found, known, strict=True)
        if not any(
            _is_fuller(other, mine)
            for others in by_memory[told.match.watchlist, told.match.about, told.match.retracts]
            for other, mine in zip(others, values, strict=True)
        )
    ]
    return _one_of_the_vague(fullest)


def _one_of_the_vague(found: Iterable[Told]) -> list[Match]:
    """The matches; of facts that differ in vague values only, the first and those that say the same."""
    first: dict[tuple[object, ...], Fact] = {}
    return [
        told.match
        for told in found
        if not _is_vague(told) or first.setdefault(_sure(told), told.match.fact) == told.match.fact
    ]


def _is_vague(told: Told) -> bool:
    return any(canonical(value) in told.rule.vague for _, value in told.match.fact) if told.rule.vague else False


def _sure(told: Told) -> tuple[object, ...]:
    return (told.match.watchlist, told.match.about, told.match.retracts, *sorted(_written(told).items()))


def not_taken_back(found: Sequence[Told]) -> Sequence[Told]:
    """A fact that an article takes back it does not tell, whichever rule of the same `about` says so."""
    taken_back = {_remembered(told.match) for told in found if told.match.retracts}
    if not taken_back:
        return found
    return [told for told in found if told.match.retracts or _remembered(told.match) not in taken_back]


def _remembered(match: Match) -> tuple[str, str, frozenset[tuple[str, str]]]:
    """What a match is remembered by: its fact, or where it has none its rule."""
    values = frozenset((slot, value) for slot, value in match.fact if value)
    return (match.watchlist, match.about if values else f"%{match.rule}", values)


def _written(told: Told) -> _Values:
    default, vague = told.rule.default, told.rule.vague
    return {
        slot: value
        for slot, value in told.match.fact
        if value and value != default.get(slot) and not (vague and canonical(value) in vague)
    }


def _tied(told: Told) -> _Values:
    return {slot: value for slot, value in _written(told).items() if slot not in told.loose}


def _is_fuller(other: _Values, values: _Values) -> bool:
    return len(other) > len(values) and values.items() <= other.items()
