"""Columns of characters."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.backtests.chart import HEIGHT, columns, draw

FIRST = date(2026, 3, 2)


def days(*counts: int) -> dict[date, int]:
    return {FIRST + timedelta(days=number): count for number, count in enumerate(counts)}


def test_a_column_a_day() -> None:
    lines = draw(columns(days(0, 3, 6, 1), 40), 40)
    assert lines == [
        "6     ██",
        "      ██",
        "      ██",
        "    ████",
        "    ████",
        "    ██████",
        " └────────",
        "  2026-03-02 .. 2026-03-05",
    ]


def test_a_column_a_week_where_days_have_no_room() -> None:
    chart = columns(days(*([1] * 15)), 10)
    assert (chart.unit, chart.counts) == ("week", (7, 7, 1))


def test_nothing_is_cut_off_where_weeks_have_no_room() -> None:
    chart = columns(days(*([1] * 700)), 30)
    assert (chart.unit, len(chart.counts), sum(chart.counts)) == ("4 weeks", 25, 700)
    assert chart.begin(1) == FIRST + timedelta(days=28)
    assert columns(days(*([1] * 40_000)), 30).unit == "191 weeks"


def test_little_is_more_than_nothing() -> None:
    lines = draw(columns(days(1, 1000), 40), 40)
    assert lines[HEIGHT - 1] == "     ▁▁██"


def test_nothing_is_a_flat_line() -> None:
    assert draw(columns(days(0, 0), 40), 40) == [" └────", "  2026-03-02 .. 2026-03-03"]


def test_plain() -> None:
    lines = draw(columns(days(0, 3, 6, 1), 40), 40, plain=True)
    assert "".join(lines).isascii()


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=400), st.integers(30, 200))
def test_never_wider_than_the_terminal(counts: list[int], width: int) -> None:
    chart = columns(days(*counts), width - 8)
    assert all(len(line) <= width for line in draw(chart, width))
    assert len(chart.counts) <= width - 8
    assert sum(chart.counts) == sum(counts)
