"""The shipped watchlists: they load without a complaint, their own cases hold, and nothing in them is idle."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from monitor.query.engine import Engine
from monitor.query.tree import ListRef, walk
from monitor.rulebook.load import load_rules
from monitor.watchlist.cases import run_cases
from monitor.watchlist.load import load
from monitor.watchlist.nouns import CaseKind, Loaded, Watchlist

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "rules"
SHIPPED = (
    "adoption",
    "bans",
    "chip-exports",
    "domestic-chips",
    "funding",
    "ip-claims",
    "model-launches",
    "probes",
)
LEAST_CASES = 15


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_rules([RULES])


def test_the_eight_watchlists_are_there(loaded: Loaded) -> None:
    assert set(SHIPPED) == {watchlist.name for watchlist in loaded.watchlists}


def test_check_has_nothing_to_say(loaded: Loaded) -> None:
    assert [str(problem) for problem in loaded.problems] == []
    assert all(not watchlist.broken for watchlist in loaded.watchlists)


def test_every_case_holds(loaded: Loaded) -> None:
    engine = Engine(loaded.rules)
    wrong = [
        f"{watchlist.file}:{result.case.line} {result.case.rule}: {result.outcome.value}: {result.case.title} "
        f"{result.case.text} (wanted {[str(fact) for fact in result.missing]}, "
        f"found {[f'{match.fact} {match.state}' for match in result.found]})"
        for watchlist in loaded.watchlists
        for result in run_cases(watchlist, engine.within(watchlist.name))
        if not result.ok
    ]
    assert wrong == []


@pytest.mark.parametrize("name", SHIPPED)
def test_each_watchlist_shows_by_many_cases_what_it_finds_and_what_not(loaded: Loaded, name: str) -> None:
    counts = Counter(case.kind for case in _watchlist(loaded, name).cases)
    assert counts[CaseKind.MATCH] >= LEAST_CASES
    assert counts[CaseKind.NO_MATCH] >= LEAST_CASES
    assert counts[CaseKind.TODO_MATCH] >= 1


@pytest.mark.parametrize("name", SHIPPED)
def test_every_rule_has_cases_of_both_kinds_and_some_are_chinese(loaded: Loaded, name: str) -> None:
    watchlist = _watchlist(loaded, name)
    for rule in watchlist.rules:
        kinds = {case.kind for case in watchlist.cases if case.rule == rule.id}
        assert {CaseKind.MATCH, CaseKind.NO_MATCH} <= kinds, rule.id
    assert any("\u4e00" <= char <= "\u9fff" for case in watchlist.cases for char in case.title + case.text)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_watchlist_has_owner_title_and_facts(loaded: Loaded, name: str) -> None:
    watchlist = _watchlist(loaded, name)
    assert watchlist.owner
    assert watchlist.title != watchlist.name
    assert all(rule.fact for rule in watchlist.rules)


def test_every_shared_list_is_used(loaded: Loaded) -> None:
    shared = load({}, _contents(RULES / "terms"))
    assert not shared.errors
    referred = {
        node.list
        for rule in loaded.rules
        for query in (rule.query, rule.except_, rule.require)
        if query is not None
        for node in walk(query)
        if isinstance(node, ListRef)
    }
    texts = "\n".join(content for folder in (RULES, RULES / "terms") for content in _contents(folder).values())
    taken_in = {name for name in _names_of_lists() if f'"@{name}"' in texts}
    assert _names_of_lists() - referred - taken_in == set()


def _names_of_lists() -> set[str]:
    return {name for content in _contents(RULES / "terms").values() for name in tomllib.loads(content)}


def _contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}


def _watchlist(loaded: Loaded, name: str) -> Watchlist:
    return next(watchlist for watchlist in loaded.watchlists if watchlist.name == name)
