from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.dates import confirmed, parse_date, settle_date

from .conftest import NOW

JANUARY = datetime(2025, 1, 30, tzinfo=UTC)


@pytest.mark.case(21)
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-30", JANUARY),
        ("2025-01-30T09:15:00Z", JANUARY.replace(hour=9, minute=15)),
        ("2025-01-30t09:15:00.5+02:00", JANUARY.replace(hour=7, minute=15, microsecond=500_000)),
        ("2025-01-30 09:15:00 +0200", JANUARY.replace(hour=7, minute=15)),
        ("2025-01-30 09:15 UTC", JANUARY.replace(hour=9, minute=15)),
        ("20250130T091500Z", JANUARY.replace(hour=9, minute=15)),
        ("2025/1/30", JANUARY),
        ("2025.1.30 10:00", JANUARY.replace(hour=10)),
        ("Thu, 30 Jan 2025 09:15:00 GMT", JANUARY.replace(hour=9, minute=15)),
        ("Thu, 30 Jan 2025 09:15:00 EST", JANUARY.replace(hour=14, minute=15)),
        ("30 Jan 25 09:15 +0100", JANUARY.replace(hour=8, minute=15)),
        ("January 30, 2025", JANUARY),
        ("2025年1月30日", JANUARY),
        ("2025年1月30日 星期四 下午3:05", JANUARY.replace(hour=7, minute=5)),
        ("2025년 1월 30일", JANUARY),
        ("2025년 1월 30일 오후 6:15", JANUARY.replace(hour=9, minute=15)),
    ],
)
def test_readable_dates(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.case(21)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "30/01/2025",
        "01/02/2025",
        "2025-02-31",
        "31 Feb 2025",
        "9999-12-31T23:59:59-12:00",
        "2025",
        "NaN",
        "5",
    ],
)
def test_unreadable_or_ambiguous_dates(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.case(21)
def test_feedparsers_answer_counts_only_where_the_text_bears_it_out() -> None:
    november = time.struct_time((2025, 11, 1, 0, 0, 0, 5, 305, 0))
    greek = time.struct_time((2004, 7, 11, 23, 0, 0, 6, 193, 0))
    assert confirmed("2025年1月30日", november) is None
    assert confirmed("Κυρ, 11 Ιούλ 2004 23:00:00 EST", greek) == datetime(2004, 7, 11, 23, tzinfo=UTC)
    assert confirmed("whenever", None) is None


@pytest.mark.case(21)
@pytest.mark.parametrize(
    "absurd", [None, NOW + timedelta(days=3), datetime(1970, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)]
)
def test_absurd_dates_become_the_arrival_and_are_flagged(absurd: datetime | None) -> None:
    assert settle_date(absurd, NOW) == (NOW, True)


@pytest.mark.parametrize("sane", [NOW, NOW + timedelta(hours=3), datetime(1994, 3, 4, tzinfo=UTC)])
def test_sane_dates_stay(sane: datetime) -> None:
    assert settle_date(sane, NOW) == (sane, False)
