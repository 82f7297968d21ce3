"""`monitor suggest`."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli import run_command


def test_a_draft_is_written_once_and_is_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["suggest", "inbox", "--into", "rules/drafted.toml"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("rules/drafted.toml: ") and "`monitor check rules/drafted.toml`" in told
    assert run_command(["check", "rules/drafted.toml"]) == 0
    assert run_command(["test", "rules/drafted.toml"]) == 0
    before = Path("rules/drafted.toml").read_bytes()
    assert run_command(["suggest", "inbox", "--into", "rules/drafted.toml"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert Path("rules/drafted.toml").read_bytes() == before


def test_without_a_file_it_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["suggest", "inbox", "--topic", "blocked"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# Drafted by `monitor suggest` from 3 articles") and "[[rule]]" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere"),
        (["inbox", "--topic", "zeppelin"], "no sentence holds any of the words: zeppelin"),
        (["inbox", "--into", "rules/My Draft.toml"], "small letters, digits and hyphens"),
        (["inbox", "--into", "nowhere/draft.toml"], "nowhere/draft.toml cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run_command(["suggest", *arguments]) == 1
    assert says in capsys.readouterr().err


def test_articles_that_a_topic_leaves_out_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("inbox/zh.txt").write_text("挪威渡轮公司订购了四艘电动渡轮，马耳他暂停了旧船。", encoding="utf-8")
    assert run_command(["suggest", "inbox", "--topic", "blocked"]) == 0
    told = capsys.readouterr().err
    assert "hold no word of the topic (blocked)" in told
    assert "1 of them are in Chinese: add Chinese words to --topic" in told
