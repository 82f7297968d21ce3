"""NEAR and BEFORE: parts tied to their neighbours, and slots that take the nearest name.

How a chain is solved. The mentions of every part are grouped by the stretch that must hold them all (field, sentence
or paragraph). A mention is *viable* when it has viable neighbours on both sides. Parts that bind no slot of the rule
are *anchors*. Every viable mention of an anchor gives one match: from it outwards each part takes the viable mention
that is nearest to its neighbour, and a slot takes the names coordinated with that one too. So a country later in the
sentence is not banned by the verb before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import ClassVar

from monitor.query.found import MOST_COMBINED, Finding, Looked, Mention, Mentioner, Run, Scope, findings, merge
from monitor.query.reading import FieldReading
from monitor.query.spots import around, followed
from monitor.query.tree import Distance, Unit

_COORDINATED = re.compile(
    r"\s*(?:[,、，]\s*(?:(?:and|or|&|和|或|及|以及|与|與)\s*)?|(?:and|or|&)\s+|(?:和|或|及|以及|与|與)\s*)(?:the\s+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a chain. `slot`: it binds a slot of the rule; `ordered`: it comes after the part before it."""

    part: Mentioner
    ordered: bool = False
    slot: bool = False
    names: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """A MAYBE part and the required part that it is tied to; `before`, `after`: it must come on that side of it."""

    part: Mentioner
    neighbour: int
    before: bool = False
    after: bool = False
    names: bool = False


Group = list[list[Mention]]
"""The mentions of each part within one stretch."""

Chosen = dict[int, Mention]
"""One mention for each part that has its choice, by the number of the part."""

DeadEnds = defaultdict[tuple[int, Mention], list[frozenset[Mention]]]
"""For a part and the choice of its neighbour: the choices before that leave no way on."""


@dataclass(frozen=True, slots=True)
class ChainClause(Looked):
    """A whole chain with one distance."""

    links: tuple[Link, ...]
    extras: tuple[Extra, ...]
    distance: Distance
    cost: ClassVar[int] = 3

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return findings(self.mentions(run, scope), run)

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        """The words of all parts; none where a part is missing, or cannot be reached from the one before it."""
        covered = reached = self.links[0].part.spots(run, scope, field)
        for link in self.links[1:]:
            if not reached:
                return 0
            here = link.part.spots(run, scope, field)
            covered |= here
            reached = here and here & self._reach(field, reached, link.ordered)
        return covered if reached else 0

    def _reach(self, field: FieldReading, from_: int, ordered: bool) -> int:
        """The words that may stand for a part when the part before it is at `from_`."""
        if self.distance.unit is Unit.WORDS:
            reach = field.reach(self.distance.words) + 1
            return followed(from_, reach) if ordered else around(from_, reach)
        sentences = self.distance.unit is Unit.SENTENCE
        return (field.sentence_stretches if sentences else field.paragraph_stretches).whole(from_)

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        found: dict[Mention, None] = {}
        every_part = self._mentions_of_parts(run, scope)
        if every_part is None:
            return []
        unstruck = Run(run.reading, run.findings_of, cache=run.cache) if run.struck else run
        extras = [extra.part.mentions(unstruck, scope) for extra in self.extras]
        for field, group in self._groups(run, every_part):
            for mention in self._in_group(run, field, group, every_part, extras):
                found[mention] = None
        return list(found)

    def _mentions_of_parts(self, run: Run, scope: Scope) -> list[list[Mention]] | None:
        """The mentions of every part, the cheapest parts first; None as soon as one has none."""
        found: dict[int, list[Mention]] = {}
        for at in sorted(range(len(self.links)), key=lambda at: self.links[at].part.cost):
            found[at] = self.links[at].part.mentions(run, scope)
            if not found[at]:
                return None
        return [found[at] for at in range(len(self.links))]

    def _groups(self, run: Run, every_part: Sequence[Sequence[Mention]]) -> Iterator[tuple[FieldReading, Group]]:
        groups: dict[tuple[str, int], Group] = defaultdict(lambda: [[] for _ in self.links])
        for index, mentions in enumerate(every_part):
            for mention in mentions:
                stretch = self._stretch(run.reading.fields[mention.field], mention)
                if stretch is not None:
                    groups[mention.field, stretch][index].append(mention)
        for (name, _), group in groups.items():
            if all(group):
                yield run.reading.fields[name], group

    def _stretch(self, field: FieldReading, mention: Mention) -> int | None:
        """The sentence or paragraph that holds a mention; None if it crosses an end."""
        if self.distance.unit is Unit.WORDS:
            return 0
        number_of = field.sentence_of if self.distance.unit is Unit.SENTENCE else field.paragraph_of
        first = number_of(mention.start)
        return first if mention.end - mention.start == 1 or number_of(mention.end - 1) == first else None

    def _in_group(
        self,
        run: Run,
        field: FieldReading,
        group: Group,
        every_part: Sequence[Sequence[Mention]],
        extras: Sequence[Sequence[Mention]],
    ) -> Iterator[Mention]:
        unstruck = [
            [m for m in mentions if link.slot or not run.struck or not run.is_struck(m)]
            for link, mentions in zip(self.links, group, strict=True)
        ]
        viable = self._viable(field, unstruck)
        if viable is None:
            return
        for pivot in self._pivots(run):
            dead: DeadEnds = defaultdict(list)
            for mention in viable[pivot]:
                chosen, _ = self._choose(field, viable, {pivot: mention}, pivot, +1, dead)
                if chosen is not None:
                    yield from self._complete(run, field, chosen, every_part, extras)

    def _pivots(self, run: Run) -> list[int]:
        """The anchors; every part where there is none, or where every mention must be covered."""
        anchors = [at for at, link in enumerate(self.links) if not link.slot]
        return list(range(len(self.links))) if run.every or not anchors else anchors

    def _viable(self, field: FieldReading, group: Group) -> Group | None:
        """Only the mentions that have a neighbour on both sides; None if a part is left without one."""
        viable = [list(mentions) for mentions in group]
        for at in range(1, len(viable)):
            viable[at] = [m for m in viable[at] if any(self._tied(field, at, other, m) for other in viable[at - 1])]
        for at in range(len(viable) - 2, -1, -1):
            viable[at] = [m for m in viable[at] if any(self._tied(field, at + 1, m, other) for other in viable[at + 1])]
        return viable if all(viable) else None

    def _tied(self, field: FieldReading, at: int, before: Mention, after: Mention) -> bool:
        """May `before` stand for part `at - 1` and `after` for part `at`?"""
        if self.links[at].ordered and before.end > after.start:
            return False
        return not before.shares_words(after) and self._within(field, before, after)

    def _within(self, field: FieldReading, one: Mention, other: Mention) -> bool:
        return self.distance.unit is not Unit.WORDS or words_between(field, one, other) <= self.distance.words

    def _choose(
        self, field: FieldReading, viable: Group, chosen: Chosen, at: int, step: int, dead: DeadEnds
    ) -> tuple[Chosen | None, frozenset[Mention]]:
        """Extend a choice outwards, nearest first; back up where the nearest shares words with a part chosen before.

        Where there is no way on, the second value is why: the mentions chosen before that stand in the way. With
        any other choice of the rest it would be the same, so nothing else is tried again, and `dead` remembers it.
        """
        following = at + step
        if following == len(self.links):
            return self._choose(field, viable, chosen, min(chosen), -1, dead)
        if following < 0:
            return chosen, frozenset()
        taken = frozenset(chosen.values())
        for known in dead[following, chosen[at]]:
            if known <= taken:
                return None, known
        tied = self._nearest(field, viable[following], chosen[at], following, step)
        reasons: set[Mention] = {chosen[at]} if len(tied) < len(viable[following]) else set()
        for mention in tied:
            rival = next((other for other in chosen.values() if mention.shares_words(other)), None)
            if rival is not None:
                reasons.add(rival)
                continue
            complete, why = self._choose(field, viable, {**chosen, following: mention}, following, step, dead)
            if complete is not None or mention not in why:
                return complete, why
            reasons |= why - {mention}
        dead[following, chosen[at]].append(frozenset(reasons))
        return None, frozenset(reasons)

    def _nearest(
        self, field: FieldReading, mentions: Sequence[Mention], neighbour: Mention, at: int, step: int
    ) -> list[Mention]:
        tied = [
            m
            for m in mentions
            if (self._tied(field, at, neighbour, m) if step > 0 else self._tied(field, at + 1, m, neighbour))
        ]
        return sorted(
            tied,
            key=lambda m: (words_between(field, m, neighbour), m.start > neighbour.start, m.start, -m.end, m.place),
        )

    def _complete(
        self,
        run: Run,
        field: FieldReading,
        chosen: dict[int, Mention],
        every_part: Sequence[Sequence[Mention]],
        extras: Sequence[Sequence[Mention]],
    ) -> Iterator[Mention]:
        """One mention of the chain for every combination of coordinated names, those struck left out."""
        options = [
            coordinated(field, chosen[at], every_part[at]) if link.slot and link.names else [chosen[at]]
            for at, link in enumerate(self.links)
        ]
        offered = self._extras(field, chosen, extras)
        combined = ((parts, extra) for parts in _combined(options) for extra in product(*offered))
        for parts, extra in run.at_most(MOST_COMBINED, combined):
            mention = _joined(parts, extra)
            if not (run.struck and run.is_struck(mention)):
                yield mention

    def _extras(
        self, field: FieldReading, chosen: dict[int, Mention], extras: Sequence[Sequence[Mention]]
    ) -> list[list[Mention]]:
        """For every MAYBE part that is there: the nearest, and the names coordinated with it."""
        added: list[list[Mention]] = []
        for extra, mentions in zip(self.extras, extras, strict=True):
            neighbour = chosen[extra.neighbour]
            near = [
                m
                for m in mentions
                if m.field == neighbour.field
                and (not extra.after or m.start >= neighbour.end)
                and (not extra.before or m.end <= neighbour.start)
                and self._stretch(field, m) == self._stretch(field, neighbour)
                and self._within(field, m, neighbour)
                and not any(m.shares_words(other) for other in (*chosen.values(), *chain(*added)))
            ]
            if near:
                nearest = min(near, key=lambda m: (words_between(field, m, neighbour), m.place))
                added.append(coordinated(field, nearest, near) if extra.names else [nearest])
        return added


def words_between(field: FieldReading, one: Mention, other: Mention) -> float:
    """Words between two mentions; nothing where they interleave."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    return field.between(first.end, second.start) if first.end < second.start else 0.0


def coordinated(field: FieldReading, name: Mention, names: Sequence[Mention]) -> list[Mention]:
    """A name and those joined to it only by commas, and, or, 和, 、 ("Italy, Spain and Malta")."""
    others = [m for m in names if m.field == name.field and (m is name or m.end <= name.start or name.end <= m.start)]
    run: list[Mention] = []
    for mention in sorted(others, key=lambda m: (m.start, -m.end, m.place)):
        if run and mention.start < run[-1].end:
            continue
        if run and not _joins(field, run[-1], mention):
            if name in run:
                break
            run = []
        run.append(mention)
    return run if name in run else [name]


def _joins(field: FieldReading, before: Mention, after: Mention) -> bool:
    return before.end <= after.start and _COORDINATED.fullmatch(field.gap(before.end, after.start)) is not None


def _combined(options: Sequence[Sequence[Mention]], taken: tuple[Mention, ...] = ()) -> Iterator[tuple[Mention, ...]]:
    """One mention of each part in every combination where no words are shared and no slot gets two values."""
    if len(taken) == len(options):
        yield taken
        return
    for mention in options[len(taken)]:
        agrees = all(merge(other.bound, mention.bound) is not None for other in taken)
        if agrees and not any(map(mention.shares_words, taken)):
            yield from _combined(options, (*taken, mention))


def _joined(parts: Sequence[Mention], extras: Sequence[Mention]) -> Mention:
    """The parts, which agree, as one mention. A MAYBE never overrides a required part nor takes its words."""
    bound = parts[0].bound
    for part in parts[1:]:
        bound = merge(bound, part.bound) or bound
    optional = [words for part in parts for words in part.optional]
    for extra in extras:
        merged = merge(bound, extra.bound)
        if merged is not None and not any(map(extra.shares_words, parts)):
            bound = merged
            optional.extend(extra.words)
    return Mention(
        field=parts[0].field,
        start=min(part.start for part in parts),
        end=max(part.end for part in parts),
        words=tuple(sorted({words for part in parts for words in part.words})),
        bound=bound,
        optional=tuple(sorted(set(optional))),
    )


@dataclass(frozen=True, slots=True)
class NotNearClause(Looked):
    """`a NOT NEAR/5 b`: those a that have no b that near. A b that overlaps an a counts as near, a itself does not."""

    wanted: Mentioner
    unwanted: Mentioner
    distance: Distance
    ordered: bool = False
    cost: ClassVar[int] = 2

    def solve(self, run: Run, scope: Scope) -> list[Finding]:
        return findings(self.mentions(run, scope), run)

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        return self.wanted.spots(run, scope, field)

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        unstruck = Run(run.reading, run.findings_of, cache=run.cache)
        unwanted = self.unwanted.mentions(unstruck, scope)
        return [m for m in self.wanted.mentions(run, scope) if not any(self._near(run, m, other) for other in unwanted)]

    def _near(self, run: Run, wanted: Mention, unwanted: Mention) -> bool:
        if wanted.field != unwanted.field or wanted.words == unwanted.words:
            return False
        if self.ordered and unwanted.start < wanted.start:
            return False
        field = run.reading.fields[wanted.field]
        if self.distance.unit is Unit.WORDS:
            return words_between(field, wanted, unwanted) <= self.distance.words
        of = field.sentence_of if self.distance.unit is Unit.SENTENCE else field.paragraph_of
        return of(wanted.start) <= of(unwanted.end - 1) and of(unwanted.start) <= of(wanted.end - 1)
