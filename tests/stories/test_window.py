"""Two events of one kind are two stories; the articles of one event are one; every article is in exactly one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import StoryReason
from monitor.stories.assign import GroupingSettings, assign
from monitor.stories.features import features
from monitor.stories.packing import unpack_profile
from monitor.stories.profile import as_article, joined, opened, weigh
from monitor.stories.rarity import Rarity
from monitor.stories.window import StoryWindow
from tests.stories.desk import BANS, NOON, QUAKES, RELEASE, article, told

EVENTS = QUAKES | BANS


def groups(window: StoryWindow, placed: list[tuple[str, str]]) -> dict[str, set[str]]:
    """The stories of every event, by their present names."""
    found: dict[str, set[str]] = {}
    for event, story in placed:
        found.setdefault(event, set()).add(window.current(story))
    return found


def run(events: dict[str, tuple[tuple[str, str], ...]], seed: int | None = None) -> dict[str, set[str]]:
    stream = told(events)
    if seed is not None:
        random.Random(seed).shuffle(stream)
    window = StoryWindow()
    return groups(window, [(event, window.place(each).story) for event, each in stream])


@pytest.mark.parametrize("events", [QUAKES, BANS, EVENTS], ids=["two quakes", "two bans", "all"])
def test_each_event_is_one_story_and_no_two_events_share_one(events: dict[str, tuple[tuple[str, str], ...]]) -> None:
    found = run(events)
    assert all(len(stories) == 1 for stories in found.values())
    assert len({story for stories in found.values() for story in stories}) == len(events)


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_arrival_glues_two_quakes(seed: int) -> None:
    found = run(QUAKES, seed)
    every = [story for stories in found.values() for story in stories]
    assert len(every) == len(set(every))


def test_two_bans_of_one_product_are_two_stories_whichever_came_first() -> None:
    """As news comes: one event after the other. Told in turns, with one article each, words alone may glue them; there
    the facts of the rules (place, product) tell them apart, which `place` asks first."""
    found = run(dict(reversed(BANS.items())))
    assert found["carvania"].isdisjoint(found["tolmark"])


def test_the_first_article_opens_a_story_and_the_next_says_why_it_joins() -> None:
    window = StoryWindow()
    first, second, *_ = [window.place(each) for _, each in told(QUAKES)]
    assert first.reason is StoryReason.FIRST
    assert (second.reason, second.story) == (StoryReason.SIMILAR, first.story)
    assert second.score is not None
    assert second.score > GroupingSettings().join_at


def test_the_same_stream_gives_the_same_stories() -> None:
    assert run(EVENTS) == run(EVENTS)


def test_a_story_that_is_over_takes_no_article() -> None:
    one = article("a", *QUAKES["toramo"][0])
    window = StoryWindow()
    first = window.place(one)
    assert window.place(replace(one, id="b", arrived=NOON + timedelta(days=6))).story == first.story
    later = window.place(replace(one, id="c", arrived=NOON + timedelta(days=14)))
    assert later.reason is StoryReason.FIRST
    assert len(window) == 1


def test_articles_published_weeks_apart_are_two_stories_though_they_arrive_together() -> None:
    one = article("a", *QUAKES["toramo"][0])
    window = StoryWindow()
    first = window.place(replace(one, published=NOON - timedelta(days=40)))
    assert window.place(replace(one, id="b", published=NOON)).story != first.story


def test_a_later_article_shows_that_two_stories_are_one() -> None:
    """The two tellings share no name until a third has the names of both."""
    window = StoryWindow(GroupingSettings(join_at=1.5, merge_at=-6.0))
    stream = [each for _, each in told({"toramo": QUAKES["toramo"]})]
    first = window.place(stream[0])
    second = window.place(
        replace(stream[2], title="Nine dead", body="Mayor Ilse Barrenko spoke of nine dead in Toramo.")
    )
    assert second.story != first.story
    both = article("c", "Quake", f"{stream[0].body} Mayor Ilse Barrenko spoke of nine dead in Toramo.")
    third = window.place(both)
    assert [(merge.kept, merge.dropped) for merge in third.merges] == [(first.story, second.story)]
    assert window.current(second.story) == first.story
    assert len(window) == 1


def test_the_window_keeps_no_more_stories_than_it_may() -> None:
    window = StoryWindow(GroupingSettings(most=3))
    for number in range(2000):
        window.place(article(f"a{number}", f"Zork{number} meets Blim{number}", f"Zork{number} and Blim{number} met."))
    assert len(window) == 3
    assert [unpack_profile(*row).articles for row in window.rows()] == [1, 1, 1]


def test_a_window_made_of_the_rows_of_another_goes_on_as_it_would_have() -> None:
    stream = [each for _, each in told(EVENTS)]
    whole, half = StoryWindow(), StoryWindow()
    expected = [whole.place(each).story for each in stream]
    begun = [half.place(each).story for each in stream[:4]]
    rest = StoryWindow(rarity=Rarity(half.rarity.articles, half.rarity.counts), rows=list(half.rows()))
    assert begun + [rest.place(each).story for each in stream[4:]] == expected


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 3))
def test_exact_copies_are_one_story_in_any_order(order: list[int], which: int) -> None:
    event = list(EVENTS)[which]
    title, body = EVENTS[event][0]
    copies = [article(f"copy-{number}", title, body, publisher=f"Paper {number}") for number in range(5)]
    window = StoryWindow()
    assert len({window.place(copies[number]).story for number in order}) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=12))
def test_every_article_whatever_its_text_is_in_exactly_one_story(texts: list[str]) -> None:
    window = StoryWindow()
    placed = [window.place(article(str(number), text, text * 2)) for number, text in enumerate(texts)]
    assert len(placed) == len(texts)
    assert sum(unpack_profile(*row).articles for row in window.rows()) == len(texts)
    assert {window.current(each.story) for each in placed} == {story for story, _ in window.rows()}


def test_articles_without_a_word_in_common_are_strangers() -> None:
    window = StoryWindow()
    assert window.place(article("a", "")).story != window.place(article("b", "")).story
    assert window.place(article("c", "😀")).story != window.place(article("d", "...")).story


def test_chinese_is_grouped_by_pairs_of_characters() -> None:
    window = StoryWindow()
    first = window.place(
        article("a", "托拉莫港发生六点三级地震", "周一，韦兰迪亚北部的托拉莫港附近发生地震，四人死亡。")
    )
    assert (
        window.place(article("b", "托拉莫港地震四人死亡", "韦兰迪亚北部托拉莫港附近周一发生地震。")).story
        == first.story
    )
    assert (
        window.place(article("c", "埃克霍姆暂停聊天机器人", "托尔马克的隐私专员要求公司解释数据的去向。")).story
        != first.story
    )


def test_assign_decides_by_what_it_is_given_alone() -> None:
    rarity = Rarity()
    first, second = (weigh(given, rarity) for given in map(features, [
        article("a", *QUAKES["toramo"][0]), article("b", *QUAKES["toramo"][1])
    ]))  # fmt: skip
    story = opened("story-a", first)
    assert assign("b", second, [], GroupingSettings()).reason is StoryReason.FIRST
    assert assign("b", second, [story], GroupingSettings()) == assign("b", second, [story], GroupingSettings())
    assert assign("b", second, [story], GroupingSettings()).story == "story-a"


def test_a_joined_profile_counts_both_and_stays_bounded() -> None:
    rarity = Rarity()
    story = None
    for number in range(30):
        given = features(
            article(str(number), f"Part {number}", f"{RELEASE} " + " ".join(f"w{number}x{n}" for n in range(90)))
        )
        alone = opened("s", weigh(given, rarity))
        story = alone if story is None else joined(story, alone)
    assert story is not None
    assert story.articles == 30
    assert len(story.terms) <= 96
    assert 0 <= story.cohesion <= 1.01
    assert as_article(story).vector


def test_what_is_learnt_is_halved_and_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.stories.rarity._FORGET_AT", 100)
    rarity = Rarity()
    for number in range(1000):
        rarity.learn({number: 1.0, -1: 1.0})
    assert rarity.articles < 100
    assert len(rarity.counts) <= 100
    weighed = rarity.weigh({-1: 1e-5, 12345: 1e-5})
    assert weighed[-1] < weighed[12345]


def test_of_too_many_terms_those_met_once_go_and_the_rest_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.stories.rarity._MOST_TERMS", 100)
    rarity = Rarity()
    for number in range(1000):
        rarity.learn([number, -1, -2 - number % 20])
    assert len(rarity.counts) <= 100
    assert rarity.articles == 1000
    assert rarity.counts[-1] == 1000
    assert all(rarity.counts[-2 - name] == 50 for name in range(20))


def test_terms_met_often_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.stories.rarity._MOST_TERMS", 100)
    rarity = Rarity()
    for number in range(2000):
        rarity.learn([number // 4, -1])
    assert len(rarity.counts) <= 100
    assert max(rarity.counts, key=rarity.counts.__getitem__) == -1
