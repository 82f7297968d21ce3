"""`monitor facts`: what is known can be read, searched, mended, and carried to another store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run_command

Captured = pytest.CaptureFixture[str]
NAMES = ("id", "key", "watchlist", "about", "rules", "fact", "story", "state", "tellings", "learned", "struck")


@pytest.fixture(autouse=True)
def told(folder: Path) -> Path:
    """A house that has read its inbox: Italy and Malta are known."""
    assert run_command(["run", "--once"]) == 0
    return folder


def listed(capsys: Captured, *options: str, code: int = 0) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run_command(["facts", "list", *options, "--format", "json"]) == code
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def article(folder: Path, name: str, text: str, capsys: Captured) -> str:
    """What a round says of one more article."""
    (folder / "inbox" / f"{name}.txt").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert run_command(["run", "--once"]) == 0
    return capsys.readouterr().out


def test_what_is_known_with_its_sources(capsys: Captured) -> None:
    italy, malta = listed(capsys)
    assert set(italy) == {*NAMES, "first_seen", "last_seen", "sources"}
    assert (italy["watchlist"], italy["about"], italy["rules"]) == ("bans", "ban", ["ban"])
    assert italy["fact"] == {"place": "Italy", "product": "DeepSeek"}
    assert (italy["tellings"], italy["learned"], italy["struck"]) == (1, False, None)
    (source,) = italy["sources"]
    assert (source["title"], source["publisher"]) == ("Rome acts on chatbots", "inbox")
    assert malta["fact"]["place"] == "Malta"


def test_words_and_rules_choose(capsys: Captured) -> None:
    assert [line["fact"]["place"] for line in listed(capsys, "malta", "CHATGPT")] == ["Malta"]
    assert len(listed(capsys, "--rule", "bans/ban")) == 2
    assert listed(capsys, "peru", code=1) == []
    assert run_command(["facts", "list", "--rule", "bann"]) == 1
    assert "did you mean ban?" in capsys.readouterr().err


def test_a_table_for_people(capsys: Captured) -> None:
    capsys.readouterr()
    assert run_command(["facts", "list"]) == 0
    shown = capsys.readouterr()
    assert "Italy, DeepSeek" in shown.out
    assert "2 facts known, 0 struck" in shown.err


def test_a_struck_fact_stays_visible_and_is_new_again(folder: Path, capsys: Captured) -> None:
    italy, _ = listed(capsys)
    assert run_command(["facts", "strike", italy["id"][:6], "--why", "it was satire"]) == 0
    malta, struck = listed(capsys)
    assert (malta["fact"]["place"], malta["struck"]) == ("Malta", None)
    assert struck["key"] == italy["key"]
    assert struck["fact"] == italy["fact"]
    assert struck["struck"]["why"] == "it was satire"
    assert struck["first_seen"] == italy["first_seen"]
    assert len(struck["sources"]) == 1
    assert "1: 1 new" in article(folder, "really", "Italy really acts\n\nItaly banned DeepSeek today.\n", capsys)
    digest = max((folder / "out").glob("*.txt"), key=lambda path: path.name).read_text(encoding="utf-8")
    assert "1 new" in digest
    assert [bool(line["struck"]) for line in listed(capsys, "italy")] == [False, True]


def test_what_cannot_be_struck(capsys: Captured) -> None:
    assert run_command(["facts", "strike", "nothing", "--why", "no"]) == 1
    assert "there is no fact nothing" in capsys.readouterr().err
    assert run_command(["facts", "strike", listed(capsys)[0]["key"], "--why", " "]) == 1
    assert run_command(["facts", "strike", "", "--why", "no"]) == 1
    assert len([line for line in listed(capsys) if not line["struck"]]) == 2


def test_an_added_fact_is_background_for_everybody(folder: Path, capsys: Captured) -> None:
    assert run_command(["facts", "add", "bans/ban", "place=malta", "product=DeepSeek", "--since", "2025-02-01"]) == 0
    line = listed(capsys, "malta", "deepseek")[0]
    assert line["fact"] == {"place": "Malta", "product": "DeepSeek"}
    assert (line["learned"], line["first_seen"][:10]) == (True, "2025-02-01")
    said = article(folder, "late", "Looking back\n\nMalta banned DeepSeek, with 12 others.\n", capsys)
    assert "1: 1 recap" in said


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["bans/bann", "place=Italy"], "did you mean bans/ban?"),
        (["bans/ban", "plaice=Italy"], "there is no slot 'plaice'; there are place, product"),
        (["bans/ban", "place=Itally"], "@place has no name 'Itally': did you mean Italy?"),
        (["bans/ban", "Italy"], "say slot=value"),
        (["bans/ban", "place=Italy", "product=DeepSeek"], "known already"),
    ],
)
def test_what_cannot_be_added(words: list[str], fault: str, capsys: Captured) -> None:
    capsys.readouterr()
    assert run_command(["facts", "add", *words]) == 1
    assert fault in capsys.readouterr().err
    assert len(listed(capsys)) == 2


def test_facts_travel_to_another_store(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    before = [{**line, "sources": [], "learned": True} for line in listed(capsys)]
    assert run_command(["facts", "export", "facts.jsonl"]) == 0
    monkeypatch.setenv("MONITOR_STORE__PATH", str(folder / "other.db"))
    for path in (folder / "inbox").iterdir():
        path.unlink()
    assert run_command(["run", "--once"]) == 0
    assert run_command(["facts", "import", "facts.jsonl"]) == 0
    assert listed(capsys) == before
    assert run_command(["facts", "import", "facts.jsonl"]) == 0
    assert "0 facts taken in, 2 known already" in capsys.readouterr().out


def test_a_file_with_a_wrong_line_changes_nothing(folder: Path, capsys: Captured) -> None:
    good = '{"watchlist":"bans","about":"ban","fact":{"place":"Peru"}}'
    deep = "[" * 100_000
    wrong = ["{}", "no json", '{"watchlist":"bans","about":"ban","fact":{"place":""}}', deep]
    (folder / "facts.jsonl").write_text("\n".join([good, *wrong]), encoding="utf-8")
    capsys.readouterr()
    assert run_command(["facts", "import", "facts.jsonl"]) == 1
    told = capsys.readouterr().err
    assert "nothing is taken in" in told
    assert all(f"facts.jsonl:{number}: " in told for number in (2, 3, 4, 5))
    assert "facts.jsonl:1:" not in told
    assert len(listed(capsys)) == 2


def test_facts_of_a_rule_that_is_not_there_wait_for_it(folder: Path, capsys: Captured) -> None:
    (folder / "facts.jsonl").write_text('{"watchlist":"taxes","about":"tax","fact":{"place":"Peru"}}\n', "utf-8")
    capsys.readouterr()
    assert run_command(["facts", "import", "facts.jsonl"]) == 0
    assert "no rule remembers facts as taxes/tax" in capsys.readouterr().err
    assert run_command(["facts", "export", "-"]) == 0
    assert '"taxes"' in capsys.readouterr().out
