"""What is printed and logged can act on no terminal."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.logs import start_logging, write_bug_report
from monitor.terminal import at_most, count, harmless

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.mark.case(87)
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("two\n\tlines", "two\n\tlines"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("back\b\r", "back\\x08\\r"),
        ("\u202eevil", "\\u202eevil"),
        ("a\u2028b", "a\\u2028b"),
        ("\ud800", "\\ud800"),
        ("封禁 é 😀", "封禁 é 😀"),
    ],
)
def test_what_could_act_is_written_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.fixture
def quiet_again() -> Iterator[None]:
    yield
    logging.getLogger().handlers = []
    logging.getLogger("monitor").setLevel(logging.NOTSET)


@pytest.mark.case(87)
@pytest.mark.usefixtures("quiet_again")
def test_a_log_line_is_harmless_and_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    logging.getLogger("monitor.ingest").warning("title %s", "\x1b[2J")
    logging.getLogger("somebody.else").info("not ours")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("Z WARNING monitor.ingest: title \\x1b[2J")


def test_a_bug_report_goes_where_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(taken))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = write_bug_report(ValueError("odd \ud800"), ["run"], NOW)
    assert path == tmp_path / f"bug-20260301T080000-{os.getpid()}.log"
    assert "odd \\ud800" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "word", "said"), [(1, "copy", "1 copy"), (2, "copy", "2 copies"), (0, "article", "0 articles")]
)
def test_counts(number: int, word: str, said: str) -> None:
    assert count(number, word) == said


def test_long_lists_say_how_much_they_leave_out() -> None:
    assert at_most(["a", "b"], 2) == ["a", "b"]
    assert at_most(["a", "b", "c", "d"], 2) == ["a", "b", "2 more"]
