"""`monitor backtest`."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run_command

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def line(number: int, title: str, day: int, text: str = "") -> str:
    at = (START + timedelta(days=day)).isoformat()
    article = {"id": f"n-{number}", "title": title, "text": text or f"Story {number}.", "published": at}
    return json.dumps(article) + "\n"


LINES = [
    line(1, "Rome blocks DeepSeek", 0, "Italy's watchdog <b>acted</b> on Monday."),
    line(2, "Italy bans DeepSeek for good", 3),
    line(3, "Valletta bans ChatGPT", 9),
    line(4, "SoftBank is no ban", 13),
]


@pytest.fixture
def corpus(folder: Path) -> Path:
    path = folder / "corpus.jsonl.gz"
    path.write_bytes(gzip.compress("".join(LINES).encode()))
    return path


def expecting(folder: Path, expected: str) -> None:
    with (folder / "rules" / "bans.toml").open("a") as file:
        file.write(f'expect = {{ per_week = "{expected}" }}\n')


def found(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert run_command(["backtest", *arguments, "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


@pytest.mark.usefixtures("corpus")
def test_counts_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    data = found(capsys, "rules", "--on", "corpus.jsonl.gz")
    assert (data["first"], data["last"], data["told"]) == ("2026-01-05", "2026-01-18", 2)
    assert data["days"] == {"2026-01-05": 1, "2026-01-14": 1}
    (rule,) = data["rules"]
    assert (rule["watchlist"], rule["rule"], rule["articles"], rule["stories"]) == ("bans", "ban", 3, 2)
    assert rule["novelty"] == {"new": 2, "fold": 1}
    assert rule["per_week"] == 1.0
    assert ["place", "Italy", 1] in rule["values"]
    assert rule["samples"][0]["headline"] == "Rome blocks DeepSeek"
    assert rule["samples"][0]["evidence"] == ["Rome", "blocks", "DeepSeek"]


@pytest.mark.usefixtures("corpus")
def test_a_chart_and_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["backtest", "rules", "--on", "corpus.jsonl.gz"]) == 0
    shown = capsys.readouterr().out
    assert "4 articles from 2026-01-05 to 2026-01-18: 2 stories matched, 2 told" in shown
    assert "stories told per day" in shown
    assert "bans/ban: 2 new, 1 told again" in shown
    assert "place: Italy 1, Malta 1" in shown
    assert "2026-01-14  Valletta bans ChatGPT" in shown


@pytest.mark.usefixtures("corpus")
def test_html_that_takes_nothing_from_outside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["backtest", "--on", "corpus.jsonl.gz", "--html", "report.html"]) == 0
    assert "written: report.html" in capsys.readouterr().out
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<mark>Rome</mark>" in page
    assert page.count("<rect") == 4
    assert not re.search(r"(?:src|href)=\"(?!#)", page)


def test_what_articles_say_is_text(folder: Path) -> None:
    (folder / "hostile.jsonl").write_text(line(1, "Rome bans DeepSeek &lt;script&gt;alert(1)&lt;/script&gt;", 0))
    assert run_command(["backtest", "--on", "hostile.jsonl", "--html", "report.html"]) == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize(
    ("expected", "code", "verdict"),
    [
        ("1..12", 0, "as expected"),
        ("..0", 1, "more than expected"),
        ("2..", 1, "fewer than expected"),
    ],
)
def test_expectations(folder: Path, capsys: pytest.CaptureFixture[str], expected: str, code: int, verdict: str) -> None:
    expecting(folder, expected)
    (rule,) = found(capsys, "--on", "corpus.jsonl.gz", code=code)["rules"]
    assert rule["expectation"] == verdict
    run_command(["backtest", "--on", "corpus.jsonl.gz"])
    assert f"{expected}: {verdict}" in capsys.readouterr().out


def test_less_than_a_week_is_not_judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expecting(folder, "5..")
    (folder / "few.jsonl").write_text(LINES[0])
    assert "not judged" in found(capsys, "--on", "few.jsonl")["rules"][0]["expectation"]


def test_the_archive(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    before = (folder / "state" / "monitor.sqlite").read_bytes()
    capsys.readouterr()
    data = found(capsys, "--since", "1d")
    assert (data["rules"][0]["articles"], data["told"]) == (2, 2)
    assert "the last 1d of the archive" in data["notes"][0]
    assert (folder / "state" / "monitor.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say what to try the rules on"),
        (["--on", "inbox", "--since", "1d"], "say what to try the rules on"),
        (["--since", "soon"], "--since soon: a span of time"),
        (["--on", "nowhere"], "nowhere"),
        (["norules", "--on", "inbox"], "norules: there is no such rule file"),
        (["--since", "1d"], "monitor.sqlite"),
    ],
)
def test_what_cannot_be(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["backtest", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_without_articles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir()
    assert run_command(["backtest", "--on", "empty"]) == 0
    assert "there is no article" in capsys.readouterr().err


@pytest.mark.usefixtures("corpus")
def test_a_broken_rule_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "rules" / "bans.toml").open("a") as file:
        file.write('\n[[rule]]\nid = "bad"\nquery = "@nothing"\n')
    assert run_command(["backtest", "--on", "corpus.jsonl.gz"]) == 0
    told = capsys.readouterr()
    assert "left out" in told.err
    assert "bans/bad" not in told.out


@pytest.mark.usefixtures("corpus")
def test_a_terminal_without_blocks(folder: Path) -> None:
    command = [sys.executable, "-m", "monitor", "backtest", "--on", "corpus.jsonl.gz"]
    done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert b"\\u2588" not in done.stdout
    assert b"#" in done.stdout


@pytest.mark.slow
def test_ctrl_c_shows_what_was_read(folder: Path) -> None:
    lines = (line(n, f"Rome bans DeepSeek, part {n}", n // 100) for n in range(20_000))
    (folder / "long.jsonl").write_text("".join(lines))
    command = [sys.executable, "-m", "monitor", "backtest", "--on", "long.jsonl", "--jobs", "2"]
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        seen = b""
        while not re.search(rb"[1-9]\d*/20000", seen):  # the progress bar moves: some articles were read
            seen += os.read(ours, 1000)
        process.send_signal(signal.SIGINT)
        drain = threading.Thread(target=_drain, args=(ours,), daemon=True)
        drain.start()
        out = process.communicate(timeout=120)[0].decode()
    os.close(theirs)
    assert process.returncode == 130
    assert re.search(r"interrupted: [1-9]\d* of 20000 articles were read", out)
    assert "bans/ban" in out


def _drain(terminal: int) -> None:
    """What nobody reads would hold up the process that writes it."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 1000):
            pass
