"""Every key with a value of every wrong type: told at its place, never a traceback, never taken for something else."""

from __future__ import annotations

import pytest

from monitor.watchlist.draft import CASE_KEYS, FILE_KEYS, MOMENT_KEYS, RULE_KEYS
from monitor.watchlist.whens import INHIBIT_KEYS, WHEN_KEYS
from tests.watchlist.sample import codes, load_one

VALUES = ["1", "-1.5", "nan", "true", "2025-01-30", "07:00:00", '"text"', '""', "[]", "[1]", "[[]]", "{}", "{ a = 1 }"]
BASE = "[[rule]]\nid = 'a'\nquery = 'DeepSeek'\nmatch = ['DeepSeek.']\n"


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", [key for key in FILE_KEYS if key != "rule"])
def test_keys_of_the_file(key: str, value: str) -> None:
    loaded = load_one(f"{key} = {value}\n{BASE}")
    assert all(problem.line == 1 for problem in loaded.errors if problem.code != "E224")
    assert bool(loaded.errors) >= (not loaded.rules)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", RULE_KEYS)
def test_keys_of_a_rule(key: str, value: str) -> None:
    lines = [line for line in BASE.splitlines() if not line.startswith(f"{key} =")]
    loaded = load_one("\n".join([*lines, f"{key} = {value}"]) + "\n")
    assert all(problem.line in (1, len(lines) + 1) for problem in loaded.errors)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", CASE_KEYS)
def test_keys_of_a_case(key: str, value: str) -> None:
    loaded = load_one(f"{BASE}no_match = [{{ {key} = {value} }}]\n")
    assert [rule.id for rule in loaded.rules] == ["a"]
    assert all(problem.line == 5 for problem in loaded.problems)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", WHEN_KEYS)
def test_keys_of_when(key: str, value: str) -> None:
    loaded = load_one(f"{BASE}when = {{ {key} = {value} }}\n")
    assert all(problem.line == 5 for problem in loaded.problems)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", INHIBIT_KEYS)
def test_keys_of_inhibit(key: str, value: str) -> None:
    loaded = load_one(f"{BASE}inhibit = {{ {key} = {value} }}\n")
    assert all(problem.line == 5 for problem in loaded.problems)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", MOMENT_KEYS)
def test_keys_of_a_timeline(key: str, value: str) -> None:
    load_one(f"{BASE}[[rule.timeline]]\n{key} = {value}\n")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", ["[terms]\nx = {}", "[terms.x]\ny = {}", "[terms.x]\ny = {{ spellings = {} }}"])
def test_values_of_a_list(place: str, value: str) -> None:
    loaded = load_one(f"{place.format(value)}\n{BASE}")
    assert [rule.id for rule in loaded.rules] == ["a"]
    assert all(problem.line in (1, 2) for problem in loaded.problems)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("severity = 'urgent'", "E008"),
        ("fact = 'place'", "E006"),
        ("fact = []", None),
        ("default = { x = 1 }", "E006"),
        ("min_relevance = -1", "E008"),
        ("min_relevance = 1.5", "E008"),
        ("min_relevance = true", "E006"),
        ("when = { kind = 'frequency', stories = 1.5, within = '1d' }", "E006"),
        ("when = { kind = 'new_value', slot = 'nothing' }", "E214"),
        ("when = { kind = 'sequence', first = 'b' }", "E219"),
        ("when = { kind = 'sequence', first = 'a' }", "E232"),
        ("when = { kind = 'any' }", None),
        ("expect = { per_week = '..' }", "E008"),
        ("expect = { per_day = '1..2' }", "E005"),
        ("expect = { per_week = '3..' }", None),
        ("was = ['Old Name']", "E211"),
    ],
)
def test_values_that_are_refused(line: str, code: str | None) -> None:
    errors = [found for found in codes(load_one(f"{BASE}{line}\n")) if found.startswith("E")]
    assert code in errors if code else not errors
