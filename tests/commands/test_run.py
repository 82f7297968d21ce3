"""`monitor run --once`, `status` and `digest preview` over one small house."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

import pytest
from pytest_httpserver import HTTPServer

from monitor.app import open_house, utc_now
from monitor.cli import run_command
from monitor.rounds import ingest_round
from monitor.store import Lock


def digests(folder: Path, ending: str = ".html") -> list[Path]:
    return sorted((folder / "out").glob(f"*{ending}"))


def test_one_round_writes_one_digest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "read     3 new articles, 0 copies" in said.out
    assert "stories  3" in said.out
    assert "matched  2: 2 new" in said.out
    assert "digest   morning: 2 alerts for 1 reader" in said.out
    (html,), (text,), (eml,) = (digests(folder, ending) for ending in (".html", ".txt", ".eml"))
    assert all(f"out/{path.name}" in said.out for path in (html, text, eml))
    assert "Italy: DeepSeek banned" in html.read_text(encoding="utf-8")
    assert "Malta: ChatGPT banned" in text.read_text(encoding="utf-8")
    assert "SoftBank" not in text.read_text(encoding="utf-8")
    mail = message_from_bytes(eml.read_bytes(), policy=policy.default)
    assert mail["To"] == "ana@example.org"


def test_a_second_round_finds_nothing_new(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["run", "--once"]) == 0
    said = capsys.readouterr().out
    assert "read     0 new articles" in said
    assert "digest   none: nothing new waits" in said
    assert len(digests(folder)) == 1


def test_a_failing_source_stops_no_other_and_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "config.toml"
    source = '[[source]]\nname = "wire"\npath = "nothing.xml"\n\n'
    config.write_text(source + config.read_text(), encoding="utf-8")
    assert run_command(["run", "--once"]) == 1
    said = capsys.readouterr()
    assert "  wire: " in said.err
    assert len(digests(folder)) == 1
    assert run_command(["status"]) == 0
    assert "failing since" in capsys.readouterr().out


def test_a_channel_that_cannot_deliver_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out").write_text("a file where the folder should be", encoding="utf-8")
    assert run_command(["run", "--once"]) == 1
    assert "not delivered" in capsys.readouterr().err


def test_a_broken_rule_is_told_and_stops_no_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "rules" / "bans.toml").open("a") as file:
        file.write('\n[[rule]]\nid = "bad"\nquery = "@nothing"\n')
    assert run_command(["run", "--once"]) == 0
    assert "broken: bans/bad (left out)" in capsys.readouterr().err
    (text,) = digests(folder, ".txt")
    assert "bans/bad" in text.read_text(encoding="utf-8")


@pytest.mark.case(76)
def test_a_second_monitor_on_one_database_refuses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Lock.acquire(folder / "state" / "monitor.sqlite", datetime.now(UTC)):
        assert run_command(["run", "--once"]) == 1
    assert f"process {os.getpid()}" in capsys.readouterr().err


@pytest.mark.case(79)
def test_a_database_that_is_gone_is_not_made_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    for path in (folder / "state").glob("monitor.sqlite*"):
        if not path.name.endswith(".instance"):
            path.unlink()
    assert run_command(["run", "--once"]) == 1
    assert len(digests(folder)) == 1
    assert not (folder / "state" / "monitor.sqlite").exists()


def test_status_before_the_first_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["status"]) == 1
    assert "monitor run" in capsys.readouterr().err


def test_status_tells_how_everything_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["status"]) == 0
    said = capsys.readouterr().out
    assert "inbox" in said
    assert "good" in said
    assert "Outbox: 1 sent" in said
    assert "Rules: 1 in 1 watchlist" in said


def test_preview_shows_what_waits_and_marks_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "config.toml"
    assert run_command(["run", "--once"]) == 0
    second = '\n[[subscription]]\nname = "evening"\nto = ["ben@example.org"]\nchannel = "files"\n'
    config.write_text(config.read_text() + second, encoding="utf-8")
    (folder / "inbox" / "more.txt").write_text("Valletta again\n\nMalta blocked DeepSeek today.", encoding="utf-8")
    database = folder / "state" / "monitor.sqlite"
    assert run_command(["digest", "preview", "evening"]) == 0
    assert capsys.readouterr().out.endswith("evening: nothing waits\n")
    _ingest_only(folder)
    before = _rows(database)
    assert run_command(["digest", "preview", "evening"]) == 0
    assert "Malta: DeepSeek banned" in capsys.readouterr().out
    assert run_command(["digest", "preview", "evening", "--html", "p.html"]) == 0
    assert "Malta: DeepSeek banned" in (folder / "p.html").read_text(encoding="utf-8")
    assert _rows(database) == before


def test_preview_of_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    assert run_command(["digest", "preview", "noon"]) == 1
    assert "known here: morning" in capsys.readouterr().err


def _ingest_only(folder: Path) -> None:
    """Read the sources without composing: as the daemon does between two digests."""

    async def ingest() -> None:
        async with open_house(folder / "config.toml", settle=0) as house:
            await ingest_round(house.pipeline, house.sources, utc_now, lambda report: None)

    asyncio.run(ingest())


def _rows(database: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(database)
    try:
        tables = ("digest", "place", "message", "telling", "delivery")
        known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables if table in known]
    finally:
        connection.close()


def test_preview_into_a_place_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    (folder / "inbox" / "more.txt").write_text("Valletta again\n\nMalta blocked DeepSeek today.", encoding="utf-8")
    _ingest_only(folder)
    assert run_command(["digest", "preview", "--html", "no/where.html"]) == 1
    assert "no/where.html: cannot be written" in capsys.readouterr().err


def test_facts_that_are_cut_short_are_told_to_reader_and_operator(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = (folder / "rules" / "bans.toml").read_text(encoding="utf-8")
    query = " AND ".join(f"@place AS p{number}" for number in range(6))
    slots = ", ".join(f'"p{number}"' for number in range(6))
    rules += f'\n[[rule]]\nid = "places"\nquery = "{query}"\nfact = [{slots}]\n'
    (folder / "rules" / "bans.toml").write_text(rules, encoding="utf-8")
    (folder / "inbox" / "two.txt").write_text("Two talk\n\nItaly and Malta met on Monday to talk.\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    (digest,) = (folder / "out").glob("*.txt")
    assert "bans/places: more facts in one article than are told" in " ".join(digest.read_text("utf-8").split())
    assert run_command(["status"]) == 0
    told = capsys.readouterr().out
    assert "cut short: bans/places: 64 facts in one article, of which the first 50 are told; last " in told
    assert "UTC: Two talk" in told


@pytest.mark.case(52)
def test_a_rule_that_matches_everything_sends_no_endless_mail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not shown is counted, and where the rest is; nothing of it is lost."""
    (folder / "rules" / "bans.toml").write_text('[[rule]]\nid = "all"\nquery = "/./"\n', encoding="utf-8")
    told_of = [
        " ".join("".join(Random(f"{n} {k}").choices("bdgklmnprstaeiou", k=8)) for k in range(40)) for n in range(300)
    ]
    lines = [{"id": f"n{n}", "title": text[:60], "text": text} for n, text in enumerate(told_of)]
    (folder / "inbox" / "many.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert run_command(["check"]) == 0
    assert "W211 the query rests on everyday words only" in capsys.readouterr().out
    assert run_command(["run", "--once"]) == 0
    (html,) = (folder / "out").glob("*.html")
    assert html.stat().st_size < 90_000
    told = " ".join(next((folder / "out").glob("*.txt")).read_text("utf-8").split())
    assert re.search(r"\d+ more stories", told)


def test_a_round_is_told_to_whoever_watches_from_outside(folder: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/abc").respond_with_data("OK")
    with (folder / "config.toml").open("a") as file:
        file.write(f'[health]\nping = "{httpserver.url_for("/abc")}"\nping_private = true\n')
    assert run_command(["run", "--once"]) == 0
    assert [request.path for request, _ in httpserver.log] == ["/abc"]


def test_a_ping_that_is_not_heard_harms_no_round(folder: Path) -> None:
    with (folder / "config.toml").open("a") as file:
        file.write('[health]\nping = "http://127.0.0.1:9/abc"\nping_private = true\n')
    assert run_command(["run", "--once"]) == 0
