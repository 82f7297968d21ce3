"""Timelines of rule files: what is told at which moment, and what a failing moment says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from monitor.backtests.journey import ArticleTime
from monitor.backtests.timelines import run_timelines
from monitor.pipeline import Pipeline, Taken
from monitor.query.engine import Engine
from monitor.rehearsals import replaying
from monitor.rulebook.timings import timing_of
from monitor.stories.freshness import NoveltySettings
from monitor.watchlist.cases import CaseOutcome, CaseResult
from monitor.watchlist.load import load

HEAD = """\
[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "Kimi"]
[terms.place]
Italy = ["Italy", "Rome"]
Czechia = ["Czechia", "Prague"]
Spain = ["Spain", "Madrid"]

[[rule]]
id = "ban"
title = "{place} bans {product}"
query = '@place NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
"""
WAVE = HEAD + 'when = { kind = "frequency", stories = 2, within = "7d" }\n'
QUIET = HEAD + 'when = { kind = "absence", within = "14d" }\n'


def moment(at: str, expect: str = "", text: str = "", more: str = "") -> str:
    lines = ["[[rule.timeline]]", f"at = {at}"]
    lines += [f'text = "{text}"'] if text else []
    lines += [f'expect = "{expect}"'] if expect else []
    return "\n".join([*lines, more, ""])


def run(text: str) -> list[tuple[CaseResult, tuple[str, ...]]]:
    loaded = load({"bans.toml": text})
    assert not loaded.errors
    (watchlist,) = loaded.watchlists

    def opened(clock: ArticleTime, witness: Callable[[Taken], None]) -> AbstractContextManager[Pipeline]:
        return replaying(Engine(loaded.rules), clock, NoveltySettings(), witness, timing=timing_of(loaded))

    return list(run_timelines(watchlist, opened))


def outcomes(text: str) -> list[bool]:
    return [result.ok for result, _ in run(text)]


def test_what_each_moment_expects() -> None:
    assert outcomes(
        WAVE
        + moment("2026-05-04T08:00:00Z", "nothing", "Rome bans DeepSeek.")
        + moment("2026-05-05T08:00:00Z", "new", "Prague bans Kimi.", 'fact = { place = "Czechia" }')
        + moment("2026-05-06T08:00:00Z", "nothing", "Madrid blocks Kimi at its schools, the minister said.")
    ) == [True, True, True]


def test_a_moment_without_expect_sets_the_scene() -> None:
    text = WAVE + moment("2026-05-04", "", "Rome bans DeepSeek.") + moment("2026-05-05", "new", "Prague bans Kimi.")
    assert outcomes(text) == [True]


def test_time_passes_without_an_article() -> None:
    assert (
        outcomes(
            QUIET
            + moment("2026-05-04", "nothing", "Rome bans DeepSeek.")
            + moment("2026-05-17", "nothing")
            + moment("2026-05-18", "new")
            + moment("2027-05-18", "nothing")
            + moment("2027-05-19", "nothing", "Prague bans Kimi.")
            + moment("2028-05-19", "new")
        )
        == [True] * 6
    )


def test_an_article_that_comes_late() -> None:
    assert outcomes(
        WAVE
        + moment("2026-05-04", "nothing", "Rome bans DeepSeek.")
        + moment("2026-06-04", "new", "Prague bans Kimi.", "published = 2026-05-05")
    ) == [True, True]


def test_every_rule_may_have_a_timeline() -> None:
    assert outcomes(
        HEAD
        + moment("2026-05-04", "new", "Rome bans DeepSeek.")
        + moment("2026-05-05", "fold", "Rome bans DeepSeek, a second paper reports from there.")
        + moment("2026-08-05", "recap", "In spring Rome blocked DeepSeek, as readers remember.")
    ) == [True, True, True]


def test_a_failing_moment_says_what_happened_instead() -> None:
    failing = run(
        WAVE
        + moment("2026-05-04T08:00:00Z", "new", "Rome bans DeepSeek.")
        + moment("2026-05-05T08:00:00Z", "nothing", "Prague bans Kimi.")
        + moment("2026-05-06T08:00:00Z", "new", "Madrid likes Kimi.")
        + moment("2026-05-07T08:00:00Z", "new")
    )
    assert {result.outcome for result, _ in failing} == {CaseOutcome.NOT_FORETOLD}
    assert [why for _, why in failing] == [
        (
            "at 2026-05-04 08:00 UTC: expected new",
            "counted: Italy bans DeepSeek; 1 of 2 stories within 7 days",
        ),
        (
            "at 2026-05-05 08:00 UTC: expected nothing",
            "told as new (its rule over time holds): Czechia bans Kimi; 2 stories within 7 days",
        ),
        ("at 2026-05-06 08:00 UTC: expected new", "told nothing: the rule did not match"),
        ("at 2026-05-07 08:00 UTC: expected new", "told nothing"),
    ]
    assert failing[0][0].case.line == 15


@pytest.mark.parametrize(("place", "ok"), [("Italy", True), ("Spain", False)])
def test_the_fact_of_what_is_told(place: str, ok: bool) -> None:
    text = HEAD + moment("2026-05-04", "new", "Rome bans DeepSeek.", f'fact = {{ place = "{place}" }}')
    ((result, _),) = run(text)
    assert result.ok is ok
    assert bool(result.missing) is not ok
