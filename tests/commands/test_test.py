"""`monitor test`."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from monitor.cli import run_command

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "test"
CASES = """\
match = [
  "Rome blocked the DeepSeek app on Monday.",
  "Rome spoke. It blocked the DeepSeek app.",
  { title = "Malta acts", text = "Malta blocked ChatGPT.", fact = { place = "Italy" } },
]
no_match = ["Rome welcomes the DeepSeek app.", "No: Rome blocked \\u001b[2J DeepSeek."]
todo_match = ["Rome is done with DeepSeek.", "Rome blocked DeepSeek."]

[[rule]]
id = "broken"
query = "@nothing"
match = ["Nothing."]
"""


@pytest.fixture
def failing(folder: Path) -> Path:
    rules = folder / "rules" / "bans.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text[: text.index("match = [")] + CASES, encoding="utf-8")
    return rules


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["test"]) == 0
    assert capsys.readouterr() == ("2 cases: 2 passed, 0 failed\n", "")


@pytest.mark.case(87)
def test_golden(failing: Path, capsys: pytest.CaptureFixture[str], update_golden: bool) -> None:
    assert run_command(["test", "rules", "--junit", "report.xml"]) == 1
    told = capsys.readouterr()
    for name, text in (("failing.txt", told.out), ("failing.xml", Path("report.xml").read_text(encoding="utf-8"))):
        if update_golden:
            (GOLDEN / name).write_text(text, "utf-8", newline="\n")
        assert (GOLDEN / name).read_text("utf-8") == text
    assert "E104" in told.err
    assert "\x1b" not in told.out


def test_the_report_is_xml(failing: Path) -> None:
    assert run_command(["test", "rules", "--junit", "report.xml"]) == 1
    root = ElementTree.parse("report.xml").getroot()
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("8", "4", "1")


def test_json_for_programs(failing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["test", "rules", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["outcome"] for each in found] == [
        "passed",
        "missed",
        "other_fact",
        "passed",
        "matched",
        "known_gap",
        "gap_closed",
        "rule_broken",
    ]
    missed, other = found[1], found[2]
    assert (missed["file"], missed["rule"], missed["kind"], missed["ok"]) == ("rules/bans.toml", "ban", "match", False)
    assert [(lack["how"], lack["needs"]) for lack in missed["lacks"]] == [("too far apart", "one sentence")]
    assert other["missing"] == [{"place": "Italy"}]
    assert other["found"] == [{"place": "Malta", "product": "ChatGPT"}]


def test_a_known_gap_does_not_fail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "rules" / "bans.toml").open("a") as file:
        file.write('todo_match = ["Rome is done with DeepSeek."]\n')
    assert run_command(["test", "rules/bans.toml"]) == 0
    told = capsys.readouterr().out
    assert "a known gap, still open" in told
    assert told.endswith("3 cases: 2 passed, 0 failed, 1 known gap\n")


def test_a_report_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["test", "--junit", "nowhere/report.xml"]) == 1
    assert "nowhere/report.xml" in capsys.readouterr().err


def test_rules_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["test", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
