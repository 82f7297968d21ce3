"""docs/coming-from.md: what the page says about other query languages is what the parser says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.query.syntax import parse

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coming-from.md"
WORKS = "*works*"


class Row(NamedTuple):
    """One row of a table."""

    section: str
    foreign: str
    ours: str
    said: str


def rows() -> Iterator[Row]:
    section = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and cells[0].startswith("`"):
            yield Row(section, *cells)


ROWS = list(rows())


def test_the_tables_are_read() -> None:
    assert {row.section.split()[0] for row in ROWS} == {"Factiva", "ProQuest", "Lexis", "Google", "Lucene"}
    assert len(ROWS) >= 65


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.section.split()[0]}: {row.foreign}")
def test_what_check_says(row: Row) -> None:
    node, faults = parse(row.foreign.strip("`"))
    if row.said == WORKS:
        assert node is not None
        return
    assert node is None
    assert any(row.said in f"{fault.message}; {fault.hint}" for fault in faults), faults


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.section.split()[0]}: {row.foreign}")
def test_what_to_write_instead_is_a_query(row: Row) -> None:
    if row.ours.startswith("nothing: "):
        return
    node, faults = parse(row.ours.strip("`"))
    assert node is not None, faults
