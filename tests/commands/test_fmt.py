"""`monitor fmt`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command

SLOPPY = 'title="Bans" # mine\r\n[terms]\r\nban=["ban","block"]\r\n[[rule]]\r\nid="ban"\r\nquery="@ban"\r\n'
TIDY = """\
title = "Bans"  # mine

[terms]
ban = ["ban", "block"]

[[rule]]
id    = "ban"
query = "@ban"
"""


@pytest.fixture
def rules(folder: Path) -> Path:
    (folder / "rules" / "bans.toml").write_bytes(SLOPPY.encode())
    (folder / "rules" / "terms").mkdir()
    (folder / "rules" / "terms" / "places.toml").write_text('place=["Rome"]\n', encoding="utf-8")
    return folder / "rules"


def test_files_of_a_folder_and_of_its_terms(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "bans.toml").chmod(0o640)
    assert run_command(["fmt", "rules"]) == 0
    assert (rules / "bans.toml").read_bytes() == TIDY.encode()
    assert (rules / "bans.toml").stat().st_mode & 0o777 == 0o640
    assert (rules / "terms" / "places.toml").read_text() == 'place = ["Rome"]\n'
    told = capsys.readouterr().out.splitlines()
    assert told == ["laid out rules/bans.toml", "laid out rules/terms/places.toml", "2 files, 2 laid out"]
    assert run_command(["fmt", "rules"]) == 0
    assert capsys.readouterr().out == "2 files, 0 laid out\n"
    assert sorted(path.name for path in rules.iterdir()) == ["bans.toml", "terms"]


def test_check_changes_nothing(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["fmt", "--check", "rules/bans.toml"]) == 1
    assert (rules / "bans.toml").read_bytes() == SLOPPY.encode()
    assert capsys.readouterr().out == "would lay out rules/bans.toml\n1 file, 1 to lay out\n"
    run_command(["fmt", "rules/bans.toml"])
    assert run_command(["fmt", "--check", "rules/bans.toml"]) == 0


def test_for_programs(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "broken.toml").write_text("title = Bans\n")
    assert run_command(["fmt", "--check", "--format", "json", "rules/bans.toml", "rules/broken.toml"]) == 1
    bans, broken = json.loads(capsys.readouterr().out)
    assert bans == {"file": "rules/bans.toml", "changes": True, "problems": []}
    assert (broken["changes"], broken["problems"][0]["code"]) == (False, "E003")
    assert (rules / "bans.toml").read_bytes() == SLOPPY.encode()
    assert run_command(["fmt", "--format", "json", "rules/bans.toml"]) == 0
    assert (rules / "bans.toml").read_bytes() == TIDY.encode()
    capsys.readouterr()
    assert run_command(["fmt", "--check", "--format", "json", "rules/bans.toml"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["changes"] is False


def test_a_byte_order_mark_goes(rules: Path) -> None:
    (rules / "bans.toml").write_bytes(b"\xef\xbb\xbf" + SLOPPY.encode())
    assert run_command(["fmt", "rules/bans.toml"]) == 0
    assert (rules / "bans.toml").read_bytes() == TIDY.encode()


def test_what_is_no_toml_is_left_and_told(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "bans.toml").write_text("title = Bans\n")
    assert run_command(["fmt", "rules"]) == 1
    assert (rules / "bans.toml").read_text() == "title = Bans\n"
    told = capsys.readouterr()
    assert "rules/bans.toml:1:9: E003" in told.err
    assert "laid out rules/terms/places.toml" in told.out


def test_without_paths_the_rules_of_the_configuration(rules: Path) -> None:
    assert run_command(["fmt"]) == 0
    assert (rules / "bans.toml").read_bytes() == TIDY.encode()


def test_a_link_stays_a_link(rules: Path) -> None:
    (rules / "other.toml").symlink_to("bans.toml")
    assert run_command(["fmt", "rules/other.toml"]) == 0
    assert (rules / "other.toml").is_symlink()
    assert (rules / "bans.toml").read_bytes() == TIDY.encode()


def test_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["fmt", "nowhere.toml"]) == 1
    assert "nowhere.toml: there is no such rule file or folder" in capsys.readouterr().err
