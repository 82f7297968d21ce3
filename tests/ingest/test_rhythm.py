"""What is learned of a source's rhythm, and what its silence then means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.ingest.rhythm import heard
from monitor.model import Fault, Rhythm, SourceState, VitalSign, vital

from .conftest import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _hourly(days: int) -> Rhythm:
    return heard(Rhythm(), [NOW - HOUR * hour for hour in range(24 * days)], NOW)


def _state(rhythm: Rhythm) -> SourceState:
    return SourceState("wire", last_read=NOW, rhythm=rhythm)


def test_the_longest_pause_of_each_day_is_kept_for_four_weeks() -> None:
    rhythm = _hourly(60)
    assert rhythm.last == NOW
    assert len(rhythm.silences) in (28, 29) and {seconds for _, seconds in rhythm.silences} == {3600.0}
    later = heard(rhythm, [NOW + 9 * HOUR], NOW + 9 * HOUR)
    assert later.silences[-1] == ("2025-02-01", 9 * 3600.0)


def test_old_and_future_times_teach_nothing() -> None:
    rhythm = _hourly(10)
    assert heard(rhythm, [NOW - 3 * DAY, NOW - HOUR / 2], NOW) == rhythm
    assert heard(rhythm, [NOW + 30 * DAY], NOW).last == NOW


def test_a_monthly_source_keeps_its_months() -> None:
    rhythm = heard(Rhythm(), [NOW - 30 * DAY * month for month in range(10)], NOW)
    assert len(rhythm.silences) == 8
    assert vital(_state(rhythm), NOW + 40 * DAY).sign is VitalSign.OK
    assert vital(_state(rhythm), NOW + 50 * DAY).sign is VitalSign.LATE
    assert vital(_state(rhythm), NOW + 130 * DAY).sign is VitalSign.QUIET


@pytest.mark.parametrize(
    ("silent", "sign"), [(5 * HOUR, VitalSign.OK), (7 * HOUR, VitalSign.QUIET), (30 * DAY, VitalSign.QUIET)]
)
def test_an_hourly_source(silent: timedelta, sign: VitalSign) -> None:
    found = vital(_state(_hourly(20)), NOW + silent)
    assert found.sign is sign and found.since == NOW


def test_a_source_with_nights_and_weekends_is_not_late_on_sunday() -> None:
    times = [NOW - DAY * day + HOUR * hour for day in range(28) for hour in range(-8, 1)]
    working = heard(Rhythm(), [time for time in times if time.weekday() < 5], NOW)
    friday = working.last
    assert friday is not None
    assert vital(_state(working), friday + 64 * HOUR).sign is VitalSign.OK
    assert vital(_state(working), friday + 5 * DAY).sign is VitalSign.LATE


def test_a_young_source_may_have_weekends_that_nobody_saw() -> None:
    assert vital(_state(_hourly(3)), NOW + 3 * DAY).sign is VitalSign.OK
    assert vital(_state(_hourly(3)), NOW + 5 * DAY).sign is VitalSign.LATE
    once = heard(Rhythm(), [NOW], NOW)
    assert vital(_state(once), NOW + 7 * DAY).sign is VitalSign.OK
    assert vital(_state(once), NOW + 29 * DAY).sign is VitalSign.QUIET


def test_failures_say_more_than_silences() -> None:
    state = replace(_state(_hourly(20)), failing_since=NOW, error="404", fault=Fault.REFUSED)
    for fault, sign in (
        (Fault.REFUSED, VitalSign.FAILING),
        (Fault.UNREACHABLE, VitalSign.FAILING),
        (Fault.GONE, VitalSign.GONE),
        (Fault.EMPTY, VitalSign.EMPTY),
        (Fault.NOT_A_FEED, VitalSign.NOT_A_FEED),
    ):
        found = vital(replace(state, fault=fault), NOW + 30 * DAY)
        assert (found.sign, found.since, found.note) == (sign, NOW, "404")
        assert found.sign.is_alarming
    assert vital(SourceState("wire"), NOW).sign is VitalSign.NOT_READ
    empty = SourceState("wire", last_read=NOW, fault=Fault.EMPTY, fault_since=NOW)
    assert vital(empty, NOW).sign is VitalSign.EMPTY
