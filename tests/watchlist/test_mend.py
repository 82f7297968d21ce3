"""A rule file is mended in one place, and all else stays as it was written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.watchlist.mend import NewCase, query_of, quoted, with_except, with_no_match

FILE = """\
# What is banned.
title = "Bans"
[[rule]]
id = "ban"          # the first
query = 'Italy NEAR/S ban'  # a chain
no_match = ["Praise for Italy."]  # praise
[rule.default]
status = "in force"

[[rule]]
id = "fine"
query = '''
  fine
'''
except = "weather"
no_match = [
  "one" # without a comma
]
"""


def test_case_more_in_a_list_of_one_line() -> None:
    mended = with_no_match(FILE, "ban", NewCase("", "Italy's ban on smoking."))
    rule, other = tomllib.loads(mended)["rule"]
    assert rule["no_match"] == ["Italy's ban on smoking.", "Praise for Italy."]
    assert rule["default"] == {"status": "in force"}
    assert other == tomllib.loads(FILE)["rule"][1]
    assert "# praise" in mended


def test_case_more_in_a_list_that_ends_in_a_comment() -> None:
    mended = with_no_match(FILE, "fine", NewCase("T", "two", (("place", "Italy"),)))
    assert tomllib.loads(mended)["rule"][1]["no_match"] == [
        {"title": "T", "text": "two", "fact": {"place": "Italy"}}, "one",
    ]  # fmt: skip
    assert "# without a comma" in mended


def test_first_case_of_a_rule() -> None:
    text = '[[rule]]\nid = "a"\nquery = "x"\n[rule.default]\ny = "z"'
    assert tomllib.loads(with_no_match(text, "a", NewCase("", "x y")))["rule"] == [
        {"id": "a", "query": "x", "no_match": ["x y"], "default": {"y": "z"}}
    ]


def test_except_is_added_or_widened() -> None:
    first = with_except(FILE, "ban", "ban NEAR/3 smoking")
    assert tomllib.loads(first)["rule"][0]["except"] == "ban NEAR/3 smoking"
    second = with_except(FILE, "fine", "fine BEFORE/1 arts")
    assert tomllib.loads(second)["rule"][1]["except"] == "(weather) OR (fine BEFORE/1 arts)"
    assert tomllib.loads(second)["rule"][1]["query"] == "  fine\n"


def test_query_as_it_is_written() -> None:
    assert query_of(FILE, "ban") == "Italy NEAR/S ban"
    with pytest.raises(LookupError, match="no rule none"):
        query_of(FILE, "none")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_any_text_comes_back(text: str) -> None:
    assert tomllib.loads(f"x = {quoted(text)}")["x"] == text


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), st.sampled_from(["ban", "fine"]))
def test_any_case_can_be_added(text: str, rule: str) -> None:
    mended = tomllib.loads(with_no_match(FILE, rule, NewCase("", text)))
    assert next(each for each in mended["rule"] if each["id"] == rule)["no_match"][0] == text
