"""`monitor rules`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command


@pytest.fixture
def rules(folder: Path) -> Path:
    path = folder / "rules" / "bans.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text('owner = "ana@example.org"\nreview = 2020-01-31\n' + text, encoding="utf-8")
    return path


def test_what_was_told_stands_beside_what_was_never_seen(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["rules", "--format", "json"]) == 0
    page = json.loads(capsys.readouterr().out)
    [rule] = [each for each in page["rules"] if each["per_week"]]
    assert (rule["watchlist"], rule["owner"], rule["review"]) == ("bans", "ana@example.org", "2020-01-31")
    assert rule["last"] is not None and "review is due" in rule["attention"]
    assert page["unseen"]["bans/place"] == ["Valletta"]


def test_as_a_table_and_as_markdown(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["rules"]) == 0
    table = capsys.readouterr().out
    assert "review is due" in table and "never seen in bans/place: Valletta" in table
    assert run_command(["rules", "--format", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "# Rules, the last 28d"
    assert any(line.startswith("| bans/") and line.count("|") == 10 for line in lines)


def test_what_an_exclusion_struck_out(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("query = ", "except = 'DeepSeek'\nquery = ", 1), encoding="utf-8")
    assert run_command(["rules", "rules", "--on", "inbox", "--format", "json"]) == 0
    struck = [each["struck"] for each in json.loads(capsys.readouterr().out)["rules"]]
    assert sum(each["articles"] for each in struck) >= 1
    assert all(len(each["titles"]) == min(each["articles"], 3) for each in struck)


def test_without_a_store_and_without_articles_the_files_are_told(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["rules", "--format", "json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert page["unseen"] is None and all(each["struck"] is None for each in page["rules"])


def test_a_span_that_is_none(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["rules", "--since", "soon"]) == 1
    assert "--since soon" in capsys.readouterr().err


def test_columns_that_tell_nothing_leave_room_for_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["rules"]) == 0
    table = capsys.readouterr().out
    assert "cases" in table
    assert "silent" not in table and "never" not in table, "there is no database that would know"
    assert "right" not in table.splitlines()[1], "nobody has judged anything"
    assert "owner" not in table.splitlines()[1]
