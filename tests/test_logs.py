"""What the log says, and what it must not (cases 47, 87)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import __version__, logs
from monitor.errors import ConfigError, MonitorError
from monitor.logs import hide, start_logging, write_bug_report

NOW = datetime(2026, 3, 2, tzinfo=UTC)
log = logging.getLogger("monitor.deliver.postman")


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logs, "_hidden", logs._Hidden())
    loggers = [logging.getLogger(name) for name in ("", "monitor", "monitor.deliver", "monitor.ingest")]
    before = [(logger, logger.level, logger.handlers) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers = handlers


def test_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    log.info("delivery %s: sent", 7)
    log.debug("not told")
    assert capsys.readouterr().err.partition(" ")[2] == "INFO monitor.deliver.postman: delivery 7: sent\n"


def test_a_line_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(as_json=True)
    log.info("digest %s", "morning", extra={"ids": {"digest": "morning@1", "alerts": ("a", "b")}})
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "room": "deliver.postman",
        "message": "digest morning",
        "digest": "morning@1",
        "alerts": ["a", "b"],
    }


@pytest.mark.case(87)
@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_acts_on_a_terminal_or_forges_a_line(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    start_logging(as_json=as_json)
    log.warning("%s", "\x1b]0;owned\x07\u202e\x9b2J\n2026-01-01T00:00:00Z INFO monitor.daemon: stopped\r\nx")
    said = capsys.readouterr().err
    assert not any(character in said for character in "\x1b\x07\u202e\x9b\r")
    assert [line for line in said.splitlines() if line.startswith("2026-01-01T00:00:00Z")] == []
    assert said.count("\n") == (1 if as_json else 3)


@pytest.mark.case(47)
@pytest.mark.parametrize("as_json", [False, True])
def test_secrets_never(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    hide(["hush", "hush-hush", ""])
    start_logging(as_json=as_json)
    try:
        raise ValueError("535 hush-hush is wrong at https://ana:hidden@news.example.org/rss")
    except ValueError:
        log.exception("login with %s failed", "hush")
    said = capsys.readouterr().err
    assert "hush" not in said
    assert "hidden" not in said
    assert "https://***@news.example.org/rss" in said
    assert "Traceback" in said


def test_a_level_for_a_room(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(levels=["warning", "deliver=DEBUG"])
    log.debug("told")
    logging.getLogger("monitor.rounds").info("not told")
    logging.getLogger("httpcore").info("not told")
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("wish", ["loud", "deliver", "deliver=loud", "nowhere=debug", "=debug=", ""])
def test_a_wish_that_cannot_be(wish: str) -> None:
    with pytest.raises(ConfigError, match="--log-level"):
        start_logging(levels=[wish])


@pytest.mark.case(47)
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("secret", ['pa"ss\\word', "Pässwört", "two\nlines"])
def test_secrets_with_signs_that_json_writes_otherwise(
    capsys: pytest.CaptureFixture[str], secret: str, as_json: bool
) -> None:
    hide([secret])
    start_logging(as_json=as_json)
    try:
        raise ValueError(f"the server says: {secret} is wrong")
    except ValueError:
        log.exception("login with %s failed", secret, extra={"ids": {"delivery": secret}})
    said = capsys.readouterr().err
    assert secret not in said
    assert json.dumps(secret)[1:-1] not in said
    assert said.count("***") == (3 if as_json else 2)


@pytest.mark.case(47)
def test_no_secret_in_a_bug_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    hide(['pa"ss'])
    path = write_bug_report(ValueError('pa"ss at https://ana:hidden@news.example.org'), ["run"], NOW)
    assert path is not None
    said = path.read_text(encoding="utf-8")
    assert "pa" + '"ss' not in said
    assert "hidden" not in said
    assert "ValueError: *** at https://***@news.example.org" in said


def test_a_bug_of_a_daemon_that_goes_on_leaves_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    start_logging()
    for error in (KeyError("odd"), KeyError("odd"), MonitorError("no room is left")):
        try:
            raise error
        except Exception:
            log.exception("ingest: a bug")
    try:
        raise KeyError("another")
    except KeyError:
        log.exception("digests: a bug")
    files = sorted((tmp_path / "watchlist-monitor").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    first, second = (path.read_text(encoding="utf-8") for path in files)
    assert "what was said: ingest: a bug" in first
    assert f"watchlist-monitor {__version__} met a bug" in first
    assert first.endswith("KeyError: 'odd'\n")
    assert "what was said: digests: a bug" in second
    said = capsys.readouterr().err
    assert all(f"this is a bug of ours, sorry; the details are in {path}\n" in said for path in files)
