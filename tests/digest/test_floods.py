"""A source gone mad (case 85)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digest.compose import compose
from monitor.digest.content import Card
from monitor.digest.floods import FLOOD, floods
from monitor.digest.render import render
from monitor.model import Accounting, WaitingAlert
from tests.digest.material import END, PERIOD, SUBSCRIPTION, waiting

pytestmark = pytest.mark.case(85)


def told(source: str, number: int, minutes: float) -> WaitingAlert:
    each = waiting(id=f"{source}{number}", story=f"{source}{number}", key=f"{source}{number}", severity="high")
    moment = END - timedelta(hours=12) + timedelta(minutes=minutes)
    return replace(each, article=replace(each.article, source=source, published=moment, arrived=moment))


def articles(card: Card) -> set[str]:
    return {alert.split("/")[0] for alert in card.alerts}


def test_so_many_alerts_of_one_hour_are_a_flood_and_one_less_is_none() -> None:
    mad = [told("mad", n, n * 59.9 / FLOOD) for n in range(FLOOD)]
    assert floods(mad) == {"mad": FLOOD}
    assert floods(mad[1:]) == {}


def test_as_many_over_the_day_are_none() -> None:
    assert floods([told("busy", n, n * 60 / (FLOOD - 1)) for n in range(3 * FLOOD)]) == {}


@pytest.mark.parametrize(
    ("language", "says"), [("en", "mad (600 alerts within an hour): its stories come last"), ("zh", "其报道排在最后")]
)
def test_its_stories_come_last_and_nothing_is_dropped(language: str, says: str) -> None:
    flood = [told("mad", n, n / 20) for n in range(600)]
    calm = told("calm", 1, 0)
    slight = replace(calm, alert=replace(calm.alert, match=replace(calm.alert.match, relevance=0.2)))
    subscription = replace(SUBSCRIPTION, max_stories=400, language=language)
    digest = compose(subscription, PERIOD, [*flood, slight], Accounting(articles=601), ())
    cards = [card for section in digest.sections for card in section.cards]
    assert articles(cards[0]) == {"calm1"} and len(cards) == 601
    rendered = render(digest)
    assert says in " ".join(rendered.text.split())
    assert rendered.digest.waiting == 601 - len(list(rendered.digest))


def test_a_story_that_others_tell_too_keeps_its_place() -> None:
    flood = [told("mad", n, n / 20) for n in range(FLOOD)]
    other = replace(told("calm", 1, 1), alert=replace(told("calm", 1, 1).alert, story="mad7"))
    digest = compose(SUBSCRIPTION, PERIOD, [*flood, other], Accounting(), ())
    first = next(card for section in digest.sections for card in section.cards)
    assert articles(first) == {"mad7", "calm1"}
