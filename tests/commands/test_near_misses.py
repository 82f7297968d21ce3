"""`monitor near-misses`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command

TEXTS = {
    "far.txt": "A meeting\n\nRome met. It blocked DeepSeek.\n",
    "no-verb.txt": "A visit\n\nMalta praised ChatGPT.\n",
    "nothing.txt": "A storm\n\nIt rained.\n",
}


@pytest.fixture
def archive(folder: Path) -> Path:
    for name, text in TEXTS.items():
        (folder / "inbox" / name).write_text(text, encoding="utf-8")
    return folder / "inbox"


def test_the_words_in_the_wrong_places_come_first(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["near-misses", "ban", "--on", "inbox"]) == 0
    assert capsys.readouterr().out == (
        "A meeting  (inbox/far.txt)\n"
        "    @place NEAR/S @ban NEAR/S @product  needs one sentence: closest one paragraph, body line 1\n"
        "A visit  (inbox/no-verb.txt)\n"
        "    @ban  not there\n"
        "\n"
        "     1  @place NEAR/S @ban NEAR/S @product  too far apart\n"
        "     1  @ban  not there\n"
        "2 articles of 6 failed bans/ban by one clause\n"
    )


def test_more_than_are_shown(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["near-misses", "ban", "--on", "inbox", "--limit", "1"]) == 0
    shown = capsys.readouterr().out
    assert "... and 1 more: --limit 2 shows them all" in shown
    assert "A visit" not in shown


def test_json_for_programs(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["near-misses", "bans/ban", "--on", "inbox", "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["article"], first["how"], first["closest"]) == ("inbox/far.txt", "too far apart", "one paragraph")
    assert (second["clause"], second["how"]) == ("@ban", "not there")


def test_the_archive_of_the_configuration(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["near-misses", "ban", "--since", "30d"]) == 0
    assert "articles of 6 failed bans/ban by one clause" in capsys.readouterr().out


def test_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["near-misses", "ban", "--on", "inbox/italy.txt"]) == 0
    assert capsys.readouterr().out == "0 articles of 1 failed bans/ban by one clause\n"


def test_it_must_be_said_on_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["near-misses", "ban"]) == 1
    assert "--on" in capsys.readouterr().err
