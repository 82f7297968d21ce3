"""Cron lines, zones and the periods that come of them: case 81 (clock changes) and case 82 (missed ones)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.digest.due import LATE, Due, DueReason, due, explain_schedule, next_occurrences, once, schedule_fault
from monitor.model import Period, Subscription

PRAGUE = ZoneInfo("Europe/Prague")
ZONES = (
    "UTC",
    "Europe/Prague",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # puts the clock back by half an hour
    "Antarctica/Troll",  # by two hours
    "Africa/Casablanca",  # leaves summer time for a month in the middle of it
    "America/Havana",  # skips midnight
    "Pacific/Chatham",
)
SCHEDULES = (
    "0 8 * * *",
    "30 2 * * *",
    "0 0 * * *",
    "0 8 * * mon-fri",
    "15,45 1-3 * * *",
    "*/20 * * * *",
    "0 */6 * * *",
    "*/15 2 * * *",
    "0 3 1 * *",
    "0 8 * * 1#2",
    "@hourly",
    "@daily",
    "@weekly",
)

moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
near_changes = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
        datetime(2026, 3, 8, 5, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2027, 3, 14, 2, tzinfo=UTC),
    ]
).flatmap(lambda at: st.integers(-600, 600).map(lambda minutes: at + timedelta(minutes=minutes)))


def subscription(schedule: str = "0 8 * * *", zone: str = "Europe/Prague") -> Subscription:
    return Subscription("morning", ("ana@example.org",), "mail", schedule=schedule, zone=zone)


def prague(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=PRAGUE, fold=fold).astimezone(UTC)  # type: ignore[arg-type]


def fired(schedule: str, zone: str, since: datetime, until: datetime, step: timedelta) -> list[Due]:
    """What a daemon does that asks again and again, remembering the end of each period."""
    answers, now = [], since
    while now <= until:
        answer = due(subscription(schedule, zone), since, now)
        if answer.period is not None:
            answers.append(answer)
            since = answer.period.end
        now += step
    return answers


def test_a_fresh_install_waits_and_never_fires_for_the_past() -> None:
    assert due(subscription(), None, prague(2026, 5, 4, 9)) == Due(DueReason.FIRST)
    installed = prague(2026, 5, 4, 9)
    assert due(subscription(), installed, prague(2026, 5, 5, 7, 59)) == Due(DueReason.NOT_YET)
    first = due(subscription(), installed, prague(2026, 5, 5, 8))
    assert first == Due(DueReason.ON_TIME, Period(installed, prague(2026, 5, 5, 8)))


def test_the_occurrence_itself_is_due_and_is_due_once() -> None:
    yesterday, today = prague(2026, 5, 4, 8), prague(2026, 5, 5, 8)
    assert due(subscription(), yesterday, today - timedelta(microseconds=1)).period is None
    assert due(subscription(), yesterday, today).period == Period(yesterday, today)
    assert due(subscription(), today, today + timedelta(hours=5)) == Due(DueReason.NOT_YET)


@pytest.mark.case(82)
def test_missed_occurrences_become_one_period() -> None:
    awake = prague(2026, 5, 8, 11, 17)
    answer = due(subscription(), prague(2026, 5, 4, 8), awake)
    assert answer == Due(DueReason.MISSED, Period(prague(2026, 5, 4, 8), awake))
    assert due(subscription(), awake, awake + timedelta(hours=20)).period is None


@pytest.mark.case(82)
def test_a_digest_that_was_missed_holds_all_that_was_read_at_waking() -> None:
    since, scheduled = prague(2026, 5, 4, 8), prague(2026, 5, 5, 8)
    assert due(subscription(), since, scheduled + LATE) == Due(DueReason.ON_TIME, Period(since, scheduled))
    awake = scheduled + LATE + timedelta(seconds=1)
    assert due(subscription(), since, awake) == Due(DueReason.LATE, Period(since, awake))
    assert due(subscription(), awake, prague(2026, 5, 6, 8)).period == Period(awake, prague(2026, 5, 6, 8))


def test_a_period_in_which_nothing_waited_is_not_decided_again() -> None:
    since, scheduled = prague(2026, 5, 4, 8), prague(2026, 5, 5, 8)
    assert due(subscription(), since, scheduled + timedelta(hours=2), scheduled) == Due(DueReason.NOT_YET)
    assert due(subscription(), since, scheduled - timedelta(hours=2), scheduled) == Due(DueReason.CLOCK_BACK)
    tomorrow = prague(2026, 5, 6, 8)
    assert due(subscription(), since, tomorrow, scheduled) == Due(DueReason.ON_TIME, Period(since, tomorrow))


def test_a_weekday_schedule_covers_the_weekend_on_monday() -> None:
    answer = due(subscription("0 8 * * mon-fri"), prague(2026, 5, 8, 8), prague(2026, 5, 11, 8, 0))
    assert answer == Due(DueReason.ON_TIME, Period(prague(2026, 5, 8, 8), prague(2026, 5, 11, 8)))


@pytest.mark.case(81)
def test_a_skipped_wall_time_happens_at_the_end_of_the_gap() -> None:
    spring = next_occurrences("30 2 * * *", "Europe/Prague", prague(2026, 3, 28, 12), 2)
    assert spring == [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]


@pytest.mark.case(81)
def test_a_repeated_wall_time_counts_once() -> None:
    autumn = next_occurrences("30 2 * * *", "Europe/Prague", prague(2026, 10, 24, 12), 2)
    assert autumn == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]
    second_pass = datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
    assert due(subscription("30 2 * * *"), autumn[0], second_pass) == Due(DueReason.NOT_YET)


@pytest.mark.case(81)
def test_every_so_often_runs_through_the_repeated_hour() -> None:
    found = next_occurrences("*/30 * * * *", "Europe/Prague", datetime(2026, 10, 25, 0, tzinfo=UTC), 4)
    assert [at.strftime("%H:%M") for at in found] == ["00:30", "01:00", "01:30", "02:00"]


@pytest.mark.case(81)
@pytest.mark.parametrize("schedule", ["0 8 * * *", "30 2 * * *", "0 2 * * *", "0 3 * * *", "59 1 * * *", "@daily"])
def test_one_digest_a_day_through_a_whole_year(schedule: str) -> None:
    answers = fired(schedule, "Europe/Prague", prague(2026, 1, 1, 12), prague(2027, 1, 1, 12), timedelta(hours=3))
    assert len(answers) == 365
    assert {answer.reason for answer in answers} <= {DueReason.ON_TIME, DueReason.LATE}


def test_another_zone_or_schedule_never_leads_back_in_time() -> None:
    sent = prague(2026, 5, 4, 8)
    now = sent + timedelta(minutes=5)
    assert due(subscription("0 8 * * *", "America/New_York"), sent, now).period is None
    assert due(subscription("0 7 * * *"), sent, now).period is None
    later = due(subscription("0 8 * * *", "America/New_York"), sent, datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert later.period == Period(sent, datetime(2026, 5, 4, 12, tzinfo=UTC))


def test_a_clock_that_went_back_is_told_and_makes_no_period() -> None:
    end = prague(2026, 5, 5, 8)
    assert due(subscription(), end, prague(2026, 5, 3, 9)) == Due(DueReason.CLOCK_BACK)
    forced = once(end, prague(2026, 5, 3, 9))
    assert forced.start == end < forced.end


def test_once_takes_all_since_the_last_digest() -> None:
    end, now = prague(2026, 5, 4, 8), prague(2026, 5, 4, 9, 30)
    assert once(end, now) == Period(end, now)
    assert once(now, now) == Period(now, now + timedelta(seconds=1))
    assert once(None, now) == Period(now - timedelta(days=1), now)


@pytest.mark.parametrize(
    ("schedule", "zone", "told"),
    [
        ("0 8 * *", "UTC", "has 4 fields"),
        ("0 0 8 * * *", "UTC", "has 6 fields"),
        ("", "UTC", "has 0 fields"),
        ("@reboot", "UTC", "unknown schedule '@reboot'"),
        ("61 8 * * *", "UTC", "bad minute"),
        ("0 8 * * mon-", "UTC", "bad day-of-week"),
        ("0 8 30 2 *", "UTC", "bad day-of-month"),
        ("0 8 29 2 1#5", "UTC", ""),
        ("0 8 * * *", "Europe/Praha", "unknown time zone 'Europe/Praha'"),
        ("0 8 * * *", "../../etc/passwd", "unknown time zone"),
        ("0 8 * * *", "Europe", "unknown time zone"),
        ("0 8 * * *", "a\0b", "unknown time zone"),
        ("0 8 * * *", "", "unknown time zone"),
    ],
)
def test_faults_are_named(schedule: str, zone: str, told: str) -> None:
    fault = schedule_fault(schedule, zone)
    assert told in fault
    assert bool(told) == bool(fault)
    if fault:
        with pytest.raises(ValueError, match=r"schedule|zone"):
            due(subscription(schedule, zone), None, prague(2026, 5, 4, 9))


def test_the_five_names_and_plain_english() -> None:
    assert [schedule_fault(name, "UTC") for name in ("@hourly", "@daily", "@weekly", "@monthly", "@YEARLY")] == [""] * 5
    assert explain_schedule("0 8 * * mon-fri") == "At 08:00 on Monday through Friday"
    assert explain_schedule("@daily") == explain_schedule("0 0 * * *")


@given(
    st.lists(st.text("0123456789*/,-#LWMON", max_size=6), min_size=4, max_size=6).map(" ".join), st.text(max_size=12)
)
def test_any_text_is_a_schedule_or_has_a_fault(schedule: str, zone: str) -> None:
    assert isinstance(schedule_fault(schedule, zone), str)
    if not schedule_fault(schedule, "Europe/Prague"):
        assert len(next_occurrences(schedule, "Europe/Prague", datetime(2026, 1, 1, tzinfo=UTC), 1)) == 1


def occurs(schedule: str, zone: str, minute: datetime) -> bool:
    """The oracle: read one minute's wall clock, and the wall times that a gap before it swallowed."""
    wall = minute.astimezone(ZoneInfo(zone))
    earlier = (minute - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    shown = wall.replace(tzinfo=None)
    recurs = "*" in (schedule.split()[0][0], schedule.split()[1][0])
    candidates = [shown] if wall.fold == 0 or recurs else []
    swallowed = int((shown - earlier) / timedelta(minutes=1)) - 1
    candidates += [shown - timedelta(minutes=back + 1) for back in range(max(0, swallowed))]
    return any(next(CronSim(schedule, at - timedelta(seconds=1))) == at for at in candidates)


@settings(max_examples=60, deadline=None)
@given(near_changes, st.sampled_from(ZONES), st.sampled_from([line for line in SCHEDULES if line[0] != "@"]))
def test_occurrences_are_those_that_the_wall_shows(start: datetime, zone: str, schedule: str) -> None:
    minutes = [start + timedelta(minutes=number) for number in range(1, 301)]
    expected = [minute for minute in minutes if occurs(schedule, zone, minute)]
    found = next_occurrences(schedule, zone, start, len(expected) + 1)
    assert found[: len(expected)] == expected
    assert found[len(expected)] > minutes[-1]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(moments, near_changes), st.sampled_from(ZONES), st.sampled_from(SCHEDULES), st.integers(1, 50))
@example(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), "Europe/Prague", "30 2 * * *", 1)
def test_asked_often_enough_every_occurrence_is_one_touching_period(
    since: datetime, zone: str, schedule: str, seconds: int
) -> None:
    occurrences = next_occurrences(schedule, zone, since, 5)
    assert occurrences == sorted(set(occurrences))
    start, periods = since, []
    for occurrence in occurrences:
        just_before = due(subscription(schedule, zone), start, occurrence - timedelta(microseconds=1))
        assert just_before.period is None
        answer = due(subscription(schedule, zone), start, occurrence + timedelta(seconds=seconds % 50))
        assert answer.reason is DueReason.ON_TIME
        assert answer.period is not None
        periods.append(answer.period)
        start = answer.period.end
    assert [period.end for period in periods] == occurrences
    assert [period.start for period in periods] == [since, *occurrences[:-1]]


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(moments, near_changes),
    st.lists(
        st.tuples(st.integers(-5_000, 20_000), st.sampled_from(ZONES), st.sampled_from(SCHEDULES)),
        min_size=1,
        max_size=12,
    ),
)
def test_however_clock_zone_and_schedule_move_periods_touch_and_only_go_forward(
    start: datetime, moves: list[tuple[int, str, str]]
) -> None:
    end, now = start, start
    for minutes, zone, schedule in moves:
        now += timedelta(minutes=minutes)
        period = due(subscription(schedule, zone), end, now).period
        if period is not None:
            assert period.start == end < period.end <= now
            end = period.end
