"""`monitor outbox bounces`: from the mailbox to the parked delivery."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import run_command
from tests.deliver.test_bounce import report

pytestmark = pytest.mark.case(69)


@pytest.fixture
def sent(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The Message-ID of a digest that was sent to ana@example.org."""
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    return str(deliveries(capsys)[0]["message_id"])


def deliveries(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    run_command(["outbox", "list", "--all", "--format", "jsonl"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def put(folder: Path, raw: bytes, name: str = "new/1") -> None:
    path = folder / "bounces" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def news(folder: Path, name: str, text: str) -> None:
    (folder / "inbox" / f"{name}.txt").write_text(f"{name}\n\n{text}\n", encoding="utf-8")


def test_a_mail_that_came_back_is_parked_and_its_address_is_dead(
    folder: Path, sent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, report(message_id=sent))
    assert run_command(["outbox", "bounces", "bounces"]) == 0
    said = capsys.readouterr().out
    assert "1 mail to ana@example.org came back: 5.1.1 550 5.1.1 no such user; nothing more is sent there" in said
    assert "nothing is sent to ana@example.org since" in said
    [delivery] = deliveries(capsys)
    assert (delivery["state"], delivery["last_error"]) == ("failed", "came back: 5.1.1 550 5.1.1 no such user")
    assert run_command(["status"]) == 1
    news(folder, "later", "Malta banned DeepSeek in ministries on Tuesday.")
    assert run_command(["run", "--once"]) == 1
    first, second = deliveries(capsys)
    assert second["state"] == "failed"
    assert "mail to this address came back on" in str(second["last_error"])
    assert len(list((folder / "out").glob("*.eml"))) == 1
    assert first["attempts"] == 1


def test_forgiven_it_is_sent_again(folder: Path, sent: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, report(message_id=sent))
    run_command(["outbox", "bounces", "bounces"])
    assert run_command(["outbox", "bounces", "--forgive", "ANA@example.org"]) == 0
    assert "mail is sent to every address" in capsys.readouterr().out
    assert run_command(["outbox", "retry", "--parked"]) == 0
    assert run_command(["run", "--once"]) == 0
    assert [delivery["state"] for delivery in deliveries(capsys)] == ["sent"]
    assert run_command(["outbox", "bounces", "--forgive", "ana@example.org"]) == 1


def test_a_full_mailbox_parks_the_mail_and_not_the_address(
    folder: Path, sent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, report(message_id=sent, status="5.2.2", code="smtp; 552 5.2.2 full"))
    assert run_command(["outbox", "bounces", "bounces"]) == 0
    assert "mail is sent to every address" in capsys.readouterr().out
    assert [delivery["state"] for delivery in deliveries(capsys)] == ["failed"]


@pytest.mark.parametrize("changes", [{"message_id": "<forged@example.org>"}, {"recipient": "rfc822; ben@example.org"}])
def test_nobody_can_silence_a_reader_with_a_forged_report(
    folder: Path, sent: str, capsys: pytest.CaptureFixture[str], changes: dict[str, str]
) -> None:
    put(folder, report(**{"message_id": sent, **changes}))
    assert run_command(["outbox", "bounces", "bounces"]) == 0
    assert "mail is sent to every address" in capsys.readouterr().out
    assert [delivery["state"] for delivery in deliveries(capsys)] == ["sent"]


def test_read_again_it_changes_nothing(folder: Path, sent: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, report(message_id=sent))
    run_command(["outbox", "bounces", "bounces"])
    capsys.readouterr()
    assert run_command(["outbox", "bounces", "bounces"]) == 0
    assert "came back:" not in capsys.readouterr().out


def test_links_in_the_mailbox_are_not_followed(folder: Path, sent: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, b"", "new/0")
    (folder / "secret").write_bytes(report(message_id=sent))
    (folder / "bounces" / "new" / "1").symlink_to(folder / "secret")
    assert run_command(["outbox", "bounces", "bounces"]) == 1
    assert [delivery["state"] for delivery in deliveries(capsys)] == ["sent"]


def test_a_mailbox_that_is_not_there_is_an_error(folder: Path, sent: str) -> None:
    assert run_command(["outbox", "bounces", "nowhere"]) == 1
