"""What is new does not depend on the order within a day; the seeds tell each thing once in whatever order they come."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from monitor.backtests.journey import ArticleTime
from monitor.backtests.matching import Answered, Moment
from monitor.backtests.replay import Foretold
from monitor.ingest.read import read_paths
from monitor.model import Article, Fact, Match, Novelty, Reason
from monitor.pipeline import RoundAccount, Taken
from monitor.query.engine import Engine
from monitor.rehearsals import replaying
from monitor.rulebook.load import load_rules
from monitor.stories.freshness import NoveltySettings
from monitor.stories.keys import fact_values
from monitor.stories.partial import sure_of

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "../shared/seeds"
HALF_YEAR = Path(__file__).with_name("half_year")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
Told = list[Taken]
Seeds = tuple[list[list[Article]], Mapping[str, Sequence[Match]]]
"""The articles, those of one file together, and their matches by their ids."""


def travel(articles: Sequence[Article], matches: Mapping[str, Sequence[Match]], again: int = 0) -> Told:
    """The journey of articles in this order, and `again` so many times more."""
    taken: Told = []
    foretold, clock = Foretold(), ArticleTime()
    with replaying(foretold, clock, NoveltySettings(), taken.append) as pipeline:
        for each in list(articles) * (1 + again):
            foretold.learn([Answered(Moment(each.arrived, each), tuple(matches[each.id]))])
            clock.now = each.arrived
            pipeline.take([each], RoundAccount(), each.arrived)
    return taken


def news(taken: Told) -> Counter[tuple[str, str]]:
    """How often each key is new, an update or forgotten."""
    return Counter((alert.key, alert.novelty.value) for each in taken for alert in each.alerts if alert.novelty.is_news)


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    """The five seed articles, the newsletter among them as its stories, and what the shipped rules find."""
    if not SEEDS.is_dir():
        pytest.skip("the seed articles are not here")
    engine = Engine(load_rules([ROOT / "rules"]).rules)
    groups: dict[str, list[Article]] = {}
    for each in read_paths([SEEDS], datetime(2025, 9, 1, tzinfo=UTC)):
        assert isinstance(each, Article)
        groups.setdefault(each.origin.split("#")[0], []).append(each)
    found = {each.id: engine.match(each) for group in groups.values() for each in group}
    return [groups[name] for name in sorted(groups)], found


def in_order(groups: Sequence[Sequence[Article]], order: Sequence[int]) -> list[Article]:
    """The groups one day after the other."""
    return [
        replace(each, arrived=START + timedelta(days=day), published=None)
        for day, number in enumerate(order)
        for each in groups[number]
    ]


def check_order(seeds: Seeds, order: Sequence[int]) -> None:
    groups, matches = seeds
    articles = in_order(groups, order)
    taken = travel(articles, matches, again=1)
    first, second = taken[: len(articles)], taken[len(articles) :]
    new = Counter(alert.key for each in first for alert in each.alerts if alert.novelty is Novelty.NEW)
    assert max(new.values()) == 1, "each thing is new once"
    known = {alert.key for each in first for alert in each.alerts if alert.reason is not Reason.COUNTED}
    refined = {alert.key for each in first for alert in each.alerts if alert.reason is Reason.REFINED}
    assert known == set(new) | refined, "and what is told again was new before"
    assert not [alert for each in second for alert in each.alerts if alert.novelty.is_news], (
        "told again, nothing is news"
    )
    assert travel(articles, matches) == first, "two runs give one result"


ORDERS = list(permutations(range(5)))


@pytest.mark.parametrize("order", [ORDERS[0], *random.Random(5).sample(ORDERS[1:], 5)], ids=str)
def test_seeds_in_some_orders(seeds: Seeds, order: Sequence[int]) -> None:
    check_order(seeds, order)


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_seeds_in_all_orders(seeds: Seeds, order: Sequence[int]) -> None:
    check_order(seeds, order)


@pytest.mark.parametrize("order", ORDERS[::24], ids=str)
def test_same_facts_are_known_in_the_end(seeds: Seeds, order: Sequence[int]) -> None:
    """What the world knows of facts does not depend on the order in which it heard of them.

    Vague ones are left out: one that comes later tells a fact again that names the thing, one that comes first is news.
    """
    groups, matches = seeds

    def facts(numbers: Sequence[int]) -> set[str]:
        told = [alert for each in travel(in_order(groups, numbers), matches) for alert in each.alerts]
        return {
            alert.key
            for alert in told
            if alert.match.fact and sure_of(alert.match) == Fact(fact_values(alert.match.fact))
        }

    assert facts(order) == facts(range(5))


def lines(names: Sequence[str]) -> list[str]:
    return [f"{name} banned Lumera from its offices on Monday." for name in names]


@pytest.mark.parametrize("seed", range(6))
def test_order_within_a_day_changes_nothing_of_what_is_new(seed: int) -> None:
    """Articles of one day about several bans, each told by several: which keys are new, and how often, stays."""
    engine = Engine(load_rules([HALF_YEAR / "bans.toml"]).rules)
    places = ("Italy", "Norway", "Chile", "Kenya", "Belgium")
    day = []
    for number in range(12):
        told = [places[(number + step) % 5] for step in range(1 + number % 3)]
        body = " ".join(lines(told))
        day.append(Article(f"a{number}", "wire", f"Report {number}", START, body=body, publisher=f"Paper {number}"))
    day = [replace(each, identities=(f"url:{each.id}",)) for each in day]
    matches = {each.id: engine.match(each) for each in day}
    shuffled = day[:]
    random.Random(seed).shuffle(shuffled)
    assert news(travel(shuffled, matches)) == news(travel(day, matches))
