"""Which rules want attention."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.backtests.housekeeping import Attention, Kept, Known, Struck, house
from monitor.model import RuleActivity, RuleRecord
from monitor.watchlist.load import load

TODAY = date(2026, 5, 4)
LAST = datetime(2026, 5, 1, tzinfo=UTC)
FILE = """\
title = "Bans"
owner = "ana@example.org"
review = 2026-06-30

[[rule]]
id = "ban"
query = 'ban'
expect = { per_week = "1..12" }
match = ["They ban it.", "Banned.", "It bans."]

[[rule]]
id = "bill"
query = 'bill OR'
"""


def kept(known: Known, today: date = TODAY, text: str = FILE) -> dict[str, Kept]:
    return {each.rule: each for each in house(load({"bans.toml": text}), known, today)}


def told(number: int) -> dict[tuple[str, str], RuleActivity]:
    return {("bans", "ban"): RuleActivity("bans", "ban", number, LAST)}


def test_a_rule_that_does_what_it_should_wants_nothing() -> None:
    found = kept(Known(timedelta(days=28), told(16), {}, {("bans", "ban"): Struck(2, ("A", "B"))}))["ban"]
    assert (found.per_week, found.last, found.cases, found.owner) == (4.0, LAST, 3, "ana@example.org")
    assert (found.review, found.struck, found.attention) == (date(2026, 6, 30), Struck(2, ("A", "B")), ())


@pytest.mark.parametrize(
    ("number", "attention"),
    [(0, (Attention.SILENT,)), (1, (Attention.RARE,)), (4, ()), (48, ()), (49, (Attention.NOISY,))],
)
def test_too_little_and_too_much(number: int, attention: tuple[Attention, ...]) -> None:
    assert kept(Known(timedelta(days=28), told(number)))["ban"].attention == attention


def test_without_a_store_nobody_knows_whether_a_rule_is_silent() -> None:
    found = kept(Known(timedelta(days=28)))["ban"]
    assert (found.per_week, found.last, found.attention) == (None, None, ())


def test_without_an_expectation_three_a_day_are_noise() -> None:
    text = FILE.replace('expect = { per_week = "1..12" }\n', "")
    assert kept(Known(timedelta(days=7), told(21)), text=text)["ban"].attention == ()
    assert kept(Known(timedelta(days=7), told(22)), text=text)["ban"].attention == (Attention.NOISY,)


@pytest.mark.parametrize(("good", "bad", "wrong"), [(3, 2, True), (4, 1, False), (0, 4, False)])
def test_often_wrong_needs_some_words_of_readers(good: int, bad: int, wrong: bool) -> None:
    records = {("bans", "ban"): RuleRecord("bans", "ban", good=good, bad=bad)}
    found = kept(Known(timedelta(days=28), told(16), records))["ban"].attention
    assert found == ((Attention.IMPRECISE,) if wrong else ())


def test_a_broken_rule_and_a_review_that_is_due() -> None:
    found = kept(Known(timedelta(days=28), told(16)), today=date(2026, 6, 30))
    assert found["bill"].attention == (Attention.BROKEN, Attention.REVIEW)
    assert found["ban"].attention == (Attention.REVIEW,)


def test_few_cases() -> None:
    text = FILE.replace(', "Banned.", "It bans."', "")
    assert kept(Known(timedelta(days=28), told(16)), text=text)["ban"].attention == (Attention.UNPROVEN,)


def test_a_day_that_is_none_is_told() -> None:
    problems = load({"bans.toml": FILE.replace("2026-06-30", '"soon"')}).problems
    assert ("E008", 3) in [(problem.code, problem.line) for problem in problems]
