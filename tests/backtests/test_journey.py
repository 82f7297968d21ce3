"""A history in its own time: the digests on the way hold what came before them, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.backtests.journey import ArticleTime, Journey, Timetable
from monitor.backtests.matching import Answered, Moment
from monitor.backtests.replay import Foretold
from monitor.model import Article, Fact, FrozenDigest, Match, Severity
from monitor.pipeline import Taken
from monitor.rehearsals import replaying
from monitor.settings import load_config
from monitor.stories.freshness import NoveltySettings

START = datetime(2025, 3, 3, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONFIG = """\
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
schedule = "0 8 * * *"
"""


def answered(number: int, at: datetime) -> Answered:
    """An article of its own fact."""
    title = f"Place {number} acts"
    article = Article(f"a{number}", "wire", title, at, identities=(f"text:{number}",), native_id=str(number))
    fact = Fact((("place", f"Place {number}"),))
    return Answered(Moment(at, article), (Match("bans", "ban", "ban", Severity.HIGH, title, fact),))


def travelled(tmp_path: Path, times: list[datetime]) -> tuple[list[FrozenDigest], list[Taken], int]:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    settings = load_config(tmp_path / "config.toml").settings
    foretold, clock = Foretold(), ArticleTime()
    digests: list[FrozenDigest] = []
    taken: list[Taken] = []
    done: list[Answered] = []
    with replaying(foretold, clock, NoveltySettings(), taken.append, settings) as pipeline:
        journey = Journey(pipeline, foretold, clock, Timetable(pipeline, digests.append))
        journey.travel((answered(number, at) for number, at in enumerate(times)), done.append)
    return digests, taken, len(done)


def test_an_article_of_the_very_minute_belongs_to_the_next_digest(tmp_path: Path) -> None:
    digests, taken, done = travelled(tmp_path, [START, START + HOUR, START + 2 * HOUR])
    assert [digest.period.end for digest in digests] == [START + HOUR, START + 25 * HOUR]
    assert [len(digest.alerts) for digest in digests] == [1, 2]
    assert digests[0].period.start == START
    assert (len(taken), done) == (3, 3)


def test_days_without_news_have_no_digest(tmp_path: Path) -> None:
    digests, _, _ = travelled(tmp_path, [START, START + timedelta(days=40)])
    assert [digest.composed for digest in digests] == [START + HOUR, START + timedelta(days=40) + HOUR]


@pytest.mark.parametrize("number", [0, 1, 90])
def test_every_article_is_told_once(tmp_path: Path, number: int) -> None:
    digests, taken, done = travelled(tmp_path, [START + n * timedelta(minutes=1) for n in range(number)])
    assert len(taken) == done == number
    told = [alert for digest in digests for alert in digest.alerts]
    assert len(told) == len(set(told))
    assert len(told) == number
