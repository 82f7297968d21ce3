"""The examples in a rule file, run: does each text match as the file says?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from monitor.model import Article, Fact, Match, Problem, ProblemSeverity
from monitor.text.language import guess_language
from monitor.watchlist.nouns import Case, CaseKind, Watchlist

ARRIVAL = datetime(2025, 1, 1, tzinfo=UTC)
"""When the article of a case is said to arrive: always the same moment."""


class CaseOutcome(StrEnum):
    """What became of a case, and why."""

    PASSED = "as expected"
    MISSED = "the rule does not match"
    OTHER_FACT = "the rule matches, but not with this fact"
    MATCHED = "the rule matches and should not"
    KNOWN_GAP = "a known gap, still open"
    GAP_CLOSED = "matches now: make it a match case"
    NOT_FORETOLD = "tells something else at this time"
    RULE_BROKEN = "not run: the rule is broken"


_GOOD = (CaseOutcome.PASSED, CaseOutcome.KNOWN_GAP)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case, its outcome, the facts it expected in vain, and what its rule found."""

    case: Case
    outcome: CaseOutcome
    missing: tuple[Fact, ...] = ()
    found: tuple[Match, ...] = ()

    @property
    def ok(self) -> bool:
        """A known gap is reported, not failing; one that closes fails, so that it becomes a match case."""
        return self.outcome in _GOOD


def run_cases(watchlist: Watchlist, match: Callable[[Article, str], Sequence[Match]]) -> list[CaseResult]:
    """Run every case of a watchlist; `match` finds what a rule of it tells of an article, and what others may tell."""
    sound = {rule.id for rule in watchlist.rules}
    return [_run(watchlist, case, match) if case.rule in sound else _not_run(case) for case in watchlist.cases]


def case_problem(watchlist: Watchlist, result: CaseResult) -> Problem:
    """A case that does not come out, as `check` and a reload tell it."""
    case = result.case
    hint = ""
    if result.missing:
        found = "; ".join(str(match.fact) for match in result.found) or "nothing"
        hint = f"expected {'; '.join(map(str, result.missing))}, found {found}"
    message = f"case of {case.rule}: {result.outcome}: {_short(f'{case.title} / {case.text}'.strip(' /'))!r}"
    return Problem(watchlist.file, case.line, case.column, "E900", ProblemSeverity.ERROR, message, hint)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else words[:79] + "…"


def article_of(case: Case) -> Article:
    """A case as an article: its text is the body, which the lead begins with; the script tells the language."""
    text = f"{case.title}\n{case.text}"
    return Article("case", "case", case.title, ARRIVAL, body=case.text, lang=guess_language(text))


def _not_run(case: Case) -> CaseResult:
    return CaseResult(case, CaseOutcome.RULE_BROKEN)


def _run(watchlist: Watchlist, case: Case, match: Callable[[Article, str], Sequence[Match]]) -> CaseResult:
    matches = match(article_of(case), case.rule)
    found = tuple(each for each in matches if each.watchlist == watchlist.name and each.rule == case.rule)
    missing = facts_in_vain(case.facts, found)
    return CaseResult(case, _judge(case, found, missing), missing, found)


def facts_in_vain(facts: Sequence[Fact], found: Sequence[Match]) -> tuple[Fact, ...]:
    """The expected facts that no match carries."""
    return tuple(fact for fact in facts if not any(_agrees(fact, each) for each in found))


def _judge(case: Case, found: Sequence[Match], missing: Sequence[Fact]) -> CaseOutcome:
    if case.kind is CaseKind.NO_MATCH:
        matched = len(missing) < len(case.facts) if case.facts else bool(found)
        return CaseOutcome.MATCHED if matched else CaseOutcome.PASSED
    outcome = CaseOutcome.PASSED
    if missing or not found:
        outcome = CaseOutcome.OTHER_FACT if found else CaseOutcome.MISSED
    if case.kind is CaseKind.TODO_MATCH:
        return CaseOutcome.GAP_CLOSED if outcome is CaseOutcome.PASSED else CaseOutcome.KNOWN_GAP
    return outcome


def _agrees(expected: Fact, match: Match) -> bool:
    """Does a match carry the expected values, exactly, on the slots that are named?"""
    values: Mapping[str, str] = {**match.shown.as_dict(), **match.state.as_dict(), **match.fact.as_dict()}
    return all(values.get(slot) == value for slot, value in expected)
