"""NEAR and BEFORE: parts tied to their neighbours, and slots that take the nearest name.

How a chain is solved. The mentions of every part are grouped by the stretch that must hold them all (field, sentence
or paragraph). A mention is *viable* when it has viable neighbours on both sides. Parts that bind no slot of the rule
are *anchors*. Every viable mention of an anchor gives one match: from it outwards each part takes the viable mention
that is nearest to its neighbour, and a slot takes the names coordinated with that one too. So a country later in the
sentence is not banned by the verb before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, product
from math import inf
from operator import or_
from typing import ClassVar

from monitor.query.found import MOST_COMBINED, Finding, Looked, Mention, Mentioner, Run, Scope, findings, merge
from monitor.query.joined import combined, joined
from monitor.query.reading import FieldReading, stretches_of
from monitor.query.rows import Nearness, Row, Rows, coordinated, nearness, words_between
from monitor.query.spots import around, closed, followed, of_range, touched
from monitor.query.stretches import Stretches
from monitor.query.tree import Distance, Unit

MOST_MENTIONS = 50_000
"""Mentions of one chain in one article; only commas between thousands of listed names make more."""


FEW_PAIRS = 64
"""So many pairs of mentions are all looked at; of more, only those that bisection finds to be near."""


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

    def may_hold(self, run: Run, scope: Scope) -> bool:
        for field in run.looked_at(scope):  # noqa: SIM110  (asked for every candidate, and any() takes twice as long)
            if self._reached(run, scope, field):
                return True
        return False

    def spots(self, run: Run, scope: Scope, field: FieldReading) -> int:
        """The words of all parts; none where a part is missing, or cannot be reached from the one before it."""
        reached = self._reached(run, scope, field)
        return self._filled(field, reduce(or_, reached)) if reached else 0

    def _reached(self, run: Run, scope: Scope, field: FieldReading) -> tuple[int, ...]:
        """For every part the words of it that can be reached from the part before it; nothing if one has none.

        Asked up to three times in one article: at the first look, before a rule is solved, and when it is.
        """
        key = (id(self), scope, field.name)
        known: tuple[ChainClause, tuple[int, ...]] | None = run.cache.get(key)
        if known is None:  # it is kept with the answer, so that no other clause gets its identity meanwhile
            known = run.cache[key] = (self, tuple(self._find_reached(run, scope, field)))
        return known[1]

    def _find_reached(self, run: Run, scope: Scope, field: FieldReading) -> list[int]:
        reached: list[int] = []
        for link in self.links:
            here = link.part.spots(run, scope, field)
            if here and reached:
                here = touched(here, self._reach(field, reached[-1], link.ordered))
            if not here:
                return []
            reached.append(here)
        return reached

    def _filled(self, field: FieldReading, covered: int) -> int:
        """With what lies between the parts: a chain in parentheses counts from its first word to its last."""
        if covered < 0:
            return covered
        if self.distance.unit is Unit.WORDS:
            return closed(covered, field.reach(self.distance.words) + 1)
        return self._stretches(field).whole(covered)

    def _reach(self, field: FieldReading, from_: int, ordered: bool) -> int:
        """The words that may stand for a part when the part before it is at `from_`."""
        if self.distance.unit is Unit.WORDS:
            reach = field.reach(self.distance.words) + 1
            return followed(from_, reach) if ordered else around(from_, reach)
        return self._stretches(field).whole(from_)

    def _reach_back(self, field: FieldReading, from_: int, ordered: bool) -> int:
        """The same for a part when the part after it is at `from_`."""
        if self.distance.unit is Unit.WORDS and ordered:
            reach = field.reach(self.distance.words) + 1
            return followed(from_, reach) >> reach
        return self._reach(field, from_, False)

    def _stretches(self, field: FieldReading) -> Stretches:
        return stretches_of(field, self.distance)

    def mentions(self, run: Run, scope: Scope) -> list[Mention]:
        every_part = self._mentions_of_parts(run, scope)
        if every_part is None:
            return []
        unstruck = run.unstruck() if run.struck else run
        names = [Rows(mentions) for mentions in every_part]
        extras = [Rows(extra.part.mentions(unstruck, scope)) for extra in self.extras]
        groups = self._groups(run, self._within_reach(run, scope, every_part))
        every = (m for field, group in groups for m in self._in_group(run, field, group, names, extras))
        return list(dict.fromkeys(run.at_most(MOST_MENTIONS, every)))

    def _mentions_of_parts(self, run: Run, scope: Scope) -> list[list[Mention]] | None:
        """The mentions of every part, the cheapest parts first; None as soon as one has none."""
        found: dict[int, list[Mention]] = {}
        for at in sorted(range(len(self.links)), key=lambda at: self.links[at].part.cost):
            found[at] = self.links[at].part.mentions(run, scope)
            if not found[at]:
                return None
        return [found[at] for at in range(len(self.links))]

    def _within_reach(
        self, run: Run, scope: Scope, every_part: Sequence[Sequence[Mention]]
    ) -> list[list[tuple[FieldReading, Mention]]]:
        """Of the mentions of every part those that are near enough to both neighbours, as far as spots tell."""
        reached = {field.name: (field, [*self._reached(run, scope, field)]) for field in run.looked_at(scope)}
        for field, spots in reached.values():
            for at in range(len(spots) - 2, -1, -1):
                spots[at] = touched(spots[at], self._reach_back(field, spots[at + 1], self.links[at + 1].ordered))
        return [
            [
                (field, mention)
                for mention in mentions
                for field, spots in (reached[mention.field],)
                if spots and spots[at] & of_range(mention.start, mention.end)
            ]
            for at, mentions in enumerate(every_part)
        ]

    def _groups(
        self, run: Run, every_part: Sequence[Sequence[tuple[FieldReading, Mention]]]
    ) -> Iterator[tuple[FieldReading, Group]]:
        groups: dict[tuple[str, int], Group] = defaultdict(lambda: [[] for _ in self.links])
        for index, mentions in enumerate(every_part):
            for field, mention in mentions:
                stretch = self._stretch(field, mention)
                if stretch is not None:
                    groups[mention.field, stretch][index].append(mention)
        for (name, _), group in groups.items():
            if all(group):
                yield run.reading.fields[name], group

    def _stretch(self, field: FieldReading, mention: Mention) -> int | None:
        """The sentence or paragraph that holds a mention; None if it crosses an end."""
        if self.distance.unit is Unit.WORDS:
            return 0
        number_of = self._stretches(field).number_of
        first = number_of(mention.start)
        return first if mention.end - mention.start == 1 or number_of(mention.end - 1) == first else None

    def _in_group(
        self,
        run: Run,
        field: FieldReading,
        group: Group,
        names: Sequence[Rows],
        extras: Sequence[Rows],
    ) -> Iterator[Mention]:
        unstruck = [
            [m for m in mentions if link.slot or not run.struck or not run.is_struck(m)]
            for link, mentions in zip(self.links, group, strict=True)
        ]
        if self._is_plain_pair and len(unstruck[0]) * len(unstruck[1]) <= FEW_PAIRS:
            yield from self._nearest_pairs(run, field, *unstruck)
            return
        viable = self._viable(field, unstruck)
        if viable is None:
            return
        for pivot in self._pivots(run):
            dead: DeadEnds = defaultdict(list)
            for mention in viable[pivot].mentions:
                chosen, _ = self._choose(field, viable, {pivot: mention}, pivot, +1, dead)
                if chosen is not None:
                    yield from self._complete(run, field, chosen, names, extras)

    @property
    def _is_plain_pair(self) -> bool:
        """Two parts, and nothing that takes names: then a mention and its nearest are all there is to it."""
        return len(self.links) == 2 and not self.extras and not (self.links[0].slot or self.links[1].slot)

    def _nearest_pairs(
        self, run: Run, field: FieldReading, one: Sequence[Mention], other: Sequence[Mention]
    ) -> Iterator[Mention]:
        """Every mention of either part with the nearest of the other, where few are within reach."""
        pairs = [(before, after) for before in one for after in other if self._tied(field, 1, before, after)]
        best: dict[Mention, tuple[Nearness, tuple[Mention, Mention]]] = {}
        for pair in pairs:
            for pivot, neighbour in (pair, pair[::-1]):
                rank = nearness(field, neighbour, pivot)
                if pivot not in best or rank < best[pivot][0]:
                    best[pivot] = rank, pair
        for _, pair in best.values():
            if merge(pair[0].bound, pair[1].bound) is not None:
                mention = joined(pair, ())
                if not (run.struck and run.is_struck(mention)):
                    yield mention

    def _pivots(self, run: Run) -> list[int]:
        """The anchors; every part where there is none, or where every mention must be covered."""
        anchors = [at for at, link in enumerate(self.links) if not link.slot]
        return list(range(len(self.links))) if run.every or not anchors else anchors

    def _viable(self, field: FieldReading, group: Group) -> list[Row] | None:
        """Only the mentions that have a neighbour on both sides; None if a part is left without one."""
        viable = [Row(mentions) for mentions in group]
        for at in range(1, len(viable)):
            viable[at] = Row(m for m in viable[at].mentions if self._is_tied(field, viable[at - 1], m, at, -1))
        for at in range(len(viable) - 2, -1, -1):
            viable[at] = Row(m for m in viable[at].mentions if self._is_tied(field, viable[at + 1], m, at + 1, +1))
        return viable if all(row.mentions for row in viable) else None

    def _is_tied(self, field: FieldReading, row: Row, mention: Mention, at: int, side: int) -> bool:
        """Has a mention a neighbour in the row before it (`side` -1) or after it (+1)? `at`: the later of the parts."""
        reach = field.reach(self.distance.words) if self.distance.unit is Unit.WORDS else field.length
        low, high = self._side(mention, at, side)
        near = row.within(int(max(mention.start - reach, low)), int(min(mention.end + reach, high)))
        if side < 0:
            return any(self._tied(field, at, other, mention) for other in near)
        return any(self._tied(field, at, mention, other) for other in reversed(near))

    def _side(self, mention: Mention, at: int, side: int) -> tuple[float, float]:
        """Where its neighbours may stand, as far as the order of the parts tells."""
        if not self.links[at].ordered:
            return 0, inf
        return (0, mention.start) if side < 0 else (mention.end, inf)

    def _tied(self, field: FieldReading, at: int, before: Mention, after: Mention) -> bool:
        """May `before` stand for part `at - 1` and `after` for part `at`?"""
        if self.links[at].ordered and before.end > after.start:
            return False
        return not before.shares_words(after) and self._within(field, before, after)

    def _within(self, field: FieldReading, one: Mention, other: Mention) -> bool:
        return self.distance.unit is not Unit.WORDS or words_between(field, one, other) <= self.distance.words

    def _choose(
        self, field: FieldReading, viable: Sequence[Row], chosen: Chosen, at: int, step: int, dead: DeadEnds
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
        reasons: set[Mention] = set()
        tied = 0
        for mention in self._nearest(field, viable[following], chosen[at], following, step):
            tied += 1
            rival = next((other for other in chosen.values() if mention.shares_words(other)), None)
            if rival is not None:
                reasons.add(rival)
                continue
            complete, why = self._choose(field, viable, {**chosen, following: mention}, following, step, dead)
            if complete is not None or mention not in why:
                return complete, why
            reasons |= why - {mention}
        if tied < len(viable[following].mentions):
            reasons.add(chosen[at])
        dead[following, chosen[at]].append(frozenset(reasons))
        return None, frozenset(reasons)

    def _nearest(self, field: FieldReading, row: Row, neighbour: Mention, at: int, step: int) -> Iterator[Mention]:
        """The mentions of part `at` that its neighbour may be tied to, the nearest first."""
        most = float(self.distance.words) if self.distance.unit is Unit.WORDS else inf
        later = at if step > 0 else at + 1
        for _, mention in row.outwards(field, neighbour, most, self._side(neighbour, later, step)):
            before, after = (neighbour, mention) if step > 0 else (mention, neighbour)
            if self._tied(field, later, before, after):
                yield mention

    def _complete(
        self,
        run: Run,
        field: FieldReading,
        chosen: Chosen,
        names: Sequence[Rows],
        extras: Sequence[Rows],
    ) -> Iterator[Mention]:
        """One mention of the chain for every combination of coordinated names, those struck left out."""
        options = [
            self._coordinated(field, names[at], chosen[at]) if link.slot and link.names else [chosen[at]]
            for at, link in enumerate(self.links)
        ]
        offered = self._extras(field, chosen, extras)
        every = ((parts, extra) for parts in combined(options) for extra in product(*offered))
        for parts, extra in run.at_most(MOST_COMBINED, every):
            mention = joined(parts, extra)
            if not (run.struck and run.is_struck(mention)):
                yield mention

    def _coordinated(self, field: FieldReading, names: Rows, name: Mention) -> list[Mention]:
        row = names.of(field)
        name = row.named(field, name)
        return coordinated(field, name, row.around(field, name))

    def _extras(self, field: FieldReading, chosen: Chosen, extras: Sequence[Rows]) -> list[list[Mention]]:
        """For every MAYBE part that is there: the nearest, and the names coordinated with it."""
        added: list[list[Mention]] = []
        for extra, mentions in zip(self.extras, extras, strict=True):
            taken = [*chosen.values(), *chain(*added)]
            row = mentions.of(field)
            nearest = self._nearest_extra(field, extra, row, chosen[extra.neighbour], taken)
            if nearest is not None and extra.names:
                named = row.named(field, nearest)
                if self._offers(field, extra, named, chosen[extra.neighbour], taken):
                    nearest = named
                around = row.around(field, nearest)
                near = [m for m in around if self._offers(field, extra, m, chosen[extra.neighbour], taken)]
                added.append(coordinated(field, nearest, near))
            elif nearest is not None:
                added.append([nearest])
        return added

    def _nearest_extra(
        self, field: FieldReading, extra: Extra, row: Row, neighbour: Mention, taken: Sequence[Mention]
    ) -> Mention | None:
        words = self.distance.unit is Unit.WORDS
        within = (0, field.length) if words else self._stretches(field).around(neighbour.start)
        near: list[Mention] = []
        nearest = inf
        for distance, mention in row.outwards(field, neighbour, self.distance.words if words else inf, within):
            if distance > nearest:
                break
            if self._offers(field, extra, mention, neighbour, taken):
                near.append(mention)
                nearest = distance
        return min(near, key=lambda m: m.place, default=None)

    def _offers(
        self, field: FieldReading, extra: Extra, mention: Mention, neighbour: Mention, taken: Sequence[Mention]
    ) -> bool:
        """May a mention stand for a MAYBE part beside the part that this one is tied to?"""
        return (
            (not extra.after or mention.start >= neighbour.end)
            and (not extra.before or mention.end <= neighbour.start)
            and self._stretch(field, mention) == self._stretch(field, neighbour)
            and self._within(field, mention, neighbour)
            and not any(map(mention.shares_words, taken))
        )
