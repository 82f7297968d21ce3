from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.calendar import latest_date, looks_back

TODAY = date(2026, 3, 21)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In January 2026 Italy banned it", date(2026, 1, 31)),
        ("In January Italy banned it", date(2026, 1, 31)),
        ("in December, that is", date(2025, 12, 31)),
        ("in this very March", date(2026, 3, 31)),
        ("it takes effect in June", date(2026, 6, 30)),
        ("it must be gone by December", date(2026, 12, 31)),
        ("on 30 January", date(2026, 1, 30)),
        ("on January 30th, 2025", date(2025, 1, 30)),
        ("on the 3rd of May 2024", date(2024, 5, 3)),
        ("2025-02-28", date(2025, 2, 28)),
        ("2025年1月30日起", date(2025, 1, 30)),
        ("banned in January 2025, lifted in 2025", date(2025, 12, 31)),
        ("last year", date(2025, 12, 31)),
        ("last month", date(2026, 2, 28)),
        ("去年", date(2025, 12, 31)),
        ("it may march on", None),
        ("31 February 2025", date(2025, 2, 28)),
        ("13月", None),
        ("no date at all", None),
    ],
)
def test_latest_date_that_a_sentence_names(sentence: str, expected: date | None) -> None:
    assert latest_date(sentence, TODAY) == expected


def test_last_month_of_january_is_december() -> None:
    assert latest_date("last month", date(2026, 1, 5)) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Italy had banned it", True),
        ("it was banned earlier", True),
        ("此前已封禁", True),
        ("Italy bans it", False),
        ("hadron colliders", False),
    ],
)
def test_words_that_look_back(sentence: str, expected: bool) -> None:
    assert looks_back(sentence) is expected


@pytest.mark.case(21)
@given(st.text(alphabet=st.sampled_from("0123456789-/. 年月日JanuryMayofstnd"), max_size=40), st.dates())
def test_any_text_is_read_without_error(text: str, today: date) -> None:
    latest_date(text, today)
