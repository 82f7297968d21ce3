"""health, backup, restore, retire, doctor, service: what an operator types."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from monitor.cli import run_command
from monitor.diagnosis.here import has_wal_reset_bug


def words(capsys: pytest.CaptureFixture[str]) -> str:
    done = capsys.readouterr()
    return done.out + done.err


def test_health_without_a_daemon(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["health"]) == 1
    assert "no daemon is at work here" in words(capsys)
    assert run_command(["health", "--format", "json"]) == 1
    assert json.loads(words(capsys))["healthy"] is False


@pytest.mark.case(77)
def test_a_restored_database_mails_nothing_until_it_is_released(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = folder / "inbox"
    late = {path.name: path.read_text(encoding="utf-8") for path in inbox.iterdir()}
    (inbox / "malta.txt").unlink()
    assert run_command(["run", "--once"]) == 0
    assert run_command(["backup", "copy.sqlite"]) == 0
    assert stat.S_IMODE(Path("copy.sqlite").stat().st_mode) == 0o600
    (inbox / "malta.txt").write_text(late["malta.txt"], encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    sent = sorted(path.name for path in (folder / "out").glob("*.eml"))
    assert len(sent) == 2
    assert run_command(["restore", "copy.sqlite"]) == 0
    assert "monitor outbox release" in words(capsys)
    run_command(["run", "--once"])
    assert sorted(path.name for path in (folder / "out").glob("*.eml")) == sent
    assert (folder / "state" / "monitor.sqlite.before-restore").exists()
    assert run_command(["doctor"]) == 1
    assert "nothing is mailed" in words(capsys)
    assert run_command(["outbox", "release", "--as-told"]) == 0
    run_command(["run", "--once"])
    assert sorted(path.name for path in (folder / "out").glob("*.eml")) == sent


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 500])
def test_what_is_no_backup_is_not_restored(folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    before = (folder / "state" / "monitor.sqlite").read_bytes()
    Path("copy.sqlite").write_bytes(content)
    assert run_command(["restore", "copy.sqlite"]) == 1
    assert run_command(["restore", "missing.sqlite"]) == 1
    assert (folder / "state" / "monitor.sqlite").read_bytes() == before
    assert not list((folder / "state").glob("*.part"))


def test_a_backup_does_not_overwrite_the_database(folder: Path) -> None:
    assert run_command(["run", "--once"]) == 0
    assert run_command(["backup", "state/monitor.sqlite"]) == 1


@pytest.mark.case(49)
def test_retire(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    assert run_command(["retire", "bans"]) == 1
    assert "is still there" in words(capsys)
    (folder / "rules" / "bans.toml").rename(folder / "bans.toml")
    assert run_command(["run", "--once"]) == 0
    assert run_command(["status"]) == 0
    assert "bans/ban (its last good version works on)" in words(capsys)
    assert run_command(["retire", "bans"]) == 0
    assert run_command(["retire", "bans"]) == 1


def test_doctor_on_a_fresh_machine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["doctor"]) == 0
    said = words(capsys)
    assert "1 rules, their cases pass" in said
    assert "0 things to mend" in said
    assert run_command(["doctor", "--format", "json"]) == 0
    assert {"subject", "grade", "message", "advice"} == set(json.loads(words(capsys))[0])


def test_doctor_has_nothing_to_say_of_a_database_that_we_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = os.umask(0)
    try:
        assert run_command(["run", "--once"]) == 0
    finally:
        os.umask(before)
    words(capsys)
    assert run_command(["doctor"]) == 0
    said = words(capsys)
    assert "open to others" not in said
    assert "readable by their owner only" in said


def test_doctor_finds_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = (folder / "config.toml").read_text(encoding="utf-8")
    mail = '\n[channel.mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nfrom = "w@localhost"\n'
    mail += 'username = "w"\npassword_file = "mail.password"\n'
    (folder / "config.toml").write_text(config + mail, encoding="utf-8")
    (folder / "mail.password").write_text("hush", encoding="utf-8")
    (folder / "mail.password").chmod(0o644)
    (folder / "rules" / "bad.toml").write_text("[[rule]\n", encoding="utf-8")
    (folder / "inbox").rename(folder / "elsewhere")
    assert run_command(["doctor", "--network"]) == 1
    said = words(capsys)
    for line in ("chmod 600", "rules/bad.toml:1:", "inbox is not there", "mail: 127.0.0.1:1:"):
        assert line in said
    assert "hush" not in said


def test_doctor_of_a_broken_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config.toml").write_text("[stor]\n", encoding="utf-8")
    assert run_command(["doctor"]) == 1
    assert "C101" in words(capsys)


def test_doctor_looks_on_at_what_is_sound_of_a_broken_configuration(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run", "--once"]) == 0
    config = folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[novelty]\nfresh = "soon"\n', encoding="utf-8")
    assert run_command(["doctor"]) == 1
    said = words(capsys)
    for line in ("novelty.fresh", "monitor.sqlite is sound", "1 rules, their cases pass", "no daemon is at work"):
        assert line in said


@pytest.mark.case(80)
def test_doctor_changes_nothing_in_a_database_of_another_version(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["run", "--once"]) == 0
    path = folder / "state" / "monitor.sqlite"
    for version, said, code in ((0, "warn database: the database", 0), (999, "BAD  database: the database", 1)):
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"PRAGMA user_version = {version}")
        before = path.read_bytes()
        words(capsys)
        assert run_command(["doctor"]) == code
        assert said in words(capsys)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("version", "bad"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), True),
        ((3, 53, 0), False),
    ],
)
def test_the_wal_reset_bug(version: tuple[int, ...], bad: bool) -> None:
    assert has_wal_reset_bug(version) is bad


def test_the_unit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["service", "show"]) == 0
    shown = words(capsys)
    for line in (
        "Type=notify",
        "WatchdogSec=5min",
        f"ReadWritePaths={folder / 'state'}",
        f"ReadWritePaths={folder / 'out'}",
    ):
        assert line in shown.splitlines()
    assert run_command(["service", "install", "--folder", "units"]) == 0
    assert Path("units/watchlist-monitor.service").read_text(encoding="utf-8") == shown
    assert run_command(["service", "install", "--folder", "units"]) == 0
    Path("units/watchlist-monitor.service").write_text("mine", encoding="utf-8")
    assert run_command(["service", "install", "--folder", "units"]) == 1
    assert Path("units/watchlist-monitor.service").read_text(encoding="utf-8") == "mine"


def test_the_unit_takes_passwords_as_credentials(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail = '\n[channel.mail]\nkind = "smtp"\nhost = "localhost"\nfrom = "w@example.org"\nusername = "w"\n'
    config = (folder / "config.toml").read_text(encoding="utf-8")
    (folder / "config.toml").write_text(config + mail + 'password_file = "mail.password"\n', encoding="utf-8")
    (folder / "mail.password").write_text("hush", encoding="utf-8")
    assert run_command(["service", "show"]) == 0
    shown = words(capsys)
    assert f"LoadCredential=mail-password:{folder / 'mail.password'}" in shown
    assert "Environment=MONITOR_CHANNEL__MAIL__PASSWORD_FILE=%d/mail-password" in shown


@pytest.mark.parametrize("level", ["loud", "nowhere=debug", "deliver="])
def test_a_level_that_cannot_be(folder: Path, level: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once", "--log-level", level]) == 1
    assert "--log-level" in words(capsys)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_itself_takes_the_unit_and_finds_it_hardened(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["service", "show"]) == 0
    unit = folder / "watchlist-monitor.service"
    unit.write_text(words(capsys), encoding="utf-8")
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, f"exposed by more than 2.5 of 10: {judged.stdout[-200:]}"


@pytest.mark.parametrize(
    "command",
    [
        ["digest", "preview", "morning"],
        ["schedule", "next"],
        ["facts", "list"],
        ["sent", "why", "DeepSeek"],
        ["status"],
    ],
)
def test_a_watchlist_that_works_on_without_its_file_may_be_looked_into(
    folder: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run_command(["run", "--once"]) == 0
    shutil.copy("rules/bans.toml", "rules/other.toml")
    Path("rules/bans.toml").unlink()
    capsys.readouterr()
    assert run_command(command) in (0, 1), words(capsys)
    assert "there is no rule file" not in words(capsys)
