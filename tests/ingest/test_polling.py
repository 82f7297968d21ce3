from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import FetchError, SourceError
from monitor.ingest.polling import failed, is_due, spread, succeeded
from monitor.model import SourceState

from .conftest import NOW

HOUR = 3600.0
STATE = SourceState("wire", etag='W/"1"')


def _wait(error: SourceError, failures: int = 0, every: float = HOUR) -> float:
    state = failed(replace(STATE, failures=failures), error, NOW, every=every)
    assert state.next_at is not None
    return (state.next_at - NOW).total_seconds()


def test_a_new_source_is_due_and_a_read_one_is_not() -> None:
    assert is_due(STATE, NOW)
    read = succeeded(STATE, NOW, every=HOUR)
    assert not is_due(read, NOW + timedelta(seconds=HOUR - 1))
    assert is_due(read, NOW + timedelta(seconds=HOUR * 1.1))


def test_folders_are_always_due() -> None:
    assert is_due(succeeded(STATE, NOW), NOW)
    assert is_due(failed(STATE, SourceError("gone"), NOW), NOW)


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
def test_a_feed_that_is_gone_is_left_alone_for_a_week() -> None:
    assert _wait(FetchError("gone", status=410, gone=True)) >= 7 * 86400


def test_spread_is_stable_and_spreads() -> None:
    values = [spread(f"feed {n}") for n in range(200)]
    assert values == [spread(f"feed {n}") for n in range(200)]
    assert min(values) < 0.1 and max(values) > 0.9
