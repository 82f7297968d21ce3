"""What the loader gives: watchlists, their cases, and what stands beside a rule for other rooms and later stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model import Fact, Inhibition, Problem, ProblemSeverity, Severity, When
from monitor.query.lists import TermList
from monitor.query.rule import Rule
from monitor.watchlist.locate import Stretch

_ALWAYS = When()


class CaseKind(StrEnum):
    """What a case says about its text."""

    MATCH = "match"
    NO_MATCH = "no_match"
    TODO_MATCH = "todo_match"
    TIMELINE = "timeline"


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


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect = { per_week = "1..12" }`: stories a week that a backtest should find; None is no bound."""

    least: int | None = None
    most: int | None = None


class Foretold(StrEnum):
    """What a moment of a timeline expects its rule to tell."""

    NEW = "new"
    UPDATE = "update"
    FOLD = "fold"
    RECAP = "recap"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Moment:
    """One `[[rule.timeline]]`: at a virtual time (UTC) an article arrives, or only time passes, and this is expected.

    `published` is what the article says of itself, None for its arrival. `facts` are expected of what is told, on the
    slots that they name. Without `expect` the moment sets the scene. `line` and `column` from 1.
    """

    at: datetime
    text: str = ""
    title: str = ""
    published: datetime | None = None
    expect: Foretold | None = None
    facts: tuple[Fact, ...] = ()
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class RuleNotes:
    """What stands in a rule beside what the engine needs. `line` is that of its header, from 1.

    `query` and `except_` say where they stand; `except_` is None where the rule has none of its own.
    """

    id: str
    line: int = 0
    was: tuple[str, ...] = ()
    when: When = _ALWAYS
    expect: Expect = Expect()
    min_relevance: float = 0.0
    timeline: tuple[Moment, ...] = ()
    inhibits: tuple[Inhibition, ...] = ()
    query: Stretch | None = None
    except_: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One rule file. `rules` are the sound ones, `broken` the ids of those that are out; `name` is the file's stem.

    `review` is the day by which somebody means to look at it again. `lists` are the sound term lists of the file
    itself. `former_names` pairs a name of one of them, or of a shared list, with the names that it had before.
    `except_` is where that of the file stands, None where it has none. `terms` are the terms files that hold what it
    uses of the shared lists.
    """

    name: str
    file: str
    title: str
    owner: str = ""
    review: date | None = None
    severity: Severity = Severity.NORMAL
    was: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    notes: tuple[RuleNotes, ...] = ()
    cases: tuple[Case, ...] = ()
    broken: tuple[str, ...] = ()
    lists: tuple[TermList, ...] = ()
    former_names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    except_: Stretch | None = None
    terms: frozenset[str] = frozenset()


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
