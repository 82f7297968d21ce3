"""Every numbered fault case has a test, and the table in the docs tells the truth."""

from __future__ import annotations

import re

from tests.case_table import ROW, TABLE, TESTS, covered_by, marks, written

CASES = 88


def rows() -> dict[int, str]:
    found = {int(number): tests for number, _, tests in ROW.findall(TABLE.read_text(encoding="utf-8"))}
    assert sorted(found) == list(range(1, CASES + 1))
    return found


def test_every_case_is_covered() -> None:
    gaps = set(range(1, CASES + 1)) - set(marks())
    assert not gaps, "mark the test that covers it: @pytest.mark.case(n)"


def test_every_row_of_the_table_names_its_tests() -> None:
    assert not [number for number, tests in rows().items() if ".py" not in tests], "make cases"


def test_the_table_names_no_file_that_does_not_cover_the_case() -> None:
    """A file that covers a case and is not named yet is no lie; `make cases` names it."""
    found = marks()
    for number, tests in rows().items():
        for name in re.findall(r"[\w/]+\.py", tests):
            assert (TESTS / name).exists(), f"case {number}: make cases"
            assert name in found.get(number, {}), f"case {number}: {name} does not cover it: make cases"


def test_no_mark_has_a_number_beyond_the_cases() -> None:
    assert set(marks()) <= set(range(1, CASES + 1))


def test_the_table_is_made_from_the_marks() -> None:
    text = "| 1 | a case | old.py |\n| 2 | another | gone.py |\n"
    assert written(text, {1: {"b.py": 1, "a.py": 2}}) == "| 1 | a case | a.py (2), b.py |\n| 2 | another |  |\n"
    assert covered_by({}) == ""
