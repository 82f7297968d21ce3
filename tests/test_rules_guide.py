"""docs/rules.md is executed: files are written, commands run, and what they print is what the page says.

A block whose first line names a file (```toml recalls.toml) is written. A `console` block is run line by line; where it
prints `...` anything may stand. docs/reference.md has tables of queries with texts that they find and do not find.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.cli import run_command
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.text.language import guess_language
from monitor.watchlist.cases import ARRIVAL
from monitor.watchlist.draft import FILE_KEYS, RULE_KEYS
from monitor.watchlist.fmt import format_text
from monitor.watchlist.load import load

DOCS = Path(__file__).resolve().parents[1] / "docs"
GUIDE = (DOCS / "rules.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, the file that it is, and what stands in it."""

    language: str
    file: str
    text: str


def blocks(page: str) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(page)]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block, and what it prints."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.strip("\n")


def agrees(expected: str, printed: str) -> bool:
    """Line ends without blanks; `...` on a line of its own stands for any lines, within a line for any characters."""
    pattern = re.escape("\n".join(line.rstrip() for line in expected.splitlines()))
    pattern = pattern.replace(re.escape("\n...\n"), r"\n(?:.*\n)*?").replace(re.escape("..."), r".*")
    told = "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern, told) is not None


def test_the_guide_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in os.environ:
        if name.upper().startswith("MONITOR_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for block in blocks(GUIDE):
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command, expected in commands(block):
                program, *words = shlex.split(command)
                assert program == "monitor"
                run_command(words)
                told = capsys.readouterr()
                printed = told.out + told.err
                assert agrees(expected, printed), f"$ {command}\n{printed}\n--- the page says ---\n{expected}"
                ran += 1
    assert ran >= 12


def test_every_block_of_the_guide_is_executed() -> None:
    assert not [block for block in blocks(GUIDE) if not block.file and block.language != "console"]


@pytest.mark.parametrize(
    "block", [each for each in blocks(GUIDE) if each.language == "toml"], ids=lambda block: block.file
)
def test_the_files_of_the_guide_are_tidy(block: Block) -> None:
    assert (format_text(block.text) == block.text) == (block.file != "sloppy.toml")


class Row(NamedTuple):
    """A row of a table of the reference."""

    query: str
    finds: tuple[str, ...]
    not_: tuple[str, ...]


def rows() -> Iterator[Row]:
    for line in REFERENCE.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and cells[0].startswith("`"):
            query, *texts = (cell.replace("\\|", "|") for cell in cells)
            yield Row(query.strip("`"), *(tuple(text.split(" · ")) if text else () for text in texts))


ROWS = list(rows())


def rule_of(query: str) -> Engine:
    lists = next(block.text for block in blocks(REFERENCE) if block.file == "lists.toml")
    quote = "'''" if "'" in query else "'"
    loaded = load({"table.toml": f"{lists}\n[[rule]]\nid = 'row'\nquery = {quote}{query}{quote}\n"})
    assert loaded.errors == ()
    return Engine(loaded.rules)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.query)
def test_the_tables_of_the_reference(row: Row) -> None:
    engine = rule_of(row.query)

    def found(text: str) -> bool:
        title, _, body = text.rpartition(" // ")
        article = Article("a", "s", title, ARRIVAL, body=body.replace(" / ", "\n"), lang=guess_language(text))
        return bool(engine.match(article))

    assert [text for text in row.finds if not found(text)] == []
    assert [text for text in row.not_ if found(text)] == []


def test_the_reference_is_complete_and_a_page() -> None:
    assert len(ROWS) >= 40
    named = set(re.findall(r"^\| `([a-z_]+)` \|", REFERENCE, re.MULTILINE))
    assert set(FILE_KEYS) | set(RULE_KEYS) <= named
    assert REFERENCE.count("\n") <= 180
