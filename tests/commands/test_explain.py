"""`monitor explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command

FAR = "Rome met on Monday. Then it blocked the DeepSeek app."


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run_command(["explain", *arguments]) == 0
    return capsys.readouterr().out


def test_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "ban", FAR)
    assert shown.splitlines()[1:3] == [
        "does not match",
        "  @place NEAR/S @ban NEAR/S @product  needs one sentence: closest one paragraph, body line 1",
    ]
    assert "    + @product  body line 1 `DeepSeek`  product=DeepSeek" in shown.splitlines()


def test_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "bans/ban", "inbox/italy.txt")
    assert shown.startswith("bans/ban  Rome acts on chatbots\nmatches\n")
    assert "  place=Italy, product=DeepSeek  Italy: DeepSeek banned" in shown


def test_all_articles_of_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "ban", "inbox")
    assert shown.count("bans/ban  ") == 3
    assert shown.count("\ndoes not match\n") == 1


def test_an_article_of_the_archive_by_its_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = {"id": "a-1", "title": "Malta bans ChatGPT", "text": "It is so.", "url": "https://example.org/a?b=1"}
    (folder / "inbox" / "one.json").write_text(json.dumps(article), encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert told(capsys, "ban", "https://example.org/a?b=1").startswith("bans/ban  Malta bans ChatGPT\nmatches\n")
    assert run_command(["explain", "ban", "https://example.org/other"]) == 1
    assert "https://example.org/other" in capsys.readouterr().err


def test_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = json.loads(told(capsys, "ban", FAR, "--format", "json"))
    assert (found["watchlist"], found["rule"], found["matches"], found["candidate"]) == ("bans", "ban", False, True)
    assert found["lacks"] == [
        {
            "clause": "@place NEAR/S @ban NEAR/S @product",
            "how": "too far apart",
            "needs": "one sentence",
            "closest": "one paragraph",
            "place": {"field": "body", "line": 1},
        }
    ]
    (query,) = found["stages"]
    assert [clause["clause"] for clause in query["clauses"]] == ["@place", "@ban", "@product"]
    assert query["clauses"][0]["evidence"] == [{"field": "body", "line": 1, "spans": [[0, 4]], "text": "Rome"}]


def test_colours_where_there_is_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = told(capsys, "ban", FAR)
    assert "\x1b[1;31mdoes not match\x1b[0m" in shown


@pytest.mark.case(87)
@pytest.mark.parametrize("forced", ["", "1"])
def test_what_could_act_on_a_terminal_is_written_out(
    forced: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if forced:
        monkeypatch.setenv("FORCE_COLOR", forced)
    shown = told(capsys, "ban", "\x1b]0;x\x07Rome blocked \u202eDeepSeek [red]now[/red].")
    assert "\x1b]0;" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bam", "A text."), "did you mean ban?"),
        (("ban", "inbox/nothing.txt"), "inbox/nothing.txt"),
        (("bad", "A text."), "the rule bans/bad is broken"),
    ],
)
def test_what_cannot_be_explained(
    arguments: tuple[str, str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "rules" / "bans.toml").open("a") as file:
        file.write('\n[[rule]]\nid = "bad"\nquery = "@nothing"\n')
    assert run_command(["explain", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_two_rules_of_one_id_must_be_told_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules" / "other.toml").write_text('[[rule]]\nid = "ban"\nquery = "profit"\n', encoding="utf-8")
    assert run_command(["explain", "ban", "A text."]) == 1
    assert "say bans/ban or other/ban" in capsys.readouterr().err
    assert told(capsys, "other/ban", "A profit.").startswith("other/ban\nmatches\n")


def test_a_file_that_is_no_article_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "picture.png").write_bytes(b"\x89PNG")
    assert run_command(["explain", "ban", "picture.png"]) == 0
    assert "not read: picture.png: " in capsys.readouterr().err


def novelty(shown: str) -> list[str]:
    lines = shown.splitlines()
    return lines[next(at for at, line in enumerate(lines) if line.startswith("novelty")) :]


def test_novelty_against_an_empty_memory_where_there_is_no_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert novelty(told(capsys, "ban", "Rome blocked DeepSeek.")) == [
        "novelty  if it came now, against an empty memory (there is no database yet)",
        "  new: first time seen  place=Italy, product=DeepSeek",
    ]
    assert novelty(told(capsys, "ban", FAR)) == [
        "novelty  nothing to tell, against an empty memory (there is no database yet)"
    ]


def test_novelty_against_the_memory_of_the_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    text = "Rome blocked DeepSeek for 5 million users. Valletta blocked DeepSeek."
    heading, *told_now = novelty(told(capsys, "ban", text))
    assert heading.startswith("novelty  if it came now, against ")
    assert heading.endswith("monitor.sqlite")
    assert told_now == [
        "  update: adds a number: 5 million users  place=Italy, product=DeepSeek",
        "  new: first time seen  place=Malta, product=DeepSeek",
    ]
    assert novelty(told(capsys, "ban", "In Rome they blocked DeepSeek."))[1:] == [
        "  fold: told again, nothing added  place=Italy, product=DeepSeek"
    ]
    assert novelty(told(capsys, "ban", text))[1:] == told_now, "asking is not telling"


def test_novelty_of_an_article_that_the_archive_has(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    heading, line = novelty(told(capsys, "ban", "inbox/italy.txt"))
    assert heading.endswith("has the article already; what was decided when it came:")
    assert line.endswith("UTC  new: first time seen  place=Italy, product=DeepSeek")
    assert novelty(told(capsys, "ban", "inbox/bank.txt"))[0].endswith("nothing was told by this rule when it came")


def test_novelty_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = json.loads(told(capsys, "ban", "Rome blocked DeepSeek.", "--format", "json"))
    (decision,) = found["novelty"]["decisions"]
    assert (decision["novelty"], decision["reason"]) == ("new", "first time seen")
    assert decision["fact"] == {"place": "Italy", "product": "DeepSeek"}
    assert found["novelty"]["known"] is False


def test_a_match_of_a_rule_over_time_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wave.toml").write_text(
        "[[rule]]\nid = 'wave'\nquery = 'DeepSeek'\nwhen = { kind = 'frequency', stories = 4, within = '7d' }\n",
        "utf-8",
    )
    words = ["explain", "wave", "DeepSeek is banned.", "--rules", str(tmp_path / "wave.toml")]
    assert run_command(words) == 0
    assert "counted by a rule over time; told once there are 4 stories within 7 days" in capsys.readouterr().out
    assert run_command([*words, "--format", "json"]) == 0
    (explained,) = json.loads(capsys.readouterr().out)
    assert [decision["novelty"] for decision in explained["novelty"]["decisions"]] == [None]
