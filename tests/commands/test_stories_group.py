"""`monitor stories group` prints each article once, and stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command

QUAKE = "An earthquake of magnitude 6.3 struck near the port of Toramo in northern Velandia on Monday."
ITEMS = [
    {"id": "one", "title": "Quake hits Toramo", "text": QUAKE},
    {"id": "two", "title": "Earthquake near Toramo", "text": f"{QUAKE} Four people died."},
    {"id": "three", "title": "Choir sings again", "text": "The choir of Hessund sang in the snow."},
]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in ITEMS), encoding="utf-8")
    return path


def test_a_line_per_article_with_its_own_id(stream: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(stream.parent.iterdir())
    assert run_command(["stories", "group", str(stream), "--format", "jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["article"] for line in lines] == ["one", "two", "three"]
    assert lines[0]["story"] == lines[1]["story"] != lines[2]["story"]
    assert [line["reason"] for line in lines] == [
        "first of its story",
        "similar words, names and numbers",
        "first of its story",
    ]
    assert sorted(stream.parent.iterdir()) == before


def test_a_table_for_people(stream: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["stories", "group", str(stream)]) == 0
    told = capsys.readouterr()
    assert "Earthquake near Toramo" in told.out
    assert "3 articles, 2 stories" in told.err


def test_a_path_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["stories", "group", str(tmp_path / "nothing.jsonl")]) == 1
    assert "nothing.jsonl" in capsys.readouterr().err
