"""`monitor diff`."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run_command

from .test_backtest import START, line

LINES = [
    line(1, "Rome blocks DeepSeek", 0),
    line(2, "Valletta bans ChatGPT", 5),
    line(3, "Valletta forbids DeepSeek", 9),
    line(4, "Italy forbids DeepSeek too", 3),
    line(5, "Nothing happens", 13),
]


@pytest.fixture
def edit(folder: Path) -> Path:
    """The rules before, and a folder with what an analyst made of them."""
    (folder / "corpus.jsonl").write_text("".join(LINES))
    shutil.copytree(folder / "rules", folder / "edited")
    path = folder / "edited" / "bans.toml"
    text = path.read_text().replace('ban = ["ban", "block"]', 'ban = ["ban", "forbid"]')
    path.write_text(text.replace('no_match = ["', 'no_match = ["Malta forbade ChatGPT.", "'))
    return path


def found(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert run_command(["diff", *arguments, "--on", "corpus.jsonl", "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


@pytest.mark.usefixtures("edit")
def test_an_edit_in_inbox_terms(capsys: pytest.CaptureFixture[str]) -> None:
    data = found(capsys, "rules", "edited", code=1)
    assert [each["headline"] for each in data["gained"]] == ["Italy forbids DeepSeek too", "Valletta forbids DeepSeek"]
    assert data["gained"][0]["fact"] == {"place": "Italy", "product": "DeepSeek"}
    assert data["gained"][0]["evidence"] == ["Italy", "forbids", "DeepSeek"]
    assert [(each["headline"], each["told"]) for each in data["lost"]] == [("Rome blocks DeepSeek", True)]
    assert data["per_week"] == [1.0, 1.5]
    assert data["rules"] == [{"watchlist": "bans", "rule": "ban", "per_week": [1.0, 1.5]}]
    worse, new = data["cases"]
    assert (worse["kind"], worse["text"]) == ("match", "Rome blocked the DeepSeek app on Monday.")
    assert (worse["before"], worse["after"], worse["fails"]) == ("as expected", "the rule does not match", True)
    assert (new["kind"], new["before"], new["after"]) == ("no_match", "as expected", "the rule matches and should not")


def test_two_files_are_one_watchlist_whatever_they_are_called(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = found(capsys, "rules/bans.toml", "edited/bans.toml", code=1)
    edit.rename(edit.with_name("bans-new.toml"))
    data = found(capsys, "rules/bans.toml", "edited/bans-new.toml", code=1)
    assert [each["headline"] for each in data["lost"]] == ["Rome blocks DeepSeek"]
    assert len(data["cases"]) == len(expected["cases"]) == 2
    assert [each["per_week"] for each in data["rules"]] == [[1.0, 1.5]]
    assert (data["only_old"], data["only_new"]) == ([], [])


def test_watchlists_that_have_no_partner_are_named(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit.rename(edit.with_name("embargoes.toml"))
    shutil.copy("rules/bans.toml", edit.with_name("more-bans.toml"))
    assert run_command(["diff", "rules", "edited", "--on", "corpus.jsonl"]) == 0
    shown = capsys.readouterr().out
    hint = "; a file that was renamed says was = [...]"
    assert f"only in rules, compared with nothing: bans{hint}\n" in shown
    assert f"only in edited, compared with nothing: embargoes, more-bans{hint}\n" in shown
    data = found(capsys, "rules", "edited")
    assert (data["only_old"], data["only_new"]) == (["bans"], ["embargoes", "more-bans"])
    text = edit.with_name("embargoes.toml").read_text()
    edit.with_name("embargoes.toml").write_text(f"was = ['bans']\n{text}")
    data = found(capsys, "rules", "edited", code=1)
    assert (data["only_old"], data["only_new"]) == ([], ["more-bans"])


@pytest.mark.usefixtures("edit")
def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["diff", "rules", "edited", "--on", "corpus.jsonl"]) == 1
    shown = capsys.readouterr().out
    assert f"5 articles from {START.date()} to 2026-01-18" in shown
    assert "stories told in a week: 1.00 before, 1.50 after" in shown
    assert "gained: 2 matches, 2 of them told" in shown
    assert "+ 2026-01-08  Italy forbids DeepSeek too\n              bans/ban: Italy: DeepSeek banned" in shown
    assert "lost: 1 match, 1 of them told\n- 2026-01-05  Rome blocks DeepSeek" in shown
    assert "cases: 2 changes, 2 for the worse" in shown


@pytest.mark.usefixtures("edit")
def test_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    data = found(capsys, "rules", "rules/bans.toml")
    assert (data["gained"], data["lost"], data["cases"]) == ([], [], [])
    assert run_command(["diff", "rules", "rules", "--on", "corpus.jsonl"]) == 0
    assert "gained: 0 matches, 0 of them told\nlost: 0 matches" in capsys.readouterr().out


def test_a_rule_that_was_renamed_is_the_same(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = edit.parent.parent / "rules" / "bans.toml"
    edit.unlink()
    text = rules.read_text().replace('id = "ban"', 'id = "prohibition"\nwas = ["ban"]\nabout = "ban"')
    (edit.parent / "blocks.toml").write_text('was = ["bans"]\n' + text)
    data = found(capsys, "rules", "edited")
    assert (data["gained"], data["lost"]) == ([], [])
    assert data["rules"] == [{"watchlist": "blocks", "rule": "prohibition", "per_week": [1.0, 1.0]}]


def test_a_rule_that_is_gone(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit.write_text('[[rule]]\nid = "other"\nquery = "nothing"\n')
    data = found(capsys, "rules", "edited")
    assert [(each["rule"], each["per_week"]) for each in data["rules"]] == [
        ("other", [None, 0.5]),
        ("ban", [1.0, None]),
    ]
    run_command(["diff", "rules", "edited", "--on", "corpus.jsonl"])
    assert "no rule" in capsys.readouterr().out


def test_a_git_revision(edit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = edit.parent.parent

    def git(*words: str) -> None:
        names = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *names, *words], cwd=home, check=True, capture_output=True)

    git("init", "-q")
    (home / "rules" / "terms").mkdir()
    (home / "rules" / "terms" / "verbs.toml").write_text('ban = ["ban", "block"]\n')
    own = (home / "rules" / "bans.toml").read_text()
    (home / "rules" / "bans.toml").write_text(own.replace('ban = ["ban", "block"]\n', ""))
    git("add", "rules")
    git("commit", "-q", "-m", "one")
    (home / "rules" / "terms" / "verbs.toml").write_text('ban = ["forbid"]\n')
    for place in ("HEAD:rules", "HEAD:rules/", "HEAD:./rules", "HEAD:rules/bans.toml"):
        data = found(capsys, place, "rules", code=1)
        assert len(data["gained"]) == len(data["lost"]) == 2
    assert run_command(["diff", "HEAD:nowhere", "rules", "--on", "corpus.jsonl"]) == 1
    assert "HEAD:nowhere: there is no such file or folder" in capsys.readouterr().err
    assert run_command(["diff", "nobody:rules", "rules", "--on", "corpus.jsonl"]) == 1
    assert "nobody:rules" in capsys.readouterr().err


@pytest.mark.usefixtures("edit")
@pytest.mark.parametrize("place", ["--output=x:rules", ":rules", "HEAD:", "nowhere"])
def test_what_is_no_revision(place: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(folder.iterdir())
    assert run_command(["diff", "--on", "corpus.jsonl", "--", place, "rules"]) == 1
    assert place in capsys.readouterr().err
    assert sorted(folder.iterdir()) == before
