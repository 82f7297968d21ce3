"""`monitor match`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run_command


def matches(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run_command(["match", *arguments, "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_for_each_match_and_fact(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = matches(capsys, "inbox")
    assert list(first) == ["article", "watchlist", "rule", "title", "fact", "evidence"]
    assert (first["article"], first["watchlist"], first["rule"]) == ("inbox/italy.txt", "bans", "ban")
    assert first["title"] == "Italy: DeepSeek banned"
    assert first["fact"] == {"place": "Italy", "product": "DeepSeek"}
    assert second["fact"] == {"place": "Malta", "product": "ChatGPT"}


def test_what_a_rule_shows_stands_beside_its_fact(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "shown.toml"
    rules.write_text(
        """
        [terms.place]
        Italy = ["Italy", "Rome"]

        [[rule]]
        id = "ban"
        query = 'title: ban AND MAYBE @place'
        fact = ["place"]
        show = ["place_written"]
        default = { place = "" }
        """
    )
    article = {"id": "a-1", "title": "A ban", "text": "Rome acts."}
    (folder / "a.json").write_text(json.dumps(article))
    [found] = matches(capsys, str(folder / "a.json"), "--rules", str(rules))
    assert found["fact"] == {"place": "Italy", "place_written": "Rome"}
    assert [evidence["text"] for evidence in found["evidence"]] == ["ban", "Rome"]


def test_evidence_is_in_the_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Officials met on Monday.  In the end, Rome \u200bblocked DeepSeek\u00a0there."
    article = {"id": "a-1", "title": "News", "text": text}
    (folder / "one.json").write_text(json.dumps(article), encoding="utf-8")
    (found,) = matches(capsys, "one.json")
    (evidence,) = found["evidence"]
    assert found["article"] == "a-1"
    assert evidence["field"] == "body"
    assert evidence["text"].startswith("Rome")
    assert evidence["text"].endswith("DeepSeek")
    assert len(evidence["spans"]) == 3


def test_every_article_of_a_jsonl_file_by_its_own_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.dumps({"id": f"n-{n}", "title": f"Valletta bans ChatGPT, part {n}"}) for n in range(3)]
    (folder / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert [found["article"] for found in matches(capsys, "many.jsonl")] == ["n-0", "n-1", "n-2"]


def test_nothing_is_stored(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(folder.rglob("*"))
    matches(capsys, "inbox")
    assert sorted(folder.rglob("*")) == before


def test_a_table_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inbox" / "odd.txt").write_text("Rome blocked DeepSeek [red]\n\nRome blocked DeepSeek.", encoding="utf-8")
    assert run_command(["match", "inbox"]) == 0
    shown = capsys.readouterr().out
    assert "Italy: DeepSeek banned" in shown
    assert "bans / ban" in shown
    assert "[red]" in shown


def test_without_a_match(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["match", "inbox/bank.txt"]) == 0
    assert capsys.readouterr() == ("", "no rule matches\n")


def test_rules_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = folder / "other.toml"
    other.write_text('[[rule]]\nid = "money"\nquery = "profit"\n', encoding="utf-8")
    (found,) = matches(capsys, "inbox", "--rules", "other.toml")
    assert (found["watchlist"], found["rule"], found["fact"]) == ("other", "money", {})


def test_what_is_not_read_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inbox" / "picture.png").write_bytes(b"\x89PNG")
    assert run_command(["match", "inbox", "--format", "jsonl"]) == 0
    told = capsys.readouterr()
    assert "not read: inbox/picture.png: " in told.err
    assert len(told.out.splitlines()) == 2


def test_a_broken_rule_is_told_and_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "rules" / "bans.toml").open("a") as file:
        file.write('\n[[rule]]\nid = "bad"\nquery = "@nothing"\n')
    assert run_command(["match", "inbox", "--format", "jsonl"]) == 0
    told = capsys.readouterr()
    assert "left out" in told.err
    assert "@nothing" in told.err
    assert len(told.out.splitlines()) == 2


def test_a_path_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["match", "nowhere.txt"]) == 1
    assert "nowhere.txt" in capsys.readouterr().err
