from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Fact, Match, Severity
from monitor.stories.keys import alert_id, canonical, fact_key, key_of, parts_of

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def match(fact: dict[str, str], *, watchlist: str = "bans", rule: str = "ban", about: str = "ban") -> Match:
    return Match(watchlist, rule, about, Severity.NORMAL, "", Fact.of(fact))


ITALY = match({"place": "Italy", "product": "DeepSeek"})


@pytest.mark.parametrize(
    "same",
    [
        match({"place": "ITALY", "product": " deepseek "}),
        match({"product": "DeepSeek", "place": "Italy"}),
        match({"place": "Italy", "product": "DeepSeek", "date": ""}),
        match({"place": "Italy", "product": "DeepSeek"}, rule="delisting"),
        match({"place": "Ｉｔａｌｙ", "product": "DeepSeek\u200b"}),
    ],
)
def test_equal_facts_of_one_about_share_a_key(same: Match) -> None:
    assert key_of(same, "any story") == key_of(ITALY, "")


@pytest.mark.parametrize(
    "other",
    [
        match({"place": "Italy"}),
        match({"place": "DeepSeek", "product": "Italy"}),
        match({"place": "Italy", "product": "DeepSeek"}, about="ban-plan"),
        match({"place": "Italy", "product": "DeepSeek"}, watchlist="press"),
        match({"place": "Italy, DeepSeek"}),
    ],
)
def test_other_facts_memories_and_watchlists_are_other_keys(other: Match) -> None:
    assert key_of(other, "") != key_of(ITALY, "")


@pytest.mark.parametrize("fact", [{}, {"place": ""}])
def test_without_a_fact_rule_and_story_are_the_key(fact: dict[str, str]) -> None:
    assert json.loads(key_of(match(fact, rule="talk"), "story-1")) == ["story", "bans", "talk", "story-1"]
    assert key_of(match(fact, rule="talk"), "story-2") != key_of(match(fact, rule="talk"), "story-1")
    assert key_of(match(fact, rule="other"), "story-1") != key_of(match(fact, rule="talk"), "story-1")


def test_a_key_can_be_read() -> None:
    assert json.loads(key_of(match({"place": "Côte d'Ivoire"}), "")) == [
        "fact", "bans", "ban", ["place", "cote d'ivoire"],
    ]  # fmt: skip


@given(st.text(), st.text())
def test_values_cannot_be_mistaken_for_each_other(first: str, second: str) -> None:
    same_key = key_of(match({"a": first, "b": second}), "") == key_of(match({"a": second, "b": first}), "")
    assert same_key == (canonical(first) == canonical(second))


def test_alert_ids_tell_versions_and_repetitions_apart() -> None:
    key = key_of(ITALY, "")
    ids = {
        alert_id(article, key, text, NOW, telling)
        for article in ("a", "b")
        for text in ("v1", "v2")
        for telling in (1, 2)
    }
    assert len(ids) == 8
    assert alert_id("a", key, "v1", NOW, 1) == alert_id("a", key, "v1", NOW, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Orion 3-Max", "Orion3 Max"), ("Orion-R1", "Orion R1"), ("$20B", "US$20 billion"),
        ("$1bn", "1,000 million USD"),
        ("40 %", "40 percent"), ("Orion 3", "ORION-3"), ("two-speed", "two speed"),
    ],
)  # fmt: skip
def test_one_value_in_two_notations_is_one_key(one: str, other: str) -> None:
    assert key_of(match({"what": one}), "") == key_of(match({"what": other}), "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Orion 3", "Orion 3 Mini"),
        ("Orion 3", "Orion 3.5"),
        ("$20B", "$20 million"),
        ("$20B", "€20B"),
        ("12", "12 firms"),
    ],
)
def test_two_values_are_two_keys(one: str, other: str) -> None:
    assert key_of(match({"what": one}), "") != key_of(match({"what": other}), "")


@given(st.text(max_size=30))
def test_a_value_that_was_read_from_a_key_makes_the_same_key(value: str) -> None:
    key = key_of(match({"what": value, "where": "Malta"}), "")
    assert fact_key("bans", "ban", parts_of(key).fact) == key
