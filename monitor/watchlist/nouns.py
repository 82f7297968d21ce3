"""What the loader gives: watchlists, their cases, and what stands beside a rule for other rooms and later stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.model import Fact, Problem, ProblemSeverity, Severity
from monitor.query.lists import TermList
from monitor.query.rule import Rule


class CaseKind(StrEnum):
    """What a case says about its text."""

    MATCH = "match"
    NO_MATCH = "no_match"
    TODO_MATCH = "todo_match"


@dataclass(frozen=True, slots=True)
class Case:
    """An example in the file. `facts` are expected (in a no_match: not to be found), on the slots that they name.

    `line` and `column` say where the case stands, from 1.
    """

    kind: CaseKind
    rule: str
    text: str
    title: str = ""
    facts: tuple[Fact, ...] = ()
    line: int = 0
    column: int = 0


class WhenKind(StrEnum):
    """When a match becomes an alert (design: rules over time)."""

    ANY = "any"
    FREQUENCY = "frequency"
    SPIKE = "spike"
    NEW_VALUE = "new_value"
    ABSENCE = "absence"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class When:
    """`when = { kind = ... }`. Which of the others matter depends on the kind; zero or empty is not given.

    `stories` within `within` (frequency, absence), `ratio` over the mean of `baseline` (spike), a value of `slot`
    never seen (new_value), rule `first` and then rule `then` (sequence); `per` keeps one account per value of a slot.
    """

    kind: WhenKind = WhenKind.ANY
    stories: int = 0
    within: timedelta = timedelta()
    ratio: float = 0.0
    baseline: timedelta = timedelta()
    slot: str = ""
    per: str = ""
    first: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect = { per_week = "1..12" }`: stories a week that a backtest should find; None is no bound."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One `[[rule.timeline]]`: at a virtual time (as written) a text arrives, and this is expected."""

    at: str
    text: str
    title: str = ""
    expect: str = ""


@dataclass(frozen=True, slots=True)
class RuleNotes:
    """What stands in a rule beside what the engine needs. `line` is that of its header, from 1."""

    id: str
    line: int = 0
    was: tuple[str, ...] = ()
    when: When = When()
    expect: Expect = Expect()
    min_relevance: float = 0.0
    timeline: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One rule file. `rules` are the sound ones, `broken` the ids of those that are out; `name` is the file's stem.

    `lists` are the sound term lists of the file itself. `former_names` pairs a name of one of them, or of a shared
    list, with the names that it had before.
    """

    name: str
    file: str
    title: str
    owner: str = ""
    severity: Severity = Severity.NORMAL
    was: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    notes: tuple[RuleNotes, ...] = ()
    cases: tuple[Case, ...] = ()
    broken: tuple[str, ...] = ()
    lists: tuple[TermList, ...] = ()
    former_names: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """All rule files together: what is sound, what is not, and why.

    `unreadable` names watchlists that are no TOML; `shared` are the sound lists of the terms files.
    """

    watchlists: tuple[Watchlist, ...] = ()
    rules: tuple[Rule, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: tuple[str, ...] = ()
    shared: tuple[TermList, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is ProblemSeverity.ERROR)
