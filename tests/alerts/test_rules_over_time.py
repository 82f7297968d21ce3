"""Rules over time, told day by day over a real store."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Reason, Subscription
from monitor.rulebook.prepare import Preparer, keep
from tests.alerts.world import BEGIN, DAY, HEAD, HOUR, PLACES, TEXTS, Newsroom, rule, whys

THREE = {"bans.toml": rule("{ kind = 'frequency', stories = 3, within = '7d' }")}
THREE_IN_NINE = rule("{ kind = 'frequency', stories = 3, within = '9d' }")
SPIKE = {"bans.toml": rule("{ kind = 'spike', ratio = 3, stories = 3, within = '7d', baseline = '28d' }")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def steady(room: Newsroom, count: int, every: timedelta, begin: datetime = BEGIN) -> None:
    """Old news of other products, one at a time: what is usual."""
    places = itertools.cycle(PLACES)
    for number in range(count):
        name = f"usual-{number}"
        room.come(f"{next(places)} bans Kimi in office {'x' * (number + 1)}.", at=begin + number * every, name=name)


class TestFrequency:
    def test_it_is_told_once_with_its_reason(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        assert room.come(TEXTS["Italy"]) == []
        assert room.come(TEXTS["Czechia"], at=BEGIN + 2 * DAY) == []
        (told,) = room.come(TEXTS["Spain"], at=BEGIN + 4 * DAY)
        assert told.why == "3 stories within 7 days"
        assert told.match.fact.as_dict()["place"] == "Spain"
        assert [alert.id for alert in room.waiting()] == [told.id]
        digest = room.digest()
        assert digest is not None
        assert digest.alerts == (told.id,)
        assert "3 stories within 7 days" in digest.messages[0].text
        assert room.come(TEXTS["Malta"], at=BEGIN + 5 * DAY) == []
        assert room.digest() is None

    def test_what_is_counted_says_how_far_it_is(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        room.come(TEXTS["Italy"], name="italy")
        history = room.store.history("italy")
        assert history is not None
        (counted,) = history.told
        assert (counted.alert.reason, counted.alert.why) == (Reason.COUNTED, "1 of 3 stories within 7 days")
        assert counted.seats == ()

    def test_a_span_does_not_hold_its_own_beginning(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        room.come(TEXTS["Italy"])
        room.come(TEXTS["Czechia"], at=BEGIN + 6 * DAY)
        assert room.come(TEXTS["Spain"], at=BEGIN + 7 * DAY) == []
        (told,) = room.come(TEXTS["Malta"], at=BEGIN + 13 * DAY - HOUR)
        assert told.why == "3 stories within 7 days"

    def test_until_it_is_mailed_it_is_told_better(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        for day, place in enumerate(("Italy", "Czechia", "Spain", "Malta")):
            room.come(TEXTS[place], at=BEGIN + day * DAY)
        (told,) = room.waiting()
        assert told.why == "4 stories within 7 days"
        assert told.match.fact.as_dict()["place"] == "Malta"

    def test_it_is_armed_again_when_it_has_not_held_for_a_span(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        for day, place in enumerate(("Italy", "Czechia", "Spain")):
            room.come(TEXTS[place], at=BEGIN + day * DAY)
        room.digest()
        room.come(TEXTS["Malta"], at=BEGIN + 20 * DAY)
        room.come(TEXTS["Norway"], at=BEGIN + 21 * DAY)
        (told,) = room.come(TEXTS["Ireland"], at=BEGIN + 22 * DAY)
        assert told.why == "3 stories within 7 days"
        digest = room.digest()
        assert digest is not None
        assert "1 new" in digest.messages[0].subject

    def test_copies_and_other_tellings_count_once(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        room.come(TEXTS["Italy"])
        room.come(TEXTS["Italy"], name="copy")
        room.come("In Italy, the regulator blocks DeepSeek, said a lawyer.", at=BEGIN + DAY)
        room.come(TEXTS["Czechia"])
        assert room.raised == []

    def test_a_late_article_counts_where_it_belongs(self, path: Path) -> None:
        room = Newsroom(path, THREE)
        room.come(TEXTS["Italy"])
        room.come(TEXTS["Czechia"], at=BEGIN + DAY)
        late = BEGIN + 30 * DAY
        room.come(TEXTS["Spain"], at=late)
        (told,) = room.come(TEXTS["Malta"], at=late, published=BEGIN + 2 * DAY)
        assert told.why == "3 stories within 7 days"
        assert told.match.fact.as_dict()["place"] == "Malta"

    def test_each_value_has_an_account_of_its_own(self, path: Path) -> None:
        room = Newsroom(path, {"bans.toml": rule("{ kind = 'frequency', stories = 2, within = '7d', per = 'place' }")})
        room.come("Rome bans DeepSeek.")
        room.come("Prague bans Kimi.")
        (told,) = room.come("Italy also blocks Kimi in schools, the minister said.")
        assert told.why == "2 stories about Italy within 7 days"

    @pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::4])
    def test_the_order_within_a_period_changes_nothing(self, path: Path, order: tuple[int, ...]) -> None:
        """Two bursts that an article joins to one: told once, whichever of them came last."""
        room = Newsroom(path, {"bans.toml": rule("{ kind = 'frequency', stories = 2, within = '4d' }")})
        days = (0, 3, 6, 8, 11)
        for number in order:
            text = TEXTS[list(PLACES)[number]]
            room.come(text, at=BEGIN + 20 * DAY, published=BEGIN + days[number] * DAY)
        assert whys(room.waiting()) == ["2 stories within 4 days"]

    @pytest.mark.parametrize("cut", range(1, 6))
    def test_a_restart_between_any_two_steps_changes_nothing(self, path: Path, cut: int) -> None:
        room = Newsroom(path, THREE)
        for number, place in enumerate(PLACES):
            if number == cut:
                room.restart()
            room.come(TEXTS[place], at=BEGIN + number * 2 * DAY)
            if number == 3:
                room.digest()
        assert whys(room.raised) == ["3 stories within 7 days", "4 stories within 7 days"]

    def test_what_was_learned_is_warm_and_told_to_nobody(self, path: Path) -> None:
        past = Newsroom(path, THREE, learning=True)
        past.come(TEXTS["Italy"])
        past.come(TEXTS["Czechia"], at=BEGIN + DAY)
        past.store.close()
        room = Newsroom(path, THREE, now=BEGIN + 2 * DAY)
        assert whys(room.come(TEXTS["Spain"])) == ["3 stories within 7 days"]

    def test_a_burst_that_was_learned_is_not_told_when_it_goes_on(self, path: Path) -> None:
        past = Newsroom(path, THREE, learning=True)
        for day, place in enumerate(("Italy", "Czechia", "Spain")):
            past.come(TEXTS[place], at=BEGIN + day * DAY)
        past.store.close()
        room = Newsroom(path, THREE, now=BEGIN + 3 * DAY)
        assert room.come(TEXTS["Malta"]) == []

    def test_two_readers_of_different_rhythm_are_told_once_each(self, path: Path) -> None:
        daily, weekly = (Subscription(name, ("a@example.org",), "files") for name in ("daily", "weekly"))
        room = Newsroom(path, THREE, readers=(daily, weekly))
        for day, place in enumerate(("Italy", "Czechia", "Spain")):
            room.come(TEXTS[place], at=BEGIN + day * DAY)
        assert room.digest("daily") is not None
        room.come(TEXTS["Malta"], at=BEGIN + 4 * DAY)
        assert room.digest("daily") is None
        assert whys(room.waiting("weekly")) == ["3 stories within 7 days"]

    def test_what_waits_for_a_weekly_digest_outlives_a_quiet_week(self, path: Path) -> None:
        room = Newsroom(path, {"bans.toml": rule("{ kind = 'frequency', stories = 2, within = '1d' }")})
        room.come(TEXTS["Italy"])
        room.come(TEXTS["Czechia"], at=BEGIN + HOUR)
        for day, place in enumerate(("Spain", "Malta", "Norway", "Ireland"), start=1):
            room.come(TEXTS[place], at=BEGIN + day * 2 * DAY)
        assert whys(room.waiting()) == ["2 stories within 1 day"]


class TestSpike:
    def test_it_is_told_against_its_own_baseline(self, path: Path) -> None:
        room = Newsroom(path, SPIKE)
        room.pass_time(timedelta())
        steady(room, 5, 7 * DAY)
        assert room.raised == []
        for number, place in enumerate(PLACES):
            room.come(TEXTS[place], at=BEGIN + 36 * DAY + number * HOUR)
        assert whys(room.waiting()) == ["6 stories within 7 days; usual 1.0 a week"]

    def test_it_is_silent_until_it_knows_what_is_usual(self, path: Path) -> None:
        room = Newsroom(path, SPIKE)
        room.pass_time(timedelta())
        for number, place in enumerate(PLACES):
            room.come(TEXTS[place], at=BEGIN + 20 * DAY + number * HOUR)
        assert room.raised == []

    def test_an_archive_tells_what_is_usual(self, path: Path) -> None:
        past = Newsroom(path, SPIKE, learning=True)
        steady(past, 5, 7 * DAY)
        past.store.close()
        room = Newsroom(path, SPIKE, now=BEGIN + 29 * DAY)
        room.pass_time(timedelta())
        for number, place in enumerate(PLACES):
            room.come(TEXTS[place], at=BEGIN + 36 * DAY + number * HOUR)
        assert whys(room.waiting()) == ["6 stories within 7 days; usual 1.0 a week"]

    def test_a_steady_flow_is_none(self, path: Path) -> None:
        room = Newsroom(path, SPIKE)
        room.pass_time(timedelta())
        steady(room, 60, DAY)
        assert room.raised == []

    def test_late_articles_that_make_it_usual_take_back_what_waits(self, path: Path) -> None:
        room = Newsroom(path, SPIKE)
        room.pass_time(timedelta())
        for number, place in enumerate(("Italy", "Czechia", "Spain")):
            room.come(TEXTS[place], at=BEGIN + 40 * DAY + number * HOUR)
        (told,) = room.waiting()
        assert told.why == "3 stories within 7 days; usually none"
        for number in range(8):
            text = f"Dublin bans Kimi in office {'x' * (number + 1)}."
            place = list(PLACES)[number % 6]
            room.come(text.replace("Dublin", place), published=BEGIN + (8 + 3 * number) * DAY, name=f"late-{number}")
        assert room.waiting() == []
        history = room.store.history(told.article)
        assert history is not None
        assert history.told[0].alert.reason is Reason.WITHDRAWN


def test_a_rename_keeps_what_was_counted(path: Path) -> None:
    room = Newsroom(path, THREE)
    room.come(TEXTS["Italy"])
    room.come(TEXTS["Czechia"])
    room.store.rename_watchlist("bans", "blocks")
    room.store.rename_rule("blocks", "many", "most", "most")
    room.files = {"blocks.toml": THREE["bans.toml"].replace("'many'", "'most'")}
    room.restart()
    assert whys(room.come(TEXTS["Spain"])) == ["3 stories within 7 days"]


@pytest.mark.parametrize(
    "when",
    ["{ kind = 'new_value', slot = 'place' }", "{ kind = 'frequency', stories = 2, within = '7d', per = 'place' }"],
)
def test_what_was_counted_follows_a_name_of_a_list(path: Path, when: str) -> None:
    """`was` in a list: the value is another one from now on, and what was counted of it is its own."""
    room = Newsroom(path, {"bans.toml": rule(when)})
    room.come("Rome bans DeepSeek.")
    text = rule(when).replace(
        "Italy = ['Rome', 'Italy']", "Italia = { spellings = ['Rome', 'Italy'], was = ['Italy'] }"
    )
    file = path.parent / "bans.toml"
    file.write_text(text, encoding="utf-8")
    keep(Preparer(room.store).prepare([file]), room.store)
    room.files = {"bans.toml": text}
    room.restart()
    told = room.come("Rome blocks Kimi in all of its schools, the minister said.")
    assert whys(told) == ([] if "new_value" in when else ["2 stories about Italia within 7 days"])


@pytest.mark.case(86)
def test_stories_that_turn_out_to_be_one_count_once(path: Path) -> None:
    text = HEAD + "[[rule]]\nid = 'many'\ntitle = 'Bans'\nquery = '@ban'\n"
    room = Newsroom(path, {"bans.toml": text + "when = { kind = 'frequency', stories = 2, within = '7d' }\n"})
    room.come("Rome blocks the road to its harbour for a lorry race.", name="one")
    (told,) = room.come("A school in Oslo bans chewing gum.", name="two")
    assert [alert.id for alert in room.waiting()] == [told.id]
    kept, dropped = room.store.story_of("one"), room.store.story_of("two")
    assert kept != dropped
    with room.store.transaction():
        room.store.merge_stories(kept, dropped, "two", 1.0, room.now)
        room.pipeline.over_time.merged([kept])
    assert room.waiting() == []
    (again,) = room.come("Teachers in Malta block a motorway.")
    assert again.why == "2 stories within 7 days"


@pytest.mark.case(86)
def test_a_merge_after_the_mail_tells_nothing_again(path: Path) -> None:
    text = HEAD + "[[rule]]\nid = 'many'\ntitle = 'Bans'\nquery = '@ban'\n"
    room = Newsroom(path, {"bans.toml": text + "when = { kind = 'frequency', stories = 2, within = '7d' }\n"})
    room.come("Rome blocks the road to its harbour for a lorry race.", name="one")
    room.come("A school in Oslo bans chewing gum.", name="two")
    assert room.digest() is not None
    with room.store.transaction():
        room.store.merge_stories(room.store.story_of("one"), room.store.story_of("two"), "two", 1.0, room.now)
        room.pipeline.over_time.merged([room.store.story_of("one")])
    assert room.come("Teachers in Malta block a motorway.") == []
    assert room.digest() is None


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_comes_in_whatever_order_with_restarts_and_copies(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Within a period the order of arrival, restarts and repeats change nothing of what is told, and of how often."""
    places = list(PLACES)
    days = data.draw(st.lists(st.integers(0, 30), min_size=3, max_size=6), label="days")
    before = data.draw(st.integers(0, len(days) - 1), label="in an earlier period")
    order = data.draw(st.permutations(range(before, len(days))), label="order")
    repeat = data.draw(st.sampled_from(list(order)), label="repeated")
    cut = data.draw(st.integers(0, len(order) - 1), label="restart")
    told = []
    for turn in (range(before, len(days)), order):
        room = Newsroom(tmp_path_factory.mktemp("room") / "news.db", {"bans.toml": THREE_IN_NINE})
        for number in range(before):
            room.come(TEXTS[places[number]], at=BEGIN + 40 * DAY, published=BEGIN + days[number] * DAY)
        room.digest()
        for step, number in enumerate(turn):
            if turn is order and step == cut:
                room.restart()
            room.come(TEXTS[places[number]], at=BEGIN + 41 * DAY, published=BEGIN + days[number] * DAY)
            if turn is order and number == repeat:
                room.come(TEXTS[places[number]], published=BEGIN + days[number] * DAY, name="again")
        told.append(sorted(whys(room.waiting())))
        room.store.close()
    assert told[0] == told[1]
