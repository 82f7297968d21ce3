"""Cases run: what passes, what fails and why. With a matcher that answers as told, and with the engine itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from monitor.model import Article, Fact, Match, Severity
from monitor.query.engine import Engine
from monitor.watchlist.cases import ARRIVAL, CaseOutcome, article_of, run_cases
from monitor.watchlist.nouns import Case, CaseKind, Watchlist
from tests.watchlist.sample import SHARED, WATCHLIST, load_one

RULE = load_one("[[rule]]\nid = 'ban'\nquery = 'DeepSeek'\n").rules[0]


def fact(**values: str) -> Fact:
    return Fact.of(values)


NOTHING = Fact()


def match_of(found: Fact, state: Fact = NOTHING, *, rule: str = "ban", watchlist: str = "bans") -> Match:
    return Match(watchlist, rule, rule, Severity.NORMAL, "title", found, state)


def answering(*matches: Match) -> Callable[[Article, str], Sequence[Match]]:
    return lambda _, __: matches


def outcome(kind: CaseKind, *matches: Match, facts: tuple[Fact, ...] = ()) -> CaseOutcome:
    case = Case(kind, "ban", "A text.", facts=facts)
    watchlist = Watchlist("bans", "rules/bans.toml", "Bans", rules=(RULE,), cases=(case,))
    (result,) = run_cases(watchlist, answering(*matches))
    return result.outcome


ROME = match_of(fact(place="Italy", product="DeepSeek"), fact(status="in force"))


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        (CaseKind.MATCH, (), CaseOutcome.PASSED),
        (CaseKind.MATCH, (fact(place="Italy"),), CaseOutcome.PASSED),
        (CaseKind.MATCH, (fact(product="DeepSeek", status="in force"),), CaseOutcome.PASSED),
        (CaseKind.MATCH, (fact(place="Italian"),), CaseOutcome.OTHER_FACT),
        (CaseKind.MATCH, (fact(place="Italy"), fact(place="Spain")), CaseOutcome.OTHER_FACT),
        (CaseKind.MATCH, (fact(place="Italy", status="proposed"),), CaseOutcome.OTHER_FACT),
        (CaseKind.NO_MATCH, (), CaseOutcome.MATCHED),
        (CaseKind.NO_MATCH, (fact(place="Spain"),), CaseOutcome.PASSED),
        (CaseKind.NO_MATCH, (fact(place="Spain"), fact(place="Italy")), CaseOutcome.MATCHED),
        (CaseKind.TODO_MATCH, (), CaseOutcome.GAP_CLOSED),
        (CaseKind.TODO_MATCH, (fact(place="Spain"),), CaseOutcome.KNOWN_GAP),
    ],
)
def test_outcome_where_the_rule_matches(kind: CaseKind, facts: tuple[Fact, ...], expected: CaseOutcome) -> None:
    assert outcome(kind, ROME, facts=facts) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CaseKind.MATCH, CaseOutcome.MISSED),
        (CaseKind.NO_MATCH, CaseOutcome.PASSED),
        (CaseKind.TODO_MATCH, CaseOutcome.KNOWN_GAP),
    ],
)
def test_outcome_where_it_does_not(kind: CaseKind, expected: CaseOutcome) -> None:
    assert outcome(kind) is expected


@pytest.mark.parametrize("other", [match_of(NOTHING, rule="study"), match_of(NOTHING, watchlist="chips")])
def test_matches_of_other_rules_do_not_count(other: Match) -> None:
    assert outcome(CaseKind.MATCH, other) is CaseOutcome.MISSED


def test_a_failure_carries_what_was_missing_and_what_was_found() -> None:
    case = Case(CaseKind.MATCH, "ban", "A text.", facts=(fact(place="Italy"), fact(place="Spain")))
    watchlist = Watchlist("bans", "rules/bans.toml", "Bans", rules=(RULE,), cases=(case,))
    (result,) = run_cases(watchlist, answering(ROME))
    assert not result.ok
    assert result.missing == (fact(place="Spain"),)
    assert result.found == (ROME,)


def test_a_known_gap_is_no_failure_and_a_closed_one_is() -> None:
    gap = Case(CaseKind.TODO_MATCH, "ban", "A text.")
    watchlist = Watchlist("bans", "rules/bans.toml", "Bans", rules=(RULE,), cases=(gap,))
    assert run_cases(watchlist, answering())[0].ok
    assert not run_cases(watchlist, answering(ROME))[0].ok


def test_cases_of_a_broken_rule_are_not_run() -> None:
    broken = load_one("[[rule]]\nid = 'ban'\nquery = '@nowhere'\nmatch = ['DeepSeek.']\n").watchlists[0]
    (result,) = run_cases(broken, answering(ROME))
    assert result.outcome is CaseOutcome.RULE_BROKEN
    assert not result.ok


def test_a_case_is_read_as_the_lead_of_an_article() -> None:
    article = article_of(Case(CaseKind.MATCH, "ban", "罗马封禁了深度求索的应用。", "标题"))
    assert (article.title, article.body, article.lang) == ("标题", "罗马封禁了深度求索的应用。", "zh")
    assert article.arrived == ARRIVAL


def test_the_sample_passes_its_own_cases() -> None:
    loaded = load_one(WATCHLIST, SHARED)
    results = run_cases(loaded.watchlists[0], Engine(loaded.rules).within(loaded.watchlists[0].name))
    wrong = {result.case.text: result.outcome for result in results if not result.ok}
    assert wrong == {}
    gaps = [result.case.text for result in results if result.outcome is CaseOutcome.KNOWN_GAP]
    assert len(gaps) == 1


def test_the_sample_finds_its_facts() -> None:
    loaded = load_one(WATCHLIST, SHARED)
    results = run_cases(loaded.watchlists[0], Engine(loaded.rules).within(loaded.watchlists[0].name))
    rome = results[0].found
    assert [match.fact.as_dict() for match in rome] == [{"place": "Italy", "product": "DeepSeek"}]
    assert rome[0].state.as_dict() == {"status": "in force"}
    assert rome[0].title == "Italy: DeepSeek banned or blocked (in force)"
