"""`make cases`: writes into docs/cases.md which tests cover which numbered fault case, read from their marks."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TABLE = TESTS.parent / "docs" / "cases.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)


def marks() -> dict[int, dict[str, int]]:
    """For each case the files that cover it, each with how many tests of it are marked."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path in sorted(TESTS.rglob("test_*.py")):
        for case in _cases(ast.parse(path.read_text(encoding="utf-8"))):
            found[case][str(path.relative_to(TESTS))] += 1
    return found


def _cases(tree: ast.Module) -> Iterator[int]:
    """The numbers in `mark.case(...)`; a mark of the whole module counts once."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "case":
            yield from (int(number.value) for number in node.args if isinstance(number, ast.Constant))


def covered_by(files: Mapping[str, int]) -> str:
    """`store/test_lock.py (3), e2e/test_crash_points.py`, the richest first."""
    ordered = sorted(files.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in ordered)


def written(text: str, found: Mapping[int, Mapping[str, int]]) -> str:
    """The table with its last column made anew; that of a case without tests is empty, and fails a test."""

    def row(match: re.Match[str]) -> str:
        number, words, _ = match.groups()
        return f"| {number} | {words} | {covered_by(found.get(int(number), {}))} |"

    return ROW.sub(row, text)


if __name__ == "__main__":
    TABLE.write_text(written(TABLE.read_text(encoding="utf-8"), marks()), encoding="utf-8")
