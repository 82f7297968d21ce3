"""`monitor judge`: the word is kept, and a bad alert becomes a case and an `except` that keeps all other cases."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor.app import look
from monitor.cli import run_command
from monitor.model import Opinion
from monitor.settings import load_config

BAD = "Italy blocked accounts that misused ChatGPT, the company said."


@pytest.fixture
def house(folder: Path) -> Path:
    """A house that has told one alert that is right and one that is wrong."""
    for each in (folder / "inbox").iterdir():
        each.unlink()
    (folder / "inbox" / "good.txt").write_text("Rome acts\n\nItaly blocked DeepSeek on Monday.\n", encoding="utf-8")
    (folder / "inbox" / "bad.txt").write_text(f"Accounts closed\n\n{BAD}\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    return folder


def alerts(capsys: pytest.CaptureFixture[str], words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run_command(["sent", "why", words, "--format", "jsonl"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["alerts"]
    return found


def judged(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run_command(["judge", *words, "--format", "json"]) == 0
    line: dict[str, Any] = json.loads(capsys.readouterr().out)
    return line


def rules(house: Path) -> dict[str, Any]:
    [rule] = tomllib.loads((house / "rules" / "bans.toml").read_text(encoding="utf-8"))["rule"]
    return dict(rule)


def test_good_word_is_kept_and_counts(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [alert] = alerts(capsys, "Monday")
    line = judged(capsys, alert["alert"][:8], "good", "--why", "just so")
    assert (line["opinion"], line["rule"], line["no_match"]) == ("good", "ban", None)
    store = look(load_config(house / "config.toml").settings)
    try:
        [judgement] = store.judgements()
        assert (judgement.opinion, judgement.why) == (Opinion.GOOD, "just so")
        assert store.rule_records()["bans", "ban"].precision == 1.0
    finally:
        store.close()


def test_bad_one_becomes_a_case_and_an_except(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (house / "rules" / "bans.toml").read_text(encoding="utf-8")
    [good] = alerts(capsys, "Monday")
    judged(capsys, good["alert"], "good")
    [bad] = alerts(capsys, "misused")
    line = judged(capsys, bad["alert"], "bad", "--why", "accounts")
    assert line["no_match"] == f"'{BAD}'"
    assert "accounts" in line["except"]
    assert line["good_alerts_kept"] == 1
    assert line["written"] is False
    assert (house / "rules" / "bans.toml").read_text(encoding="utf-8") == before


def test_it_is_written_on_request_and_the_rule_has_learnt(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matches = rules(house).get("match", [])
    [bad] = alerts(capsys, "misused")
    line = judged(capsys, bad["alert"], "bad", "--write")
    assert line["written"] is True
    rule = rules(house)
    assert BAD in rule["no_match"]
    assert rule["except"] == line["except"]
    assert rule.get("match", []) == matches
    assert run_command(["test"]) == 0
    capsys.readouterr()
    line = judged(capsys, bad["alert"], "bad")
    assert line["nothing_because"], "the rule does not match it any more"


def test_two_words_and_the_last_one_counts(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [alert] = alerts(capsys, "Monday")
    judged(capsys, alert["alert"], "old")
    judged(capsys, alert["alert"], "duplicate")
    capsys.readouterr()
    assert run_command(["judge", alert["alert"], "good"]) == 0
    assert "is good" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "a", ""])
def test_an_alert_that_is_not_there(house: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run_command(["judge", name, "good"]) == 1
    assert "no alert" in capsys.readouterr().err


def test_nothing_to_write(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [alert] = alerts(capsys, "Monday")
    assert run_command(["judge", alert["alert"], "good", "--write"]) == 1
    assert "nothing is written" in capsys.readouterr().err
