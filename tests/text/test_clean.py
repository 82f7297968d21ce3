"""Hostile characters never get past the door."""

from __future__ import annotations

import pytest

from monitor.text.clean import clean, one_line


@pytest.mark.case(8)
@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\x00b\x1b[2Jc", "ab[2Jc"),
        ("a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"),
        ("\ud800x", "\ufffdx"),
        ("exe\u202egpj", "exegpj"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_clean(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected
    clean(dirty).encode()


def test_one_line() -> None:
    assert one_line("  two\n lines\t\u00a0here ") == "two lines here"
