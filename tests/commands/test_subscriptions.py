"""`monitor subscriptions test`: who would get an alert, when and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command

MORE = """
[[subscription]]
name = "desk"
to = ["desk@example.org"]
severities = ["high", "critical"]
languages = ["en"]
instant = ["critical"]
schedule = "0 8 1 1 *"
zone = "Europe/Prague"
channel = "files"
"""


@pytest.fixture(autouse=True)
def desks(folder: Path) -> None:
    with (folder / "config.toml").open("a") as file:
        file.write(MORE)


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run_command(["subscriptions", "test", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_each_subscription_says_why_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "--watchlist", "bans", "--severity", "critical")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "an alert of bans, if there were one: critical, new, of an unknown language"
    assert lines[1] == "  morning: yes, it is of one of the watchlists that are subscribed to (bans)"
    assert lines[2].startswith("      with its digest, ") and lines[2].endswith("through files to ana@example.org")
    assert "08:00 UTC" in lines[2]
    assert lines[3] == "  desk: yes, all watchlists are subscribed to"
    assert lines[4].startswith("      at once, ")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--severity", "normal"], "it is of none of the severities that are asked for (high, critical)"),
        (["--severity", "high", "--lang", "zh"], "it is in none of the languages that are asked for (en)"),
    ],
)
def test_who_does_not_get_it_and_why(capsys: pytest.CaptureFixture[str], options: list[str], reason: str) -> None:
    _, out, _ = asked(capsys, "--watchlist", "bans", *options)
    assert f"  desk: no, {reason}" in out


def test_an_update_waits_for_the_digest(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = asked(capsys, "--watchlist", "bans", "--severity", "critical", "--novelty", "update")
    assert "      with its digest, " in out and "      at once, " not in out
    assert "      at once go only new facts that are critical, after a wait of 2 minutes" in out


def test_a_stored_alert_is_asked_for_by_article(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    run_command(["sent", "why", "italy", "--format", "jsonl"])
    article = json.loads(capsys.readouterr().out.splitlines()[0])["article"]
    name = article if isinstance(article, str) else article["id"]
    code, out, _ = asked(capsys, name, "--format", "jsonl")
    answers = {line["subscription"]: line for line in map(json.loads, out.splitlines())}
    assert code == 0
    assert (answers["desk"]["told"], answers["desk"]["rule"], answers["desk"]["how"]) == (
        True,
        "ban",
        "with its digest",
    )
    assert answers["morning"]["recipients"] == ["ana@example.org"]


def test_an_expectation_is_held_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "--watchlist", "bans", "--expect", "morning")[0] == 0
    code, _, err = asked(capsys, "--watchlist", "bans", "--expect", "desk")
    assert (code, err) == (1, "expected desk; it is morning\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "give an alert by name, or --watchlist"),
        (["x", "--watchlist", "bans"], 2, "not both"),
        (["--watchlist", "ban"], 1, "there is no watchlist 'ban'; did you mean bans?"),
        (["--watchlist", "bans", "--expect", "mornin"], 1, "did you mean morning?"),
    ],
)
def test_what_cannot_be_asked(capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str) -> None:
    found, _, err = asked(capsys, *words)
    assert found == code
    assert said in " ".join(err.split())


def test_an_alert_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["run", "--once"])
    capsys.readouterr()
    code, _, err = asked(capsys, "nothing")
    assert (code, "'nothing' is no alert" in err) == (1, True)
