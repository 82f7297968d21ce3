"""Rules over time that wait for a value never seen, for nothing, or for a second step; over a real store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Instant, Severity, Subscription
from tests.alerts.world import BEGIN, DAY, Newsroom, rule, whys

NEW = {"bans.toml": rule("{ kind = 'new_value', slot = 'place' }")}
NONE = {"bans.toml": rule("{ kind = 'absence', within = '14d' }")}
STEPS = {
    "bans.toml": rule("{ kind = 'any' }", id="plan", verb="plan")
    + rule("{ kind = 'sequence', first = 'plan', within = '30d' }", id="done", head="")
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


class TestNewValue:
    def test_each_value_is_told_when_it_is_first_seen(self, path: Path) -> None:
        room = Newsroom(path, NEW)
        assert whys(room.come("Rome bans DeepSeek.")) == ["Italy was never seen before"]
        assert room.come("Rome bans Kimi too, and for the same reasons as before.", at=BEGIN + DAY) == []
        assert whys(room.come("Prague bans Kimi.", at=BEGIN + 300 * DAY)) == ["Czechia was never seen before"]

    def test_what_was_learned_is_known(self, path: Path) -> None:
        past = Newsroom(path, NEW, learning=True)
        past.come("Rome bans DeepSeek.")
        past.store.close()
        room = Newsroom(path, NEW)
        assert room.come("Rome bans Kimi from its schools for good.") == []
        assert len(room.come("Prague bans Kimi.")) == 1

    def test_a_list_of_them_is_told_whole(self, path: Path) -> None:
        room = Newsroom(path, NEW)
        told = room.come("Rome, Prague and Madrid banned DeepSeek.")
        assert sorted(whys(told)) == [f"{place} was never seen before" for place in ("Czechia", "Italy", "Spain")]


class TestAbsence:
    def test_it_is_told_once_and_armed_by_the_next_story(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        assert room.pass_time(13 * DAY) == []
        (told,) = room.pass_time(DAY)
        assert told.match.title == "Nothing for 14 days: Bans"
        assert told.why == "no story for 14 days; the last was on 5 January 2026"
        assert room.pass_time(10 * DAY) == []
        digest = room.digest()
        assert digest is not None
        read = " ".join(digest.messages[0].text.split())
        assert "[NEW] Nothing for 14 days: Bans; no story for 14 days; the last was on 5 January 2026" in read
        assert room.pass_time(10 * DAY) == []
        room.come("Prague bans DeepSeek.")
        assert room.pass_time(13 * DAY) == []
        assert len(room.pass_time(DAY)) == 1

    def test_one_that_presses_goes_at_once_and_is_not_new_in_the_morning(self, path: Path) -> None:
        instant = Instant((Severity.NORMAL,), timedelta(minutes=2))
        reader = Subscription("desk", ("ana@example.org",), "files", instant=instant)
        room = Newsroom(path, {**NONE, "films.toml": "[[rule]]\nid = 'film'\nquery = 'film'\n"}, [reader])
        room.pass_time(timedelta())
        room.pass_time(14 * DAY)
        room.now += timedelta(minutes=2)
        at_once = room.pipeline.desk.compose_instant(reader, room.now)
        assert at_once is not None and at_once.instant
        assert at_once.messages[0].subject == "Normal: Nothing for 14 days: Bans"
        assert "no story for 14 days; none since 5 January 2026" in " ".join(at_once.messages[0].text.split())
        room.come("A film about bans was shown.")
        morning = room.digest()
        assert morning is not None and "1 new" in morning.messages[0].subject
        assert "  - Nothing for 14 days: Bans\n" in morning.messages[0].text, "named once, as sent already"

    def test_what_never_came_is_missed_too(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.pass_time(7 * DAY)
        (told,) = room.pass_time(7 * DAY)
        assert told.why == "no story for 14 days; none since 5 January 2026"
        assert room.pass_time(10 * DAY) == []

    def test_a_restart_changes_nothing(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        room.pass_time(7 * DAY)
        room.restart()
        assert len(room.pass_time(7 * DAY)) == 1
        room.restart()
        assert room.pass_time(DAY) == []

    def test_after_a_long_standstill_it_begins_anew(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        assert room.pass_time(100 * DAY) == []
        assert room.pass_time(13 * DAY) == []
        assert len(room.pass_time(DAY)) == 1

    def test_a_clock_that_runs_ahead_and_is_put_back(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        assert room.pass_time(365 * DAY) == []
        assert room.pass_time(-364 * DAY) == []
        assert room.pass_time(7 * DAY) == []
        assert len(room.pass_time(7 * DAY)) == 1

    def test_a_late_story_takes_back_what_waits(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        room.pass_time(7 * DAY)
        assert len(room.pass_time(7 * DAY)) == 1
        room.come("Prague bans DeepSeek.", published=BEGIN + 10 * DAY)
        assert room.waiting() == []
        assert room.pass_time(9 * DAY) == []
        (told,) = room.pass_time(DAY)
        assert told.why == "no story for 14 days; the last was on 15 January 2026"

    def test_after_it_was_mailed_a_late_story_tells_it_no_second_time(self, path: Path) -> None:
        room = Newsroom(path, NONE)
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        room.pass_time(7 * DAY)
        room.pass_time(7 * DAY)
        assert room.digest() is not None
        room.come("Prague bans DeepSeek.", published=BEGIN + 10 * DAY)
        assert room.pass_time(12 * DAY) == []

    def test_each_value_is_missed_by_itself(self, path: Path) -> None:
        room = Newsroom(path, {"bans.toml": rule("{ kind = 'absence', within = '14d', per = 'place' }")})
        room.pass_time(timedelta())
        room.come("Rome bans DeepSeek.")
        room.now += 7 * DAY
        room.come("Prague bans DeepSeek.")
        room.pass_time(timedelta())
        (told,) = room.pass_time(7 * DAY)
        assert told.match.title == "Nothing for 14 days: Bans: Italy"
        assert told.why == "no story about Italy for 14 days; the last was on 5 January 2026"

    def test_nothing_is_learned_to_be_absent(self, path: Path) -> None:
        past = Newsroom(path, NONE, learning=True)
        past.come("Rome bans DeepSeek.")
        past.store.close()
        room = Newsroom(path, NONE, now=BEGIN + 200 * DAY)
        assert room.pass_time(timedelta()) == []
        assert room.pass_time(13 * DAY) == []
        assert len(room.pass_time(DAY)) == 1


class TestSequence:
    def test_two_steps_about_one_fact(self, path: Path) -> None:
        room = Newsroom(path, STEPS)
        room.come("Rome plans to restrict DeepSeek.")
        room.come("Madrid bans DeepSeek.", at=BEGIN + DAY)
        (told,) = room.come("Rome bans DeepSeek for good, the ministry said.", at=BEGIN + 12 * DAY)
        assert (told.match.rule, told.why) == ("done", "plan on 5 January 2026, done on 17 January 2026")

    def test_the_second_step_alone_or_too_late_is_none(self, path: Path) -> None:
        room = Newsroom(path, STEPS)
        assert room.come("Rome bans DeepSeek for good, the ministry said.") == []
        room.come("Prague plans to restrict DeepSeek.", at=BEGIN + DAY)
        assert room.come("Prague bans DeepSeek for all, the ministry said.", at=BEGIN + 32 * DAY) == []

    def test_a_first_step_that_comes_late_completes_it(self, path: Path) -> None:
        room = Newsroom(path, STEPS)
        room.come("Rome bans DeepSeek for good, the ministry said.", at=BEGIN + 12 * DAY)
        told = room.come("Rome plans to restrict DeepSeek.", published=BEGIN)
        (sequence,) = [alert for alert in told if alert.match.rule == "done"]
        assert sequence.why == "plan on 5 January 2026, done on 17 January 2026"
        assert sequence.match.title == "Bans: Italy"
        assert sequence.id in {alert.id for alert in room.waiting()}
