"""`monitor outbox`: what did not go out, and what an operator does about it."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import amend, utc_now
from monitor.cli import run_command
from monitor.commands import status
from monitor.model import Attempt, DeliveryState, Outcome
from monitor.settings import load_config
from monitor.store import Lock, Store

SMTP = """
[channel.mail]
kind = "smtp"
host = "127.0.0.1"
port = 1
security = "none"
from = "Watch <watch@example.org>"
"""


@pytest.fixture
def outbox(folder: Path) -> Path:
    """One digest for two readers, which the mail server has not taken: nobody listens there."""
    text = (folder / "config.toml").read_text().replace('channel = "files"', 'channel = "mail"')
    text = text.replace('to = ["ana@example.org"]', 'to = ["ana@example.org", "ben@example.org"]')
    (folder / "config.toml").write_text(text + SMTP)
    assert run_command(["run", "--once"]) == 1
    return folder / "state" / "monitor.sqlite"


def opened() -> Store:
    return amend(load_config(Path("config.toml")).settings)


def park(number: int, state: DeliveryState = DeliveryState.FAILED) -> None:
    store = opened()
    claimed = store.claim(utc_now() + timedelta(hours=2), timedelta(minutes=1), ["mail"])
    assert claimed is not None and claimed.id == number
    outcome = Outcome.FAILED if state is DeliveryState.FAILED else Outcome.AMBIGUOUS
    store.finish(Attempt(number, utc_now(), outcome, "550 no such user"), state, None)
    store.close()


def state_of(number: int) -> DeliveryState:
    store = opened()
    line = store.outbox_line(number)
    store.close()
    assert line is not None
    return line.state


def test_an_empty_outbox_is_good_news(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert run_command(["outbox", "list"]) == 0
    assert "everything was sent" in capsys.readouterr().out
    assert run_command(["outbox", "list", "--all"]) == 0
    assert "ana@example.org" in capsys.readouterr().out


@pytest.mark.case(72)
def test_what_waits_is_listed_with_its_reason(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run_command(["outbox", "list"]) == 0, "it is tried again by itself"
    out = capsys.readouterr().out
    assert "ben@example.org" in out
    assert "queued" in out
    assert run_command(["outbox", "list", "--format", "jsonl"]) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["to"], first["state"], second["attempts"]) == ("ana@example.org", "queued", 0)
    assert first["message_id"].startswith("<")


@pytest.mark.case(65)
def test_parked_messages_need_an_operator_everywhere(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    park(1)
    capsys.readouterr()
    assert run_command(["outbox", "list"]) == 1
    assert "1 message parked" in capsys.readouterr().out
    assert run_command(["status"]) == 1
    assert "1 message parked" in capsys.readouterr().out
    assert run_command(["outbox", "show", "1"]) == 0
    shown = capsys.readouterr().out
    assert "to ana@example.org through mail: failed" in shown
    assert "attempt: failed: 550 no such user" in shown


def test_the_bytes_are_shown_as_they_are_sent(outbox: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run_command(["outbox", "show", "2", "--raw"]) == 0
    raw = capfdbinary.readouterr().out
    assert b"To: ben@example.org\r\n" in raw
    assert raw == opened().message(2)


def test_a_parked_message_is_sent_again_with_the_same_bytes(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    park(1)
    before = opened().message(1)
    assert run_command(["outbox", "retry", "1"]) == 0
    assert "1: will be sent again: ana@example.org" in capsys.readouterr().out
    assert state_of(1) is DeliveryState.QUEUED
    assert opened().message(1) == before
    assert run_command(["outbox", "show", "1"]) == 0
    assert "operator: retry" in capsys.readouterr().out


def test_a_dropped_message_stays_in_the_ledger_with_its_reason(
    outbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    park(1, DeliveryState.UNKNOWN)
    assert run_command(["outbox", "drop", "--parked", "--reason", "she has it, she says"]) == 0
    assert state_of(1) is DeliveryState.DROPPED
    assert run_command(["outbox", "list"]) == 0
    capsys.readouterr()
    assert run_command(["outbox", "show", "1"]) == 0
    assert "operator: drop: she has it, she says" in capsys.readouterr().out
    assert run_command(["outbox", "drop", "1", "--reason", "again"]) == 1
    assert "1: is dropped already" in capsys.readouterr().err
    assert run_command(["outbox", "retry", "1"]) == 0, "a drop can be taken back"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["retry"], "name deliveries by their numbers"),
        (["retry", "1", "--parked"], "name deliveries by their numbers"),
        (["drop", "1", "--reason", "  "], "a reason is needed"),
        (["retry", "99"], "99: there is no delivery of that number"),
        (["show", "99"], "there is no delivery of the number 99"),
        (["show", "99", "--raw"], "there is no message of the number 99"),
        (["release", "--send"], "nothing is held"),
    ],
)
def test_what_cannot_be_done_is_said(
    outbox: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run_command(["outbox", *arguments]) == 1
    assert told in capsys.readouterr().err


def test_what_is_being_sent_is_left_alone(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = opened()
    assert store.claim(utc_now(), timedelta(minutes=1), ["mail"]) is not None
    store.close()
    for arguments in (["retry", "1"], ["drop", "1", "--reason", "no"]):
        with Lock.acquire(outbox, utc_now()):
            assert run_command(["outbox", *arguments]) == 1
        assert "is being sent just now" in capsys.readouterr().err
        assert run_command(["outbox", *arguments]) == 1
        assert "was being sent when the monitor ended" in capsys.readouterr().err


def test_a_drop_needs_a_reason(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["outbox", "drop", "1"]) == 2


def test_a_channel_that_left_the_configuration_is_named(outbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("config.toml").read_text().replace("[channel.mail]", "[channel.post]")
    Path("config.toml").write_text(text.replace('channel = "mail"', 'channel = "post"'))
    capsys.readouterr()
    for command in (["outbox", "list"], ["status"]):
        assert run_command(command) == 1
        assert "2 messages for the channel 'mail', which the configuration no longer has" in capsys.readouterr().out
    assert run_command(["check"]) == 0
    assert "2 messages for the channel 'mail'" in capsys.readouterr().out


@pytest.fixture
def restored(folder: Path) -> Path:
    """Last night's backup, put back after a digest was mailed; the article that it told of waits in it again."""
    (folder / "inbox" / "malta.txt").rename(folder / "malta.txt")
    assert run_command(["run", "--once"]) == 0
    database = folder / "state" / "monitor.sqlite"
    shutil.copy(database, folder / "backup.sqlite")
    (folder / "malta.txt").rename(folder / "inbox" / "malta.txt")
    assert run_command(["run", "--once"]) == 0
    for path in folder.glob("out/*"):
        path.unlink()
    shutil.copy(folder / "backup.sqlite", database)
    return database


@pytest.mark.case(77)
def test_a_restored_backup_mails_nothing_before_an_operator_says_so(
    restored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run_command(["run", "--once"]) == 1
    assert "it was restored from a backup" in capsys.readouterr().err
    assert not list(Path("out").glob("*"))
    for command in (["status"], ["outbox", "list"]):
        assert run_command(command) == 1
        assert "Nothing is composed and nothing is sent" in capsys.readouterr().out
    assert run_command(["run", "--once"]) == 1, "it stays so"
    capsys.readouterr()
    assert run_command(["outbox", "release"]) == 1
    assert "--send mails it, --as-told" in capsys.readouterr().err


@pytest.mark.case(77)
def test_what_waits_in_a_restored_backup_can_be_taken_as_told(
    restored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run", "--once"]) == 1
    assert run_command(["outbox", "release", "--as-told"]) == 0
    assert "1 alert taken as told" in capsys.readouterr().out
    assert run_command(["run", "--once"]) == 0
    assert not list(Path("out").glob("*"))
    capsys.readouterr()
    assert run_command(["sent", "why", "Malta"]) == 0
    assert "taken as told in morning@" in capsys.readouterr().out
    Path("inbox/more.txt").write_text("Rome follows\n\nRome blocked ChatGPT on Sunday.\n")
    assert run_command(["run", "--once"]) == 0
    assert len(list(Path("out").glob("*.eml"))) == 1


@pytest.mark.case(77)
def test_what_waits_in_a_restored_backup_can_be_mailed(restored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 1
    assert run_command(["outbox", "release", "--send"]) == 0
    assert run_command(["run", "--once"]) == 0
    assert len(list(Path("out").glob("*.eml"))) == 1


@pytest.mark.case(77)
def test_a_database_without_its_marker_is_held_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    (folder / "state" / "monitor.sqlite.instance").unlink()
    assert run_command(["run", "--once"]) == 1
    assert "the marker beside it is missing" in capsys.readouterr().err
    assert run_command(["outbox", "release", "--send"]) == 0
    assert run_command(["run", "--once"]) == 0


def test_a_digest_that_cannot_be_composed_is_seen_in_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    store = opened()
    store.compose_failed("morning", "KeyError: 'nowhere'", utc_now())
    store.close()
    capsys.readouterr()
    assert run_command(["status"]) == 1
    assert "cannot be composed since" in (said := capsys.readouterr().out)
    assert "KeyError: 'nowhere'" in said


@pytest.mark.case(81)
def test_a_clock_behind_the_last_digest_is_seen_in_status(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_command(["run", "--once"]) == 0
    monkeypatch.setattr(status, "utc_now", lambda: utc_now() - timedelta(days=1))
    capsys.readouterr()
    assert run_command(["status"]) == 0
    assert "the clock is behind the last digest" in capsys.readouterr().out


def test_what_was_being_sent_by_a_dead_monitor_is_in_doubt_at_the_next_start(outbox: Path) -> None:
    store = opened()
    assert store.claim(utc_now() + timedelta(hours=2), timedelta(hours=1), ["mail"]) is not None
    store.close()
    assert run_command(["run", "--once"]) == 1
    assert state_of(1) is not DeliveryState.SENDING
