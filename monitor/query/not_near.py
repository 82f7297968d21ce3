"""NOT NEAR: the mentions of one thing that have none of another near them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from monitor.query.found import Finding, Looked, Mention, Mentioner, Run, Scope, findings
from monitor.query.reading import FieldReading, stretches_of
from monitor.query.rows import Rows, words_between
from monitor.query.tree import Distance, Unit


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
        unstruck = run.unstruck()
        unwanted = Rows(self.unwanted.mentions(unstruck, scope))
        return [
            m for m in self.wanted.mentions(run, scope) if not self._spoilt(run.reading.fields[m.field], m, unwanted)
        ]

    def _spoilt(self, field: FieldReading, wanted: Mention, unwanted: Rows) -> bool:
        if self.distance.unit is Unit.WORDS:
            reach = field.reach(self.distance.words)
            start, end = wanted.start - reach, wanted.end + reach
        else:
            stretches = stretches_of(field, self.distance)
            start, end = stretches.around(wanted.start)[0], stretches.around(wanted.end - 1)[1]
        return any(self._near(field, wanted, other) for other in unwanted.of(field).within(start, end))

    def _near(self, field: FieldReading, wanted: Mention, unwanted: Mention) -> bool:
        if wanted.words == unwanted.words or (self.ordered and unwanted.start < wanted.start):
            return False
        if self.distance.unit is Unit.WORDS:
            return words_between(field, wanted, unwanted) <= self.distance.words
        of = stretches_of(field, self.distance).number_of
        return of(wanted.start) <= of(unwanted.end - 1) and of(unwanted.start) <= of(wanted.end - 1)
