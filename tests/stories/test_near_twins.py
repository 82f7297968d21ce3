"""Events that are told in nearly the same words, in no order that helps: few share a story, and few are torn apart."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from monitor.model import Article
from monitor.stories.window import StoryWindow
from tests.stories.desk import article

KINDS = tomllib.loads(Path(__file__).with_name("near_twins.toml").read_text(encoding="utf-8"))["kind"]
STREAM = [
    (event, article(f"{event}-{number}", *told.split(" | ")))
    for kind in KINDS
    for event, texts in kind["event"].items()
    for number, told in enumerate(texts)
]


def groups(stream: list[tuple[str, Article]]) -> list[tuple[str, str]]:
    """Event and story of each article."""
    window = StoryWindow()
    placed = [(event, window.place(each).story) for event, each in stream]
    return [(event, window.current(story)) for event, story in placed]


def b_cubed(placed: list[tuple[str, str]]) -> tuple[float, float]:
    """Precision and recall."""
    both, events, stories = Counter(placed), Counter(e for e, _ in placed), Counter(s for _, s in placed)
    precision = sum(n * n / stories[story] for (_, story), n in both.items()) / len(placed)
    return precision, sum(n * n / events[event] for (event, _), n in both.items()) / len(placed)


def test_there_are_enough_of_them() -> None:
    assert len(STREAM) >= 60
    assert len({event for event, _ in STREAM}) >= 20


def test_event_after_event() -> None:
    precision, recall = b_cubed(groups(STREAM))
    assert precision >= 0.92
    assert recall >= 0.95


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order(seed: int) -> None:
    stream = list(STREAM)
    random.Random(seed).shuffle(stream)
    precision, recall = b_cubed(groups(stream))
    assert precision >= 0.84
    assert recall >= 0.9


@pytest.mark.parametrize("kind", ["device bans", "fines", "chip licences", "factory fires", "rounds", "禁令", "融资"])
def test_twins_share_no_story(kind: str) -> None:
    events = next(each["event"] for each in KINDS if each["name"] == kind)
    placed = groups([(event, each) for event, each in STREAM if event in events])
    shared = {story: {event for event, other in placed if other == story} for _, story in placed}
    assert all(len(told) == 1 for told in shared.values())


def test_essays_on_one_industry_that_share_no_name_are_strangers() -> None:
    placed = groups([(event, each) for event, each in STREAM if event in ("essay_schools", "essay_agents")])
    assert len({story for _, story in placed}) == 2


def test_a_country_is_one_place_by_its_name_its_people_and_its_capital_in_both_scripts() -> None:
    window = StoryWindow()
    terms = [
        window.weigh(article("a", title)).features.lead
        for title in ("Chile bans it", "Chilean phones", "Santiago decides", "智利禁用")
    ]
    assert all(len(each) == 1 for each in terms)
    assert len(set(terms)) == 1
