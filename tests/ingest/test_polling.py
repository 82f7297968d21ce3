from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import FeedFormatError, FetchError, SourceError
from monitor.ingest.polling import Pace, address, failed, impoliteness, seen_move, spread, succeeded
from monitor.model import Fault, Move, SourceState, Wishes

from .conftest import NOW

HOUR = 3600.0
HOURLY = Pace(HOUR)
STATE = SourceState("wire", etag='W/"1"')


def _wait(error: SourceError, failures: int = 0, every: float = HOUR) -> float:
    state = failed(replace(STATE, failures=failures), error, NOW, Pace(every))
    assert state.next_at is not None
    return (state.next_at - NOW).total_seconds()


def test_a_new_source_is_due_and_a_read_one_is_not() -> None:
    assert STATE.is_due(NOW)
    read = succeeded(STATE, NOW, Pace(HOUR))
    assert not read.is_due(NOW + timedelta(seconds=HOUR - 1))
    assert read.is_due(NOW + timedelta(seconds=HOUR * 1.1))


def test_folders_are_always_due() -> None:
    assert succeeded(STATE, NOW).is_due(NOW)
    assert failed(STATE, SourceError("gone"), NOW).is_due(NOW)


def test_success_forgets_failures_and_failure_keeps_validators() -> None:
    down = failed(failed(STATE, SourceError("one"), NOW), SourceError("two"), NOW + timedelta(hours=1))
    assert (down.failures, down.failing_since, down.error, down.etag) == (2, NOW, "two", 'W/"1"')
    up = succeeded(down, NOW)
    assert (up.failures, up.failing_since, up.error) == (0, None, "")


@pytest.mark.case(28)
@pytest.mark.parametrize(
    ("asked", "least"), [(None, 2 * HOUR), (10.0, 2 * HOUR), (5 * HOUR, 5 * HOUR), (7 * 86400.0, 7 * 86400.0)]
)
def test_retry_after_is_obeyed_and_never_shortens(asked: float | None, least: float) -> None:
    assert least <= _wait(FetchError("busy", status=429, retry_after=asked)) <= least * 1.1


@pytest.mark.case(28)
def test_a_giant_retry_after_is_capped() -> None:
    assert _wait(FetchError("busy", status=503, retry_after=1e12)) <= 33 * 86400


def test_back_off_doubles_up_to_a_day() -> None:
    waits = [_wait(FetchError("down"), failures) for failures in range(8)]
    assert waits == sorted(waits)
    assert HOUR <= waits[0] <= 1.1 * HOUR
    assert waits[-1] <= 24 * HOUR * 1.1


@pytest.mark.case(31)
def test_a_feed_that_is_gone_is_asked_once_more_and_then_monthly() -> None:
    gone = FetchError("gone", status=410, gone=True)
    first = failed(STATE, gone, NOW, Pace(HOUR))
    assert first.next_at and timedelta(days=1) <= first.next_at - NOW <= timedelta(days=1.1)
    second = failed(first, gone, first.next_at, Pace(HOUR))
    assert second.next_at and second.next_at - first.next_at >= timedelta(days=30)
    assert second.fault is Fault.GONE and second.fault_since == NOW
    back = succeeded(second, NOW, Pace(HOUR))
    assert back.failures == 0


@pytest.mark.case(31)
def test_a_404_that_flaps_backs_off_each_time_anew() -> None:
    missing = FetchError("missing", status=404)
    state = STATE
    for _ in range(3):
        state = failed(state, missing, NOW, Pace(HOUR))
        assert state.next_at and state.next_at - NOW <= timedelta(hours=2.2)
        state = succeeded(state, NOW, Pace(HOUR))


@pytest.mark.case(32)
def test_a_clock_that_was_put_back_silences_nobody() -> None:
    state = succeeded(STATE, NOW + timedelta(days=365), Pace(HOUR))
    assert state.is_due(NOW)
    assert not succeeded(STATE, NOW + timedelta(minutes=4), Pace(HOUR)).is_due(NOW)


def _next(state: SourceState, pace: Pace = HOURLY, now: datetime = NOW) -> float:
    after = succeeded(state, now, pace)
    assert after.next_at is not None
    return (after.next_at - now).total_seconds()


def test_what_server_and_feed_ask_for_is_obeyed_unless_the_operator_says_otherwise() -> None:
    asked = replace(STATE, asked=3 * HOUR)
    assert 3 * HOUR <= _next(asked) <= 3.3 * HOUR
    assert _next(replace(STATE, asked=365 * 24 * HOUR)) <= 24 * 1.1 * HOUR
    assert _next(asked, Pace(600, by_operator=True)) <= 660
    assert _next(SourceState("wire")) >= 24 * HOUR, "without validators"
    assert _next(SourceState("wire"), Pace(HOUR, by_operator=True)) <= 1.1 * HOUR


def test_hours_and_days_that_a_feed_wants_skipped() -> None:
    state = replace(STATE, wishes=Wishes(skip_hours=frozenset(range(9, 18))))  # NOW is a Saturday, 08:00
    assert 10 * HOUR <= _next(state) < 11 * HOUR
    weekend = replace(STATE, wishes=Wishes(skip_days=frozenset({5, 6})))
    assert 40 * HOUR <= _next(weekend) < 41 * HOUR
    always = replace(STATE, wishes=Wishes(skip_hours=frozenset(range(24))))
    assert _next(always) <= 1.1 * HOUR
    assert _next(state, Pace(HOUR, by_operator=True)) <= 1.1 * HOUR


def test_an_impolite_operator_is_told() -> None:
    read = replace(STATE, last_read=NOW)
    ten = Pace(600, by_operator=True)
    assert impoliteness(read, ten) == "every = 10 min is impolite: politeness asks for a pause of 60 min"
    assert "its server asks for a pause of 3 h" in impoliteness(replace(read, asked=3 * HOUR), ten)
    assert "whole feed every time" in impoliteness(SourceState("x", last_read=NOW), ten)
    assert (
        impoliteness(read, Pace(HOUR, by_operator=True))
        == impoliteness(STATE, ten)
        == impoliteness(read, Pace(HOUR))
        == ""
    )


@pytest.mark.case(30)
def test_a_move_counts_after_three_reads_in_a_row() -> None:
    old, new = "https://example.org/old", "https://example.org/new"
    move = Move()
    for _ in range(2):
        move = seen_move(move, old, new)
        assert address(move, old) == old
    move = seen_move(move, old, new)
    assert address(move, old) == new
    assert address(move, "https://example.org/other") == "https://example.org/other"
    assert seen_move(move, old, "") == Move()
    assert seen_move(move, old, "https://example.org/third").seen == 1
    assert seen_move(Move(), old, "http://example.org/new") == Move(), "never away from TLS"


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (FetchError("x"), Fault.UNREACHABLE),
        (FetchError("x", status=503), Fault.REFUSED),
        (FetchError("x", status=410, gone=True), Fault.GONE),
        (FeedFormatError("x"), Fault.NOT_A_FEED),
        (FeedFormatError("x", fault=Fault.EMPTY), Fault.EMPTY),
        (SourceError("x"), Fault.UNREACHABLE),
    ],
)
def test_kinds_of_failure(error: SourceError, fault: Fault) -> None:
    assert failed(STATE, error, NOW).fault is fault


def test_spread_is_stable_and_spreads() -> None:
    values = [spread(f"feed {n}") for n in range(200)]
    assert values == [spread(f"feed {n}") for n in range(200)]
    assert min(values) < 0.1 and max(values) > 0.9
