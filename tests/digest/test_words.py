"""The phrases: both languages say the same things, with the same places, and nothing that nobody asks for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest

from monitor.alerts.overtime import Episode
from monitor.alerts.reasons import reason_of
from monitor.digest.times import clock_time, full_day, local_time, near_time, short_day
from monitor.digest.words import LANGUAGES, Phrase, Words
from monitor.model import Account, Novelty, Reason, Severity, TimedRule, When, WhenKind
from tests.digest.material import END

ROOM = Path(__file__).resolve().parents[2] / "monitor" / "digest"
EN, ZH = LANGUAGES["en"], LANGUAGES["zh"]
_TIMES = {"short_day", "full_day", "moment", "moment_with_year", "near", "far", "far_with_year"}


def places(phrase: Phrase) -> set[str]:
    forms = (phrase,) if isinstance(phrase, str) else phrase
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_both_languages_have_the_same_phrases() -> None:
    assert set(EN.phrases) == set(ZH.phrases)


@pytest.mark.parametrize("key", sorted(set(EN.phrases) - _TIMES))
def test_a_phrase_has_the_same_places_in_both(key: str) -> None:
    assert places(EN.phrases[key]) == places(ZH.phrases[key])


def test_chinese_has_one_form_for_all_numbers() -> None:
    assert all(isinstance(phrase, str) for phrase in ZH.phrases.values())


def test_every_phrase_is_asked_for() -> None:
    source = "".join(
        path.read_text("utf-8")
        for path in [*ROOM.glob("*.py"), *(ROOM / "templates").glob("*.j2"), ROOM / "words" / "__init__.py"]
    )
    asked = set(re.findall(r'"([a-z_]+)"', source))
    made = {f"account_{key}" for key in asked} | {f"severity_{each}" for each in Severity}
    made |= {f"kind_{each}" for each in Novelty} | {f"why_{each.name.lower()}" for each in Reason}
    made |= {f"sign_{sign}" for sign in ("late", "quiet", "empty")}
    made |= {f"label_{kind}" for kind in ("new", "update", "again", "corrected")}
    assert sorted(set(EN.phrases) - asked - made) == []


@pytest.mark.parametrize("words", [EN, ZH])
@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.COUNTED, Reason.OVER_TIME, Reason.WITHDRAWN}))
def test_every_reason_of_an_update_can_be_said(words: Words, reason: Reason) -> None:
    """A card without a phrase for it would be quarantined."""
    assert words.say(f"why_{reason.name.lower()}")


@pytest.mark.parametrize("count", [0, 1, 2, 1234])
def test_numbers_agree_with_their_nouns(count: int) -> None:
    assert EN.many("stories", count) == f"{count:,} {'story' if count == 1 else 'stories'}"
    assert ZH.many("stories", count) == f"{count:,} 个事件"


@pytest.mark.parametrize(
    ("parts", "english", "chinese"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a and b", "a、b"), (["a", "b", "c"], "a, b and c", "a、b、c")],
)
def test_lists(parts: list[str], english: str, chinese: str) -> None:
    assert (EN.joined(parts), ZH.joined(parts)) == (english, chinese)


def test_what_is_put_in_is_never_read_as_a_pattern() -> None:
    assert EN.say("bracket", text="{0} {x} %s") == "({0} {x} %s)"


def test_times_in_words() -> None:
    zone, then = "Europe/Prague", datetime.fromisoformat("2024-12-24T17:05:00+00:00")
    for words, expected in (
        (EN, ("Tue 24 Dec 2024, 18:05", "Thursday 08:00", "Tuesday 24 December 2024, 18:05", "06:00")),
        (ZH, ("2024年12月24日 18:05", "周四 08:00", "2024年12月24日（周二）18:05", "06:00")),
    ):
        assert local_time(then, zone, END, words) == expected[0]
        assert near_time(END - timedelta(days=1), zone, END, words) == expected[1]
        assert near_time(then, zone, END, words) == expected[2]
        assert clock_time(END - timedelta(hours=2), zone, END, words) == expected[3]
    assert (short_day(date(2025, 1, 23), ZH), full_day(END, zone, ZH)) == ("1月23日", "2025年1月31日 星期五")


DAY, FIRST, LAST = timedelta(days=1), datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
ANY = Account("bans", "wave")
ITALY = Account("bans", "wave", "italy", "Italy")


@pytest.mark.parametrize(
    ("when", "account", "chinese"),
    [
        (When(WhenKind.FREQUENCY, 4, 7 * DAY), ANY, "7 天内有 4 个事件"),
        (When(WhenKind.FREQUENCY, 4, 12 * DAY / 24, per="place"), ITALY, "12 小时内有 4 个关于Italy的事件"),
        (When(WhenKind.SPIKE, 4, 7 * DAY, 3.0, 28 * DAY), ANY, "7 天内有 4 个事件；通常每周 0.8 个"),
        (When(WhenKind.NEW_VALUE, slot="product"), ANY, "Kimi首次出现"),
        (When(WhenKind.NEW_VALUE, slot="product", per="place"), ITALY, "Kimi首次与Italy一同出现"),
        (When(WhenKind.ABSENCE, 1, 56 * DAY), ANY, "8 周内没有事件；最近一个在2026 年 3 月 4 日"),
        (
            When(WhenKind.ABSENCE, 3, 2 * DAY, per="place"),
            ITALY,
            "2 天内关于Italy的事件不到 3 个；最近第 2 个之前的一个在2026 年 3 月 4 日",
        ),
        (When(WhenKind.SEQUENCE, within=9 * DAY, first="plan"), ANY, "2026 年 3 月 4 日 plan，2026 年 3 月 9 日 wave"),
    ],
)
def test_a_reason_over_time_is_told_in_both_languages(when: When, account: Account, chinese: str) -> None:
    episode = Episode(FIRST, LAST, 4, 0.8)
    why = reason_of(TimedRule("bans", "wave", when), episode, account, "Kimi")
    assert EN.reason(why) == why
    assert ZH.reason(why) == chinese
