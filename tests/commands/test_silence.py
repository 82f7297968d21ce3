"""`monitor silence`: muted with author, reason and end; listed, shown, ended; and told in the digest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run_command

Captured = pytest.CaptureFixture[str]
WHY = ("--why", "known at the desk", "--author", "ana")


def run(capsys: Captured, *words: str, code: int = 0) -> str:
    """What a command says on standard output."""
    capsys.readouterr()
    assert run_command(["silence", *words]) == code, capsys.readouterr()
    return capsys.readouterr().out


def refused(capsys: Captured, *words: str) -> str:
    capsys.readouterr()
    assert run_command(["silence", "add", *words]) == 1
    return capsys.readouterr().err


def added(capsys: Captured, *words: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(run(capsys, "add", *words, *WHY, "--format", "json"))
    return line


def listed(capsys: Captured, *words: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = json.loads(run(capsys, "list", *words, "--format", "json"))
    return lines


@pytest.fixture(autouse=True)
def house(folder: Path) -> Path:
    """A house with an empty inbox, whose database exists."""
    aside = folder / "aside"
    aside.mkdir()
    for file in (folder / "inbox").iterdir():
        file.rename(aside / file.name)
    assert run_command(["run", "--once"]) == 0
    return folder


def read_inbox(folder: Path) -> None:
    for file in sorted((folder / "aside").iterdir()):
        file.rename(folder / "inbox" / file.name)
    assert run_command(["run", "--once"]) == 0


def mailed(folder: Path) -> str:
    texts = sorted((folder / "out").rglob("*.txt"), key=lambda path: path.stat().st_mtime_ns)
    return " ".join(texts[-1].read_text(encoding="utf-8").split()) if texts else ""


def test_what_is_silenced_is_counted_and_named(house: Path, capsys: Captured) -> None:
    made = added(capsys, "--fact", "place=Italy", "--for", "7d")
    assert (made["fact"], made["author"], made["active"], made["alerts"]) == ({"place": "Italy"}, "ana", True, 0)
    read_inbox(house)
    text = mailed(house)
    assert "Malta: ChatGPT banned" in text
    assert "Italy: DeepSeek banned" not in text
    assert "Silenced: 1 alert: place=Italy (ana, until " in text
    assert "known at the desk" in text
    (line,) = listed(capsys)
    assert line["alerts"] == 1
    shown = json.loads(run(capsys, "show", made["id"][:4], "--format", "json"))
    assert [(each["title"], each["subscription"]) for each in shown["muted"]] == [("Italy: DeepSeek banned", "morning")]
    assert "Italy: DeepSeek banned (new, kept from morning)" in run(capsys, "show", made["id"])


def test_it_is_ended_by_hand_and_nothing_is_sent_late(house: Path, capsys: Captured) -> None:
    made = added(capsys, "--watchlist", "bans", "--for", "7d")
    read_inbox(house)
    assert mailed(house) == ""
    assert "ended" in run(capsys, "expire", made["id"], "--why", "enough")
    assert listed(capsys) == []
    (line,) = listed(capsys, "--all")
    assert (line["active"], line["ending"], line["alerts"]) == (False, "enough", 2)
    capsys.readouterr()
    assert run_command(["silence", "expire", made["id"]]) == 1
    assert "has ended already" in capsys.readouterr().err
    assert run_command(["run", "--once"]) == 0
    assert mailed(house) == ""


def test_tables_for_people(capsys: Captured) -> None:
    made = added(capsys, "--rule", "ban", "--until", "2999-01-01")
    out = run(capsys, "list")
    assert "bans/ban" in out
    assert made["id"] in out
    assert "known at the desk" in run(capsys, "show", made["id"])


def test_until_a_new_value(house: Path, capsys: Captured) -> None:
    read_inbox(house)
    made = added(capsys, "--watchlist", "bans", "--until-new", "place")
    assert made["until_new"] == "place"
    (house / "inbox" / "again.txt").write_text("Again\n\nMalta banned DeepSeek too, and Italy did.\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    (line,) = listed(capsys)
    assert line["active"]
    assert line["alerts"] >= 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--watchlist", "bans", *WHY), "has to end"),
        (("--for", "7d", *WHY), "say what to mute"),
        (("--watchlist", "bnas", "--for", "7d", *WHY), "did you mean bans?"),
        (("--rule", "bam", "--for", "7d", *WHY), "did you mean ban?"),
        (("--rule", "ban", "--watchlist", "other", "--for", "7d", *WHY), "there is no rule other/ban"),
        (("--source", "inbx", "--for", "7d", *WHY), "did you mean inbox?"),
        (("--watchlist", "bans", "--subscription", "mornig", "--for", "7d", *WHY), "did you mean morning?"),
        (("--fact", "place", "--for", "7d", *WHY), "written SLOT=VALUE"),
        (("--fact", "plce=Italy", "--for", "7d", *WHY), "did you mean place?"),
        (("--fact", "place=Itly", "--for", "7d", *WHY), "did you mean Italy?"),
        (("--fact", "place=Narnia", "--for", "7d", *WHY), "the list place has no Narnia"),
        (("--story", "nowhere", "--for", "7d", *WHY), "names no story"),
        (("--words", "DeepSeek Rome", "--for", "7d", *WHY), "E101"),
        (("--words", "@nothing", "--for", "7d", *WHY), "E104"),
        (("--words", "%ban", "--for", "7d", *WHY), "this query stands in none"),
        (("--watchlist", "bans", "--until", "2020-01-01", *WHY), "that is past"),
        (("--watchlist", "bans", "--until", "monday", *WHY), "--until monday"),
        (("--watchlist", "bans", "--for", "soon", *WHY), "--for soon"),
        (("--watchlist", "bans", "--until", "2999-01-01", "--for", "7d", *WHY), "not both"),
        (("--watchlist", "bans", "--until-new", "palce", *WHY), "did you mean place?"),
        (("--watchlist", "bans", "--for", "7d", "--why", " ", "--author", "ana"), "an author"),
        (("--watchlist", "bans", "--for", "7d", "--why", "x", "--author", " "), "an author"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(capsys: Captured, words: tuple[str, ...], said: str) -> None:
    assert said in refused(capsys, *words)
    assert listed(capsys, "--all") == []


def test_a_silence_that_there_is_not(capsys: Captured) -> None:
    for verb in ("show", "expire"):
        capsys.readouterr()
        assert run_command(["silence", verb, "nothing"]) == 1
        assert "there is no silence nothing" in capsys.readouterr().err
