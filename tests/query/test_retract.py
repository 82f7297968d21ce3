"""What a `retract` matches takes a fact back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Article, Match
from monitor.query.engine import Engine
from tests.watchlist.sample import load_one

RULES = """\
require = 'DeepSeek'
[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta"]

[[rule]]
id = "ban"
query = '@place NEAR/S ban'
fact = ["place"]
except = 'wrongly'
retract = 'wrongly NEAR/S @place NEAR/S ban'

[[rule]]
id = "block"
about = "ban"
query = '@place NEAR/S block'
fact = ["place"]
"""


def matches(body: str, rules: str = RULES) -> list[Match]:
    loaded = load_one(rules)
    assert not loaded.errors
    return Engine(loaded.rules).match(Article("a", "s", "", datetime(2026, 1, 1, tzinfo=UTC), body=body))


def told(body: str, rules: str = RULES) -> list[tuple[str, str, bool]]:
    return [(match.rule, str(match.fact), match.retracts) for match in matches(body, rules)]


def test_a_fact_is_taken_back_though_except_strikes_the_words_out() -> None:
    assert told("DeepSeek: we wrongly wrote that Italy banned it.") == [("ban", "Italy", True)]


def test_what_is_taken_back_is_not_told_by_any_rule_of_the_same_memory() -> None:
    body = "DeepSeek: we wrongly wrote that Italy banned it. Rome blocked something. Malta blocked it."
    assert told(body) == [("ban", "Italy", True), ("block", "Malta", False)]


def test_the_evidence_is_that_of_the_correction() -> None:
    (match,) = matches("DeepSeek: we wrongly wrote that Italy banned it.")
    assert [len(evidence.spans) for evidence in match.evidence] == [3]


def test_require_holds_for_it_too() -> None:
    assert told("We wrongly wrote that Italy banned it.") == []


@pytest.mark.parametrize("retract", ["correction AND %ban", "%later"])
def test_it_may_refer_to_its_own_rule_and_to_later_ones(retract: str) -> None:
    rules = f"""\
[terms.place]
Italy = ["Italy"]

[[rule]]
id = "ban"
query = '@place NEAR/S ban'
fact = ["place"]
retract = '{retract}'

[[rule]]
id = "later"
about = "other"
query = 'correction AND %ban'
fact = ["place"]
"""
    assert ("ban", "Italy", True) in told("Correction of what we said. Italy did not ban it.", rules)
    assert told("Italy did not ban it.", rules) == [("ban", "Italy", False)]


def test_a_rule_without_facts_takes_its_story_back() -> None:
    rules = "[[rule]]\nid = 'a'\nquery = 'DeepSeek'\nretract = 'DeepSeek NEAR/S withdrawn'\n"
    assert told("The DeepSeek report is withdrawn.", rules) == [("a", "", True)]
    assert told("DeepSeek grows.", rules) == [("a", "", False)]


def test_the_index_calls_a_rule_for_its_retract_alone() -> None:
    rules = "[[rule]]\nid = 'a'\nquery = 'DeepSeek'\nretract = 'ChatGPT NEAR/S withdrawn'\n"
    assert told("The ChatGPT report is withdrawn.", rules) == [("a", "", True)]
