"""What a backtest counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.backtests.tally import AROUND, Asked, Expectation, Span, judge, pieces_of, tally
from monitor.model import Alert, Article, Evidence, Fact, Match, Novelty, Reason, Severity, WaitingAlert

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = Span(date(2026, 3, 2), date(2026, 3, 15))


def waiting(
    day: int,
    story: str,
    novelty: Novelty = Novelty.NEW,
    rule: str = "ban",
    place: str = "Italy",
    agreeing: tuple[str, ...] = (),
) -> WaitingAlert:
    raised = START + timedelta(days=day)
    article = Article(f"{story}-{day}", "test", f"{place} bans DeepSeek", raised, body="", publisher="Post")
    match = Match(
        "bans",
        rule,
        "ban",
        Severity.NORMAL,
        f"{place}: banned",
        Fact((("place", place), ("product", "DeepSeek"))),
        Fact((("status", "in force"),)),
        (Evidence("title", ((0, len(place)), (len(place) + 1, len(place) + 5))),),
    )
    reason = Reason.FIRST_SEEN
    alert = Alert(f"alert-{story}-{day}", article.id, story, place, match, novelty, reason, raised, agreeing=agreeing)
    return WaitingAlert(alert, article)


STREAM = [
    waiting(0, "one"),
    waiting(1, "one", Novelty.UPDATE),
    waiting(2, "one", Novelty.FOLD),
    waiting(8, "one", Novelty.UPDATE, rule="other", agreeing=("ban",)),
    waiting(9, "two", place="Malta"),
    waiting(10, "three", Novelty.RECAP, place="Malta"),
]


def test_what_a_rule_would_have_brought() -> None:
    (rule,) = tally(STREAM, [Asked("bans", "ban", 1, 2)], SPAN).rules
    assert (rule.articles, rule.stories, rule.told) == (6, 3, 2)
    assert rule.novelties == {Novelty.NEW: 2, Novelty.UPDATE: 2, Novelty.FOLD: 1, Novelty.RECAP: 1}
    # Story one is told in both weeks, story two in the second one: three in two weeks.
    assert (rule.per_week, rule.busiest, rule.expectation) == (1.5, 2, Expectation.MET)
    assert {day.day: count for day, count in rule.days.items() if count} == {2: 1, 3: 1, 10: 1, 11: 1}
    assert [(each.slot, each.value, each.stories) for each in rule.values] == [
        ("place", "Malta", 2),
        ("place", "Italy", 1),
        ("product", "DeepSeek", 3),
        ("status", "in force", 3),
    ]
    assert [sample.headline for sample in rule.samples] == ["Italy bans DeepSeek"] * 3 + ["Malta bans DeepSeek"]
    assert rule.samples[0].pieces == (("Italy", True), (" ", False), ("bans", True), (" DeepSeek", False))


def test_a_rule_that_agrees_is_counted_and_one_that_finds_nothing_is_there() -> None:
    _, other, none = tally(STREAM, [Asked("bans", name) for name in ("ban", "other", "none")], SPAN).rules
    assert (other.articles, other.told) == (1, 1)
    assert (none.articles, none.stories, none.told, none.per_week, none.busiest) == (0, 0, 0, 0, 0)
    assert set(none.days.values()) == {0}


def test_a_day_is_not_multiplied_to_a_week() -> None:
    (rule,) = tally(STREAM[:1], [Asked("bans", "ban")], Span(SPAN.first, SPAN.first)).rules
    assert rule.per_week == 1.0


def test_all_rules_together_count_a_story_once() -> None:
    counted = tally(STREAM, [Asked("bans", "ban"), Asked("bans", "other")], SPAN)
    assert (counted.stories, counted.told, sum(counted.days.values()), len(counted.days)) == (3, 2, 4, 14)
    assert counted.failed == ()


@pytest.mark.parametrize(
    ("least", "most", "per_week", "days", "expected"),
    [
        (None, None, 5.0, 30, Expectation.NONE),
        (1, 12, 1.0, 7, Expectation.MET),
        (1, 12, 12.0, 7, Expectation.MET),
        (1, 12, 0.9, 30, Expectation.FEWER),
        (1, 12, 12.1, 30, Expectation.MORE),
        (None, 12, 0.0, 30, Expectation.MET),
        (1, None, 900.0, 30, Expectation.MET),
        (1, 12, 0.0, 6, Expectation.TOO_SHORT),
    ],
)
def test_expectations(least: int | None, most: int | None, per_week: float, days: int, expected: Expectation) -> None:
    span = Span(SPAN.first, SPAN.first + timedelta(days=days - 1))
    assert judge(Asked("bans", "ban", least, most), per_week, span) is expected
    assert expected.failed == (expected in (Expectation.FEWER, Expectation.MORE))


def test_samples_are_spread_from_first_to_last() -> None:
    many = [waiting(day % 14, f"story-{day}", place=f"Place{day:02}") for day in range(50)]
    (rule,) = tally(many, [Asked("bans", "ban")], SPAN).rules
    assert [sample.headline[:7] for sample in rule.samples] == ["Place00", "Place12", "Place24", "Place36", "Place49"]


def test_words_around_the_evidence_are_cut() -> None:
    each = STREAM[0]
    text = "a" * 200 + " Italy " + "b" * 500 + " banned\nit " + "c" * 200
    article = Article("x", "test", "", START, body=text)
    spans = ((201, 206), (text.index("banned"), text.index("banned") + 6))
    match = Match("bans", "ban", "ban", Severity.NORMAL, "", evidence=(Evidence("body", spans),))
    alert = Alert("x", "x", "s", "k", match, Novelty.NEW, Reason.FIRST_SEEN, START)
    pieces = pieces_of(article, alert)
    assert [piece for piece, marked in pieces if marked] == ["Italy", "banned"]
    shown = "".join(piece for piece, _ in pieces)
    assert shown.startswith("…aaa")
    assert shown.endswith("ccc…")
    assert len(shown) < 5 * AROUND
    assert "\n" not in shown
    assert (
        pieces_of(
            each.article,
            Alert("x", "x", "s", "k", Match("", "", "", Severity.LOW, ""), Novelty.NEW, Reason.FIRST_SEEN, START),
        )
        == ()
    )
