"""NEAR and BEFORE where several choices are possible: which mention is taken, which names come along."""

from __future__ import annotations

import pytest

from tests.query.bench import a_rule, found, marked, values


@pytest.mark.parametrize(
    ("query", "body", "taken"),
    [
        ("@place NEAR/S ban", "Italy and, far from it, Spain ban it.", ["Spain"]),
        ("@place NEAR/S ban", "Italy ban Spain.", ["Italy"]),  # as near on both sides: the one before
        ("@place NEAR/S ban", "Italy, Spain and Malta ban it.", ["Italy", "Spain", "Malta"]),
        ("@place NEAR/S ban", "Italy or the Spain ban it.", ["Italy", "Spain"]),
        ("@place NEAR/S ban", "Italy with Spain ban it.", ["Spain"]),
        ("@place NEAR/S ban", "意大利 ban Italy、Spain和Malta", ["Italy", "Spain", "Malta"]),
        ("@place NEAR/S ban", "Italy ban it, Spain ban it.", ["Italy", "Spain"]),
        ("@place BEFORE/S ban", "Spain has it. Italy will ban, as Malta does.", ["Italy"]),
        ("ban BEFORE/S @place", "Italy will ban, as Malta does.", ["Malta"]),
        ("(@place OR @product) NEAR/S ban", "Italy and DeepSeek ban it.", ["Italy"]),
        ("ban NEAR/S MAYBE @place", "They ban it in Italy and Spain.", ["Italy", "Spain"]),
        ("ban NEAR/1 MAYBE @place", "They ban it, but not in Italy.", [""]),
        ("ban NEAR/S MAYBE @place", "They ban it. Not in Italy.", [""]),
    ],
)
def test_the_names_that_a_slot_takes(query: str, body: str, taken: list[str]) -> None:
    assert sorted(values(found([a_rule(query, "place")], body=body))) == sorted(taken)


def test_a_slot_of_two_parts_must_agree() -> None:
    assert not found([a_rule("@place NEAR/S ban NEAR/S @place", "place")], body="Italy will ban Spain.")
    assert found([a_rule("@place NEAR/S ban NEAR/S @place", "place")], body="Italy will ban Rome.")


def test_it_backs_up_where_the_nearest_shares_words_with_a_part_before() -> None:
    body = "Rome ban app far from Rome"
    [match] = found([a_rule("Rome NEAR/S ban NEAR/S Rome")], body=body)
    assert marked(match, body) == ["Rome", "ban", "Rome"]


@pytest.mark.parametrize("unit", ["S", "P", "3"])
def test_a_part_that_crosses_the_stretch_does_not_count(unit: str) -> None:
    matches = found([a_rule(f"(ban NEAR/9 app) NEAR/{unit} chip")], body="A ban.\nAn app and a chip.")
    assert bool(matches) == (unit == "3")


@pytest.mark.parametrize(
    ("query", "body", "hit"),
    [
        ("ban NOT NEAR/1 ban", "ban ban", False),
        ("ban NOT NEAR/1 ban", "ban", True),
        ('app NOT NEAR/0 "app store"', "the app store", False),
        ("ban NOT NEAR/P app", "ban it.\napp", True),
        ("ban NOT NEAR/P app", "ban it. app", False),
        ("ban NOT BEFORE/S app", "app ban", True),
    ],
)
def test_not_near(query: str, body: str, hit: bool) -> None:
    assert bool(found([a_rule(query)], body=body)) == hit


@pytest.mark.parametrize(
    ("query", "except_", "body", "facts"),
    [
        ("@place NEAR/S ban", "Spain", "Italy and Spain ban it.", ["Italy"]),
        ("@place NEAR/S ban", "ban", "Italy ban it.", []),
        ("@place NEAR/S ban NEAR/S MAYBE app", "app", "Italy ban app.", ["Italy"]),
        ("@place NEAR/S ban", "a_word NEAR/S MAYBE ban", "Italy ban a_word.", ["Italy"]),
        ("@place NEAR/S ban", "ban NEAR/2 account AND chip", "Italy ban. They ban an account for a chip.", ["Italy"]),
        ("@place AND ban", "%other", "Italy, app: ban", []),
    ],
)
def test_what_except_strikes(query: str, except_: str, body: str, facts: list[str]) -> None:
    rules = [a_rule(query, "place", except_=except_), a_rule("ban NEAR/3 app", id="other")]
    assert values([match for match in found(rules, body=body) if match.rule == "r"]) == facts
