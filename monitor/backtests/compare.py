"""An edit of rules in the terms of an inbox: what it brings, what it takes, and how much mail that is.

Matches are compared by article, rule and fact. A rule or file that says `was` is compared with what it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor.backtests.tally import TOLD, Span, pieces_of, stories_by_week
from monitor.backtests.trial import Trial
from monitor.model import Alert, Fact, WaitingAlert
from monitor.query.engine import Engine
from monitor.watchlist.cases import CaseOutcome, CaseResult, run_cases
from monitor.watchlist.nouns import Case, CaseKind, Loaded
from monitor.watchlist.past import Name


@dataclass(frozen=True, slots=True)
class Changed:
    """A match that one set of rules has and the other has not; `told` if it was, or would be, new or an update."""

    rule: Name
    day: date
    headline: str
    publisher: str
    title: str
    fact: Fact
    told: bool
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Volume:
    """Stories that a rule tells in an average week, before and after; None where there is no such rule."""

    rule: Name
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case that comes out differently. `fails` if it is well with the old rules and not with the new ones."""

    rule: Name
    kind: CaseKind
    text: str
    before: CaseOutcome
    after: CaseOutcome
    fails: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole edit; `before` and `after` are the stories told in an average week by all rules together."""

    gained: tuple[Changed, ...]
    lost: tuple[Changed, ...]
    before: float
    after: float
    volumes: tuple[Volume, ...]
    cases: tuple[ChangedCase, ...]


def compare(old: Loaded, new: Loaded, before: Trial, after: Trial) -> Comparison:
    """Compare two sets of rules by what they made of one history; both trials must have read something."""
    assert before.span is not None
    assert after.span is not None
    names = renamed(new)
    had, has = _matches(before, names), _matches(after, {})
    return Comparison(
        gained=_changed(has, had),
        lost=_changed(had, has),
        before=_per_week([each.alert for each in before.waiting], before.span),
        after=_per_week([each.alert for each in after.waiting], after.span),
        volumes=_volumes(old, new, before, after, names),
        cases=tuple(changed_cases(old, new)),
    )


def renamed(loaded: Loaded) -> dict[Name, Name]:
    """The names that rules had before, and those that they have now."""
    return {
        (file, rule): (watchlist.name, notes.id)
        for watchlist in loaded.watchlists
        for notes in watchlist.notes
        for file in (watchlist.name, *watchlist.was)
        for rule in (notes.id, *notes.was)
        if (file, rule) != (watchlist.name, notes.id)
    }


def paired(old: Loaded, new: Loaded) -> Loaded:
    """`new`, as if it said `was` where each of both is one watchlist: whoever compares two files means just these."""
    if len(old.watchlists) != 1 or len(new.watchlists) != 1:
        return new
    [former], [now] = old.watchlists, new.watchlists
    if former.name in (now.name, *now.was):
        return new
    return replace(new, watchlists=(replace(now, was=(*now.was, former.name)),))


def unpaired(old: Loaded, new: Loaded) -> tuple[list[str], list[str]]:
    """The watchlists that only the old rules have, and those that only the new ones have, nothing being renamed."""
    had = {watchlist.name for watchlist in old.watchlists}
    names = {watchlist.name: {watchlist.name, *watchlist.was} for watchlist in new.watchlists}
    known = {name for each in names.values() for name in each}
    return sorted(had - known), sorted(name for name, each in names.items() if not each & had)


_Key = tuple[str, Name, Fact]


def _matches(trial: Trial, names: Mapping[Name, Name]) -> dict[_Key, WaitingAlert]:
    """The alerts by what they match, each under every rule that agrees on it; of several, the first."""
    found: dict[_Key, WaitingAlert] = {}
    for each in trial.waiting:
        for rule in _rules(each.alert):
            found.setdefault((each.alert.article, names.get(rule, rule), _settled(each.alert.match.fact)), each)
    return found


def _rules(alert: Alert) -> list[Name]:
    return [(alert.match.watchlist, rule) for rule in (alert.match.rule, *alert.agreeing)]


def _settled(fact: Fact) -> Fact:
    """The fact without open slots, its slots by name: two rules may name them in another order."""
    return Fact(tuple(sorted((slot, value) for slot, value in fact if value)))


def _changed(these: Mapping[_Key, WaitingAlert], those: Mapping[_Key, WaitingAlert]) -> tuple[Changed, ...]:
    found = [
        Changed(
            rule=rule,
            day=each.alert.raised.date(),
            headline=each.article.title,
            publisher=each.article.publisher,
            title=each.alert.match.title,
            fact=fact,
            told=each.alert.novelty in TOLD,
            pieces=pieces_of(each.article, each.alert),
        )
        for (article, rule, fact), each in these.items()
        if (article, rule, fact) not in those
    ]
    return tuple(sorted(found, key=lambda changed: (not changed.told, changed.day, changed.headline, changed.rule)))


def _per_week(alerts: Iterable[Alert], span: Span) -> float:
    return sum(stories_by_week(alerts, span).values()) / span.weeks


def _volumes(old: Loaded, new: Loaded, before: Trial, after: Trial, names: Mapping[Name, Name]) -> tuple[Volume, ...]:
    had, has = _by_rule(before, names), _by_rule(after, {})
    was = {names.get(rule, rule) for rule in _names(old)}
    is_ = _names(new)
    assert before.span is not None
    span = before.span
    return tuple(
        Volume(
            rule,
            _per_week(had[rule], span) if rule in was else None,
            _per_week(has[rule], span) if rule in is_ else None,
        )
        for rule in dict.fromkeys((*is_, *sorted(was)))
    )


def _names(loaded: Loaded) -> dict[Name, None]:
    return {(rule.watchlist, rule.id): None for rule in loaded.rules}


def _by_rule(trial: Trial, names: Mapping[Name, Name]) -> dict[Name, list[Alert]]:
    found: dict[Name, list[Alert]] = defaultdict(list)
    for each in trial.waiting:
        for rule in _rules(each.alert):
            found[names.get(rule, rule)].append(each.alert)
    return found


def changed_cases(old: Loaded, new: Loaded) -> Iterable[ChangedCase]:
    """The cases of both sets, run with both: those that are well with one and not with the other.

    A case whose rule one of the sets does not have says nothing about the edit.
    """
    engines = [Engine(loaded.rules) for loaded in (old, new)]
    former = {watchlist.name: watchlist for watchlist in old.watchlists}
    for watchlist in new.watchlists:
        names = (watchlist.name, *watchlist.was)
        before = next((former[name] for name in names if name in former), None)
        if before is None:
            continue
        cases = tuple({_identity(case): case for case in (*before.cases, *watchlist.cases)}.values())
        results = [
            run_cases(replace(each, cases=cases), engine.within(each.name))
            for each, engine in zip((before, watchlist), engines, strict=True)
        ]
        for first, second in zip(*results, strict=True):
            if _differ(first, second):
                yield _changed_case(watchlist.name, first, second)


def _identity(case: Case) -> Case:
    """A case wherever it stands in its file."""
    return replace(case, line=0, column=0)


def _differ(first: CaseResult, second: CaseResult) -> bool:
    broken = CaseOutcome.RULE_BROKEN in (first.outcome, second.outcome)
    return not broken and first.outcome is not second.outcome


def _changed_case(watchlist: str, first: CaseResult, second: CaseResult) -> ChangedCase:
    case = second.case
    text = " ".join(filter(None, (case.title, case.text)))
    fails = first.ok and not second.ok
    return ChangedCase((watchlist, case.rule), case.kind, text, first.outcome, second.outcome, fails)
