"""`monitor warm`: a rule over time that is younger than the archive gets a past."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli import run_command

Captured = pytest.CaptureFixture[str]
TIMED = """
[[rule]]
id = "wave"
title = "A wave of bans"
query = '%ban'
fact = ["place", "product"]
when = { kind = "frequency", stories = 3, within = "7d" }
match = ["Rome blocked the DeepSeek app on Monday."]
"""


@pytest.fixture(autouse=True)
def house(folder: Path) -> Path:
    """A house that has read its inbox, and whose file has a rule over time since then."""
    assert run_command(["run", "--once"]) == 0
    rules = next(folder.rglob("bans.toml"))
    rules.write_text(rules.read_text(encoding="utf-8") + TIMED, encoding="utf-8")
    return folder


def third(folder: Path) -> str:
    """A third ban comes; what the digest says."""
    (folder / "inbox" / "more.txt").write_text("Schools\n\nRome banned ChatGPT in museums.\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    texts = sorted((folder / "out").rglob("*.txt"), key=lambda path: path.stat().st_mtime_ns)
    return " ".join(texts[-1].read_text(encoding="utf-8").split())


def test_without_a_past_one_story_is_none_of_three(house: Path) -> None:
    assert "A wave of bans" not in third(house)


@pytest.mark.parametrize("times", [1, 2])
def test_with_its_past_it_is_the_third(house: Path, capsys: Captured, times: int) -> None:
    for _ in range(times):
        capsys.readouterr()
        assert run_command(["warm", "bans/wave", "--since", "30d"]) == 0
        assert "3 articles of the last 30d: 2 counted for 1 rule over time" in capsys.readouterr().out
    assert "A wave of bans; 3 stories within 7 days" in third(house)


def test_what_cannot_be_warmed(capsys: Captured) -> None:
    for words, said in (
        (["ban"], "bans/ban is no rule over time"),
        (["wvae"], "did you mean wave?"),
        (["wave", "--since", "long"], "--since long"),
    ):
        capsys.readouterr()
        assert run_command(["warm", *words]) == 1
        assert said in capsys.readouterr().err
