"""`monitor schedule next`: what an analyst wants to know before trusting a cron line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cli import run_command
from monitor.commands import schedule_next


@pytest.mark.case(81)
def test_the_next_five_in_words_and_in_both_times(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text() + 'schedule = "30 2 * * *"\nzone = "Europe/Prague"\n')
    monkeypatch.setattr(schedule_next, "utc_now", lambda: datetime(2026, 3, 27, 12, tzinfo=UTC))
    assert run_command(["schedule", "next"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "morning: At 02:30 every day, Europe/Prague time (`30 2 * * *`)",
        "  Sat 28 Mar 2026 02:30 CET  =  2026-03-28 01:30 UTC",
        "  Sun 29 Mar 2026 03:00 CEST  =  2026-03-29 01:00 UTC",
        "  Mon 30 Mar 2026 02:30 CEST  =  2026-03-30 00:30 UTC",
        "  Tue 31 Mar 2026 02:30 CEST  =  2026-03-31 00:30 UTC",
        "  Wed 1 Apr 2026 02:30 CEST  =  2026-04-01 00:30 UTC",
    ]


def test_one_subscription_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schedule", "next", "morning"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert run_command(["schedule", "next", "evening"]) == 1
    assert "there is no subscription 'evening'; known here: morning" in capsys.readouterr().err


def test_what_waits_for_no_schedule_is_said_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text() + 'instant = ["critical", "high"]\nquiet = "22:00-07:00"\n')
    assert run_command(["schedule", "next"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "  at once: new facts that are critical or high, after a wait of 2 minutes, at most 4 mails an hour, and what "
        "corrects them; between 22:00 and 07:00 they wait"
    )
