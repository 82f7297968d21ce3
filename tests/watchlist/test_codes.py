"""The registry of codes is whole, and the page made from it is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.watchlist.codes import CODES, document, explain

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [ROOT / "monitor" / room for room in ("watchlist", "query")]
USED = re.compile(r'"([EW][01239]\d\d)"')
NOT_FROM_A_FILE = {"E122", "E126", "E900", "E901"}
"""An empty list and an empty query are told as E202 and E007 in a file; E900 is what `check` says of a failed
case, E901 what a daemon says of a file that is gone."""


def used_codes() -> set[str]:
    files = [file for room in ROOMS for file in room.glob("*.py") if file.name != "codes.py"]
    files.append(ROOT / "monitor" / "commands" / "check.py")
    return {code for file in files for code in USED.findall(file.read_text("utf-8"))}


def test_every_code_in_use_is_registered_and_every_registered_code_is_in_use() -> None:
    assert used_codes() == {code.code for code in CODES}


def test_codes_are_unique_and_in_order_of_their_group() -> None:
    names = [code.code for code in CODES]
    assert len(set(names)) == len(names)
    assert all(code.title and code.explanation.endswith(".") for code in CODES)


def test_the_page_is_current(update_golden: bool) -> None:
    page = ROOT / "docs" / "problems.md"
    if update_golden:
        page.parent.mkdir(exist_ok=True)
        page.write_text(document(), "utf-8")
    assert page.read_text("utf-8") == document()


@pytest.mark.parametrize("code", [code.code for code in CODES if code.code not in NOT_FROM_A_FILE])
def test_every_code_has_a_golden_fixture(code: str) -> None:
    golden = ROOT / "tests" / "golden" / "problems"
    assert list(golden.glob(f"{code}-*.toml"))


def test_explain_finds_a_code_in_any_case() -> None:
    found = explain("e212")
    assert found is not None
    assert found.is_error
    assert explain("E999") is None
