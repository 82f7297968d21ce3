"""`monitor terms`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command


def test_a_list_of_names_with_its_spellings(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["terms", "@place"]) == 0
    assert capsys.readouterr().out == "Italy: Italy, Rome\nMalta: Malta, Valletta\n\n2 names, 4 spellings\n"


def test_a_list_without_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["terms", "ban"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "ban, block"


def test_what_each_matched_and_what_was_never_seen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["terms", "place", "--on", "inbox"]) == 0
    shown = capsys.readouterr().out
    assert "Malta 1" in shown
    assert "never seen:\n  Malta: Valletta\n4 spellings of @place in 3 articles, 1 never seen\n" in shown


def test_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["terms", "ban", "--on", "inbox", "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == {"name": "ban", "spelling": "ban", "articles": 1, "mentions": 1, "forms": {"banned": 1}}
    assert second["forms"] == {"blocked": 1}
    assert run_command(["terms", "ban", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {"name": "ban", "spelling": "ban"}


def test_shared_lists_and_those_of_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terms = folder / "rules" / "terms"
    terms.mkdir()
    (terms / "common.toml").write_text('ban = ["outlaw"]\nlab = ["OpenAI"]\n', encoding="utf-8")
    assert run_command(["terms", "lab"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "OpenAI"
    assert run_command(["terms", "ban"]) == 1
    assert "say terms/ban or bans/ban" in capsys.readouterr().err
    assert run_command(["terms", "bans/ban"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "ban, block"


def test_a_list_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["terms", "plaec"]) == 1
    assert "did you mean place?" in capsys.readouterr().err
