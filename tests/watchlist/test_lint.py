"""Warnings: what is probably wrong, and what looks like it and is not."""

from __future__ import annotations

import pytest

from monitor.watchlist.load import Loader, load
from tests.watchlist.sample import codes, load_one

TERMS = """
[terms]
ban = ["ban", "bar", "block"]
everyday = ["court", "stop"]
[terms.place]
Italy = ["Italy", "Rome"]
[terms.product]
DeepSeek = ["DeepSeek"]
"""


def warnings(query: str, *, terms: str = TERMS, extra: str = "") -> list[str]:
    """The codes for one rule; lists that the query does not use are not told here."""
    rule = f"[[rule]]\nid = 'one'\nquery = '{query}'\nmatch = ['DeepSeek.']\n{extra}"
    return [code for code in codes(load_one(f"{terms}\n{rule}")) if code != "W205"]


@pytest.mark.parametrize(
    ("query", "extra", "expected"),
    [
        ("@place AND ban AND @product", "fact = ['place', 'product']", ["W208"]),
        ("(@place OR Spain) AND @product", "fact = ['place', 'product']\ndefault = {place = ''}", ["W208"]),
        ("@place AND @product", "fact = ['place']", []),
        ("@place AND @product", "", []),
        ("@place AND @product", "fact = ['place']\nshow = ['product']", ["W208"]),
        ("@place AND @product", "fact = ['place']\ntitle = '{place}: {product}'", ["W208"]),
        ("@place AND @product", "title = '{product}'", []),
        ("@place NEAR/S @product", "fact = ['place']\ntitle = '{place}: {product}'", []),
        ("@place NEAR/S @product", "fact = ['place', 'product']", []),
        ("(@place NEAR/S @product) AND ban", "fact = ['place', 'product']", []),
        ("(@place AND x) OR (@product AND y)", "fact = ['place', 'product']\ndefault = {place = '', product = ''}", []),
    ],
)
def test_slots_that_combine_freely(query: str, extra: str, expected: list[str]) -> None:
    assert warnings(query, extra=extra) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("@ban NEAR/S DeepSeek AND NOT (@ban BEFORE/3 account)", ["W209"]),
        ("DeepSeek AND NOT (DeepSeek OR OpenAI)", ["W209"]),
        ("DeepSeek AND NOT (ban NEAR/3 account)", ["W209"]),
        ("@place:Italy AND NOT @place", []),
        ("DeepSeek AND NOT football", []),
        ("DeepSeek AND NOT title: quiz", []),
    ],
)
def test_and_not_where_except_is_meant(query: str, expected: list[str]) -> None:
    assert warnings(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Target AND DeepSeek", ["W210"]),
        ("target AND DeepSeek", ["W223"]),
        ('"Target Corp" AND DeepSeek', []),
        ("TARGET AND DeepSeek", []),
        ("=Target AND DeepSeek", ["W210"]),
        ("OpenAI OR Mistral", []),
    ],
)
def test_capitalised_everyday_words(query: str, expected: list[str]) -> None:
    assert warnings(query) == expected


@pytest.mark.parametrize(
    ("query", "extra", "expected"),
    [
        ("court AND stop", "", ["W211"]),
        ("DeepSeek OR court", "", ["W211"]),
        ("court NEAR/S MAYBE DeepSeek", "", ["W211"]),
        ("title: (court AND stop)", "", ["W211"]),
        ("ATLEAST/2 court", "", ["W211"]),
        ("court AND NOT DeepSeek", "", ["W211"]),
        ("2 OF (court, stop, DeepSeek)", "", ["W211"]),
        ("court NEAR/S DeepSeek", "", []),
        ("court AND @product", "", ["W223"]),
        ("title: court AND @product", "", []),
        ("(title: court OR lead: stop) AND @product", "", []),
        ("(title: court OR stop) AND @product", "", ["W223"]),
        ("DeepSeek OR (court AND @product)", "", ["W223"]),
        ("(court NEAR/S stop) AND @product", "", ["W223"]),
        ("/Deep.+/", "", ["W222"]),
        ("NAME AS it NEAR/S launch", "fact = ['it']", ["W211"]),
        ("NAME AS it NEAR/S DeepSeek", "fact = ['it']", []),
        ("MONEY AS it NEAR/S launch", "fact = ['it']", []),
        ("@everyday", "", ["W211"]),
        ("@product NEAR/S @everyday", "", []),
        ("封禁", "", []),
    ],
)
def test_queries_on_everyday_words_only(query: str, extra: str, expected: list[str]) -> None:
    assert warnings(query, extra=extra) == expected


@pytest.mark.case(52)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("/.*/", ["E117"]),
        ("/(ban)?/", ["E117"]),
        ('""', ["E110"]),
        ("()", ["E107"]),
        ("/./", ["W211"]),
        ("/[a-z]+/", ["W211"]),
        ("/(?i)THE|A/ OR DeepSeek", ["W211"]),
        ("the OR a OR is", ["W211"]),
        ("NAME AS it", ["W211"]),
        ("FIRST/50 /\\w/", ["W211"]),
        ("/\\d{4}/", ["W222"]),
    ],
)
def test_a_rule_that_matches_everything_is_refused_or_warned_of(query: str, expected: list[str]) -> None:
    assert warnings(query) == expected


def test_a_require_with_a_name_anchors_the_rules_of_its_file() -> None:
    assert warnings("court AND stop", terms="require = '@product'\n" + TERMS) == []


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("it = ['ban', 'bar', 'ban on', 'a full ban']", ["W206", "W206"]),
        ("it = ['ban', 'ban', 'x']", ["W203"]),
        ("it = ['DeepSeek', 'DeepSeek R1']", []),
        ("it = ['ban', 'outlaw', 'Stop']", ["W217"]),
        ("it = ['OpenAI', 'Mistral', 'Scale']", ["W210"]),
        ("it = ['OpenAI', 'Mistral', 'Scale AI']", []),
        ("it = { Italy = ['Rome'] }", ["W202"]),
        ("it = { Italy = ['=italy'] }", []),
        ("it = { Italy = ['Italy', 'EU'], Spain = ['Spain', 'EU'] }", ["W204"]),
        ("it = { Italy = ['Italy', '@eu'], Spain = ['Spain', '@eu'] }\neu = ['EU']", []),
        ("it = { Italy = ['@eu'] }\neu = ['Italy']", []),
    ],
)
def test_lists(terms: str, expected: list[str]) -> None:
    assert warnings("@it NEAR/S DeepSeek", terms=f"[terms]\n{terms}\n") == expected


def test_a_list_is_used_by_queries_and_by_other_lists() -> None:
    head = "require = '@a'\nexcept = '@b'\n[terms]\na = ['x']\nb = ['y']\nc = ['z', '@d']\nd = ['u']\ne = ['v']\n"
    rule = "[[rule]]\nid = 'one'\nquery = '@c'\nmatch = ['x']\n"
    loaded = load_one(head + rule)
    assert [(problem.code, problem.line) for problem in loaded.problems] == [("W205", 8)]


STATUS = "[terms]\nstatus = { done = ['took effect'], plan = ['plan'] }\n"


@pytest.mark.parametrize(
    ("query", "extra", "expected"),
    [
        ("DeepSeek NEAR/S @status", "", ["W202"]),
        ("DeepSeek NEAR/S @status", "fact = ['status']", ["W202"]),
        ("DeepSeek NEAR/S @status", "state = ['status']", []),
        ("DeepSeek NEAR/S @status AS stage", "state = ['stage']", []),
        ("DeepSeek NEAR/S @status", "state = ['status']\nexcept = 'old NEAR/S @status'", []),
        ("DeepSeek NEAR/S @status AS stage AND NOT @status", "state = ['stage']", ["W202", "W209"]),
    ],
)
def test_a_name_that_tells_a_state_need_not_match(query: str, extra: str, expected: list[str]) -> None:
    assert warnings(query, terms=STATUS, extra=extra) == expected
    rule = f"[[rule]]\nid = 'one'\nquery = '{query}'\nmatch = ['DeepSeek.']\n{extra}"
    shared = STATUS.partition("\n")[2]
    assert codes(load({"w.toml": rule}, {"terms/s.toml": shared})) == expected


@pytest.mark.parametrize(
    ("name", "spelling", "expected"),
    [
        ("called off", "call off", []),
        ("the talks", "talk", []),
        ("banned", "=ban", ["W202"]),
        ("Rome", "Roman", ["W202"]),
        ("off call", "call off", ["W202"]),
    ],
)
def test_a_name_that_is_an_inflected_spelling_matches(name: str, spelling: str, expected: list[str]) -> None:
    terms = f"[terms]\nstatus = {{ \"{name}\" = ['{spelling}'] }}\n"
    assert warnings("DeepSeek NEAR/S @status", terms=terms) == expected


def test_a_shared_list_is_told_of_if_any_file_looks_for_it() -> None:
    rule = "[[rule]]\nid = 'one'\nquery = 'DeepSeek NEAR/S @status'\nmatch = ['DeepSeek.']\n"
    shared = {"terms/s.toml": STATUS.partition("\n")[2]}
    loader, states = Loader(), rule + "state = ['status']\n"
    assert codes(loader.load({"a.toml": states, "b.toml": states}, shared)) == []
    assert codes(loader.load({"a.toml": states, "b.toml": rule}, shared)) == ["W202"]
    assert codes(loader.load({"a.toml": states, "b.toml": states}, shared)) == []
    taking = rule.replace("@status", "@stage") + "[terms]\nstage = ['@status']\n"
    assert codes(loader.load({"a.toml": states, "b.toml": taking}, shared)) == ["W202"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("id = 'one'\nquerry = 'x'\nmatch = ['x']", ["E005"]),
        ("idd = 'one'\nquery = 'DeepSeek'\nmatch = ['DeepSeek.']", ["E005"]),
        ("id = 'one'\nquery = 'DeepSeek'\nmacth = ['DeepSeek.']", ["E005"]),
        ("id = 'one'\nquery = '@place'\nfacts = ['place']\nmatch = [{text='x', fact={place='Italy'}}]", ["E005"]),
        ("id = 'one'\nquery = '@place OR x'\nfact = ['place']\ndefualt = {place=''}\nmatch = ['x']", ["E005"]),
        ("id = 'one'\nquery = '@place'\nfact = ['plaice']\nmatch = [{text='x', fact={place='Italy'}}]", ["E214"]),
    ],
)
def test_what_a_slip_brings_with_it_is_not_told_too(rule: str, expected: list[str]) -> None:
    terms = "[terms]\nplace = ['Italy']\n"
    assert [code for code in codes(load_one(f"{terms}[[rule]]\n{rule}\n")) if code != "W205"] == expected


def test_a_misspelt_rule_is_no_file_without_rules() -> None:
    assert codes(load_one("[[rules]]\nid = 'one'\n")) == ["E005"]


def test_no_list_is_called_unused_while_a_query_is_broken() -> None:
    assert codes(load_one("[terms]\na = ['x']\n[[rule]]\nid = 'one'\nquery = '@'\nmatch = ['x']\n")) == ["E113"]


def test_a_case_on_both_sides_and_a_case_twice() -> None:
    extra = "no_match = [{ text = 'DeepSeek.', fact = { product = 'Other' } }]\nfact = ['product']\n"
    assert warnings("@product NEAR/S x", extra=extra) == []
    assert warnings("DeepSeek", extra="no_match = ['DeepSeek.']") == ["E226"]
    assert warnings("DeepSeek", extra="todo_match = ['x', 'x']") == ["W213"]


def test_rules_that_ask_the_same_but_except_something_else_are_two() -> None:
    rule = "[[rule]]\nid = '{}'\nquery = 'DeepSeek'\nmatch = ['DeepSeek.']\n"
    same = load_one(rule.format("a") + rule.format("b"))
    other = load_one(rule.format("a") + rule.format("b") + "except = 'study'\n")
    assert codes(same) == ["W212"]
    assert codes(other) == []
