"""What a `[[subscription]]` may say of mails at once, languages, severities and templates, and how it is refused."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.app import subscriptions
from monitor.checks import setting_faults
from monitor.errors import ConfigError
from monitor.model import Instant, MailFormat, Quiet, Severity, Subscription
from monitor.settings import load_config

BASE = """
[[source]]
name = "inbox"
folder = "inbox"
[channel.files]
kind = "files"
folder = "out"
[[subscription]]
name = "morning"
to = ["ana@example.org"]
channel = "files"
"""


def written(folder: Path, *lines: str) -> Path:
    path = folder / "config.toml"
    path.write_text(BASE + "\n".join(lines), encoding="utf-8")
    return path


def subscribed(folder: Path, *lines: str) -> Subscription:
    [subscription] = subscriptions(load_config(written(folder, *lines), setting_faults).settings)
    return subscription


def complaint(folder: Path, *lines: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(written(folder, *lines), setting_faults)
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_without_a_word_everything_is_taken_and_nothing_is_sent_at_once(tmp_path: Path) -> None:
    plain = subscribed(tmp_path)
    assert (plain.severities, plain.languages, plain.instant, plain.heartbeat) == ((), (), None, False)
    assert (plain.language, plain.format) == ("en", MailFormat.BOTH)


def test_all_of_it(tmp_path: Path) -> None:
    full = subscribed(
        tmp_path,
        'severities = ["high", "critical"]',
        'languages = ["en", "zh"]',
        'language = "zh"',
        'format = "text"',
        'empty = "heartbeat"',
        'instant = ["critical"]',
        'instant_wait = "90s"',
        "instant_per_hour = 2",
        'quiet = "22:00-07:30"',
    )
    assert (full.severities, full.languages) == ((Severity.HIGH, Severity.CRITICAL), ("en", "zh"))
    assert (full.language, full.format, full.heartbeat) == ("zh", MailFormat.TEXT, True)
    quiet = Quiet(time(22), time(7, 30))
    assert full.instant == Instant((Severity.CRITICAL,), timedelta(seconds=90), 2, quiet)


@pytest.mark.case(88)
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['quiet = "22-7"', 'instant = ["critical"]'], 'quiet hours are two times of the day: "22:00-07:00"'),
        (['quiet = "25:00-07:00"', 'instant = ["critical"]'], "quiet hours are two times of the day"),
        (['quiet = "07:00-07:00"', 'instant = ["critical"]'], "end at another time than they begin"),
        (['quiet = "22:00-07:00"'], '`quiet` is for mails that are sent at once; write instant = ["critical"] too'),
        (["instant_per_hour = 2"], "`instant_per_hour` is for mails that are sent at once"),
        (['instant = ["urgent"]'], "subscription[morning].instant"),
        (['severities = ["hihg"]'], "subscription[morning].severities"),
        (['languages = ["English"]'], "subscription[morning].languages"),
        (['language = "fr"'], "subscription[morning].language"),
        (['format = "pdf"'], "subscription[morning].format"),
        (['empty = "silence"'], "subscription[morning].empty"),
        (['owner = "ana@example.org"'], "`owner` is for `templates`"),
        (['owner = "no address"', 'templates = "mine"'], "subscription[morning].owner"),
        (["[health]", 'ping = "ftp://hc.example.org"'], "`health.ping`: only http:// and https:// are read"),
        (["[health]", 'ping = "https://me:secret@hc.example.org"'], "`health.ping`: user names and passwords"),
        (["[pages]", 'url = "files"'], "pages.url"),
    ],
)
def test_what_is_refused_and_how_it_is_said(tmp_path: Path, lines: list[str], said: str) -> None:
    assert said in complaint(tmp_path, *lines)
