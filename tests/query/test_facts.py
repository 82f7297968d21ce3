"""From findings to facts, titles and evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.query.facts import filled, title_slots, wanted_slots
from tests.query.bench import a_rule, found, marked, values


def test_the_slots_of_a_title() -> None:
    assert title_slots("{place}: {product} banned") == ["place", "product"]
    assert title_slots("no slots") == []
    with pytest.raises(ValueError, match="expected '}'"):
        title_slots("{place")


def test_wanted_slots_are_those_of_fact_state_and_title() -> None:
    rule = replace(a_rule("ban", "place"), state=("status",), title="{product} {place}")
    assert wanted_slots(rule) == {"place", "status", "product"}


def test_an_open_slot_is_named_as_open() -> None:
    assert filled("{place}: {product}", {"place": "Italy", "product": ""}) == "Italy: (product not named)"
    assert filled("A ban by {who} on {what}", {"what": "Grok"}) == "A ban by (who not named) on Grok"


def test_an_open_slot_before_all_else_is_left_out() -> None:
    assert filled("{place}: {product} banned", {"product": "ChatGPT"}) == "ChatGPT banned"
    assert filled("{place}：{product}", {"place": "", "product": "ChatGPT"}) == "ChatGPT"
    assert filled("{place}: {product}", {}) == "(product not named)"
    assert filled("{place}: ", {}) == "(place not named): ", "something is left to say, or nothing is left out"


def test_a_default_fills_what_a_match_leaves_open_and_gives_way_to_a_fuller_fact() -> None:
    rule = replace(a_rule("@place NEAR/S ban NEAR/S MAYBE @product", "place", "product"), default={"product": "an app"})
    assert values(found([rule], body="Italy will ban it.")) == ["Italy, an app"]
    assert values(found([rule], body="Italy will ban it. Italy will ban DeepSeek.")) == ["Italy, DeepSeek"]
    assert values(found([rule], body="Spain will ban it. Italy will ban DeepSeek.")) == [
        "Spain, an app",
        "Italy, DeepSeek",
    ]


def test_an_emptier_fact_gives_way_within_one_memory_only() -> None:
    fuller = a_rule("@place NEAR/S @product", "place", "product", id="fuller", about="ban")
    emptier = a_rule("@place NEAR/S ban", "place", id="emptier", about="ban")
    body = "Italy will ban DeepSeek."
    assert [match.rule for match in found([fuller, emptier], body=body)] == ["fuller"]
    assert [match.rule for match in found([fuller, replace(emptier, about="other")], body=body)] == [
        "fuller",
        "emptier",
    ]


def test_facts_are_told_in_the_order_of_the_text_by_their_tightest_proof() -> None:
    body = "Spain ban it. Italy may, or may not, ban it. Italy ban it."
    matches = found([a_rule("@place NEAR/S ban", "place")], body=body)
    assert values(matches) == ["Spain", "Italy"]
    assert [evidence.start for match in matches for evidence in match.evidence] == [0, body.rindex("Italy")]


def test_overlapping_words_are_marked_once() -> None:
    [match] = found([a_rule('"app store" AND app')], body="the app store")
    assert marked(match, "the app store") == ["app store"]


def test_a_possessive_is_not_marked() -> None:
    body = "Italy’s ban"
    [match] = found([a_rule("Italy")], body=body)
    assert marked(match, body) == ["Italy"]
