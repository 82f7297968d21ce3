"""`monitor check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command


def test_a_sound_house(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check"]) == 0
    assert capsys.readouterr().out == "1 watchlist, 1 rule, 2 cases\n"


def test_a_broken_rule_is_shown_with_its_line_and_a_caret(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "rules" / "bans.toml"
    rules.write_text(rules.read_text().replace("@ban NEAR", "@bna NEAR"), encoding="utf-8")
    assert run_command(["check", "rules"]) == 1
    shown = capsys.readouterr().out
    assert "rules/bans.toml:15:24: E104 unknown list @bna; did you mean @ban?" in shown
    assert "\n 15 | query = '@place NEAR/S @bna NEAR/S @product'\n" in shown
    assert "\n    |                        ^^^^\n" in shown
    assert "E900" not in shown


def test_a_case_that_fails_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "rules" / "bans.toml"
    rules.write_text(rules.read_text().replace("Rome welcomes", "Rome bans"), encoding="utf-8")
    assert run_command(["check"]) == 1
    assert "rules/bans.toml:18:13: E900 case of ban: the rule matches and should not" in capsys.readouterr().out


def test_a_fact_that_a_case_expects_in_vain_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "rules" / "bans.toml"
    case = '{ text = "Rome blocked DeepSeek.", fact = { place = "Malta" } }'
    rules.write_text(rules.read_text().replace('"Rome blocked the DeepSeek app on Monday."', case), encoding="utf-8")
    assert run_command(["check"]) == 1
    assert "expected Malta, found Italy, DeepSeek" in capsys.readouterr().out


def test_the_configuration_is_checked_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace('"bans"', '"bnas"'), encoding="utf-8")
    assert run_command(["check"]) == 1
    assert "config.toml:12:1: C106" in capsys.readouterr().out


def test_configuration_and_rules_are_told_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, rules = folder / "config.toml", folder / "rules" / "bans.toml"
    config.write_text(config.read_text().replace('"bans"', '"bnas"'), encoding="utf-8")
    rules.write_text(rules.read_text().replace("@ban NEAR", "@bna NEAR"), encoding="utf-8")
    assert run_command(["check"]) == 1
    shown = capsys.readouterr().out
    assert "C106" in shown
    assert "E104" in shown


def test_rules_alone_need_no_configuration(folder: Path) -> None:
    (folder / "config.toml").write_text("nonsense", encoding="utf-8")
    assert run_command(["check", "rules"]) == 0
    assert run_command(["check", "rules/bans.toml"]) == 0


def test_json_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "rules" / "bans.toml"
    rules.write_text(rules.read_text().replace("@ban NEAR", "@bna NEAR"), encoding="utf-8")
    assert run_command(["check", "rules", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    first = next(problem for problem in found if problem["code"] == "E104")
    assert (first["file"], first["line"], first["column"], first["severity"]) == ("rules/bans.toml", 15, 24, "error")


@pytest.mark.case(87)
def test_json_stays_json_whatever_stands_in_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules" / "bans.toml").write_text('title = "\x9b2J\u202e"\nodd = 1\n', encoding="utf-8")
    assert run_command(["check", "rules", "--format", "json"]) == 1
    shown = capsys.readouterr().out
    assert shown.isascii()
    assert json.loads(shown)


@pytest.mark.parametrize("path", ["nowhere", "inbox"])
def test_where_there_are_no_rules(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", path]) == 1
    assert path in capsys.readouterr().err


def test_annotations_for_github(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "rules" / "bans.toml"
    rules.write_text(rules.read_text().replace("@ban NEAR", "@bna NEAR"), encoding="utf-8")
    assert run_command(["check", "rules", "--format", "github"]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first == (
        "::error file=rules/bans.toml,line=15,col=24,endColumn=28,title=E104::unknown list @bna; did you mean @ban?"
    )


def test_sarif_for_viewers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "rules", "--format", "sarif"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


def test_what_only_past_articles_show(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "rules" / "bans.toml"
    file.write_text(f"except = 'ban BEFORE/2 account'\n{file.read_text()}", encoding="utf-8")
    assert run_command(["check", "rules", "--on", "inbox"]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "rules/bans.toml:1:10: W301 this `except` struck nothing out in 3 past articles; "
        "take it out, or write it so that it shares a word with what is to go",
        " 1 | except = 'ban BEFORE/2 account'",
        "   |          ^^^^^^^^^^^^^^^^^^^^^^",
    ]
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["check", "--since", "400d", "--format", "json"]) == 0
    assert [problem["code"] for problem in json.loads(capsys.readouterr().out)] == ["W301"]


def test_past_articles_of_two_places_are_one_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "rules", "--on", "inbox", "--since", "30d"]) == 1
    assert "--on FOLDER for files, or --since 30d" in capsys.readouterr().err


def test_a_shared_list_that_nobody_uses_is_told_of_a_whole_folder_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules" / "terms").mkdir()
    (folder / "rules" / "terms" / "more.toml").write_text('old = ["bar"]\n', encoding="utf-8")
    assert run_command(["check", "rules"]) == 0
    assert "rules/terms/more.toml:1:1: W221 no watchlist refers to @old" in capsys.readouterr().out
    assert run_command(["check", "rules/bans.toml"]) == 0
    assert "W221" not in capsys.readouterr().out


def test_a_second_check_says_the_same(folder: Path, cache_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = folder / "rules" / "bans.toml"
    sound = rules.read_text()
    rules.write_text(sound.replace("Rome welcomes", "Rome bans"), encoding="utf-8")
    told = []
    for form in ("text", "text", "json", "json"):
        assert run_command(["check", "rules", "--format", form]) == 1
        told.append(capsys.readouterr().out)
    assert (told[0], told[2]) == (told[1], told[3])
    assert list(cache_home.rglob("*"))
    rules.write_text(sound, encoding="utf-8")
    assert run_command(["check", "rules"]) == 0


def test_a_slip_of_the_configuration_hides_neither_other_slips_nor_the_rules(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, rules = folder / "config.toml", folder / "rules" / "bans.toml"
    text = config.read_text().replace('"bans"', '"bnas"').replace('name = "inbox"', 'name = "inbox"\ncolour = "red"')
    config.write_text(text, encoding="utf-8")
    rules.write_text(rules.read_text().replace("@ban NEAR", "@bna NEAR"), encoding="utf-8")
    assert run_command(["check"]) == 1
    shown = capsys.readouterr().out
    assert [code for code in ("C101", "C106", "E104") if code in shown] == ["C101", "C106", "E104"]
