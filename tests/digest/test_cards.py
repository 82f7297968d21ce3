"""What a card says of the articles behind it: which news leads, who else tells it, and who published what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.digest.compose import compose
from monitor.digest.content import Card, Digest
from monitor.digest.news import MOST_COMPARED, Saying
from monitor.digest.render import render
from monitor.digest.wording import headline_counts
from monitor.model import Accounting, Novelty, Reason, WaitingAlert
from tests.digest.material import END, PERIOD, SUBSCRIPTION, waiting


def composed(*alerts: WaitingAlert) -> Digest:
    return compose(SUBSCRIPTION, PERIOD, alerts, Accounting(), ())


def only(*alerts: WaitingAlert) -> Card:
    (card,) = composed(*alerts)
    return card


def said(card: Card) -> str:
    return " | ".join(f"{clause.label}: {clause.text}" for line in card.news for clause in line.clauses)


def ban(place: str, **more: Any) -> WaitingAlert:
    values = {"story": "s", "said": f"{place}: DeepSeek banned", "fact": {"place": place, "product": "DeepSeek"}}
    return waiting(**{**values, **more})


def round_up() -> tuple[WaitingAlert, ...]:
    """A weekly letter tells of Rome and of a chip plant, and so the plant's own report joins the story of Rome."""
    rome = {"said": "Italy: DeepSeek banned", "key": "rome"}
    plant = {"said": "Brno: chip plant begun", "key": "plant", "rule": "plants", "about": "plants", "severity": "low"}
    letter = {"id": "letter", "publisher": "Weekly Letter", "url": "https://letter.example/7", "title": "The week"}
    at = {hours: END - timedelta(hours=hours) for hours in (9, 6, 3)}
    return (
        waiting(id="rome", story="s", arrived=at[9], **rome),
        waiting(story="s", arrived=at[6], novelty="fold", **letter, **rome),
        waiting(story="s", arrived=at[6], **letter, **plant),
        waiting(id="plant", story="s", arrived=at[3], novelty="fold", title="Brno digs for its chip plant",
                publisher="Brno Post", url="https://brno.example/plant", **plant),
    )  # fmt: skip


def test_a_round_up_does_not_make_what_else_it_tells_an_also_in() -> None:
    card = only(*round_up())
    assert [other.publisher for other in card.also_in] == ["Weekly Letter"]
    assert [(other.publisher, other.title) for other in card.beside] == [("Brno Post", "Brno digs for its chip plant")]
    rendered = render(composed(*round_up()))
    assert (
        "In the same story:\n  - “Brno digs for its chip plant” Brno Post https://brno.example/plant" in rendered.text
    )
    assert "In the same story: “Brno digs for its chip plant” " in rendered.html


def test_other_news_of_a_story_is_counted_where_there_is_much_of_it() -> None:
    others = [
        ban(f"Place {n}", id=f"b{n}", publisher=f"P{n}", url=f"https://p{n}.example/", severity="low") for n in range(9)
    ]
    card = only(ban("Italy"), *others)
    assert (len(card.beside), card.beside_more) == (3, 6)


def test_the_main_news_comes_before_a_lesser_one_and_both_are_counted() -> None:
    lifted = ban("Italy", severity="critical", novelty="update", told=True, former="in force",
                 state={"status": "lifted"}, said="Italy: DeepSeek is back")  # fmt: skip
    lesser = waiting(story="s", rule="launch", said="DeepSeek: an app for Italy", fact={}, severity="low")
    card = only(lesser, lifted)
    assert said(card) == ("Update: Italy: DeepSeek is back; was in force, now lifted | New: DeepSeek: an app for Italy")
    assert (card.novelty, card.tells) == (Novelty.UPDATE, {Novelty.NEW, Novelty.UPDATE})
    digest = composed(lesser, lifted, ban("Spain", id="a2", story="other"))
    assert headline_counts(digest) == "2 new and 1 update in 2 stories"
    assert headline_counts(composed(lesser, ban("Spain", id="a2", story="other"))) == "2 new"


def test_what_changed_within_the_period_is_new_and_no_update() -> None:
    first = ban("Italy", key="k", arrived=END - timedelta(hours=9))
    later = ban("Italy", id="a2", key="k", novelty="update", former="in force", severity="critical")
    card = only(first, later)
    assert (card.novelty, card.tells) == (Novelty.NEW, {Novelty.NEW})


def test_a_name_that_a_fuller_one_holds_is_said_once() -> None:
    told = [
        waiting(story="s", about="launch", rule=f"r{n}", said=f"Nvidia: {name}", key=name,
                fact={"maker": "Nvidia", "product": name})
        for n, name in enumerate(("AI", "Vera Rubin AI"))
    ]  # fmt: skip
    assert said(only(*told)) == "New: Nvidia: Vera Rubin AI"


def test_a_name_with_a_number_is_another_thing_than_the_longer_one() -> None:
    told = [
        waiting(story="s", about="launch", rule=f"r{n}", said=f"OpenAI: {name}", key=name,
                fact={"maker": "OpenAI", "product": name})
        for n, name in enumerate(("GPT-5", "GPT-5 mini"))
    ]  # fmt: skip
    assert sorted(said(only(*told)).removeprefix("New: OpenAI: ").split(", ")) == ["GPT-5", "GPT-5 mini"]


def test_a_common_noun_says_less_than_a_name_at_the_same_place() -> None:
    def told(*products: str, place: str = "Malaysia", state: str = "") -> list[WaitingAlert]:
        return [
            waiting(story="s", key=f"{place}{product}", said=f"{place}: {product} banned{state}",
                    fact={"place": place, "product": product})
            for product in products
        ]  # fmt: skip

    assert said(only(*told("chatbot", "deepfake", "Grok"))) == "New: Malaysia: Grok banned"
    assert (
        said(only(*told("chatbot"), *told("Grok", place="Peru"))) == "New: Malaysia: chatbot banned; Peru: Grok banned"
    )
    assert said(only(*told("chip", "AI chip"))) == "New: Malaysia: AI chip banned"
    other = [*told("chip", state=" (eased)"), *told("AI chip", state=" (in force)")]
    assert said(only(*other)) == "New: Malaysia: chip banned (eased); AI chip banned (in force)", (
        "another state is news"
    )
    assert said(only(*told("Gemini", "Gemini Pro"))) == "New: Malaysia: Gemini, Gemini Pro banned"


def test_thousands_of_facts_are_not_compared_in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [
        waiting(story="s", key=f"k{n}", said=f"Place{n}: bot banned", fact={"place": f"Place{n}", "product": "bot"})
        for n in range(MOST_COMPARED + 1)
    ]
    monkeypatch.delattr(Saying, "adds_nothing_to")
    assert only(*told).news[0].clauses[0].text.startswith("Place0, Place1, Place2")


def test_a_title_begins_with_a_capital_unless_a_name_has_none() -> None:
    assert said(only(waiting(said="watchdog looks into Musk"))) == "New: Watchdog looks into Musk"
    assert said(only(waiting(said="xAI: Grok banned"))) == "New: xAI: Grok banned"


def test_a_correction_says_nothing_of_the_state_that_it_takes_back() -> None:
    """Nobody wrote the state of what is not so: it is the rule's default, and may be another than what was told."""
    correction = ban("Italy", said="Italy: DeepSeek banned (in force)", state={"status": "in force"}, told=True,
                     novelty="update", reason="corrects something told before")  # fmt: skip
    card = only(correction)
    assert (said(card), card.title) == ("Corrected: Italy: DeepSeek banned", "Corrected: Italy: DeepSeek banned")


def test_a_change_of_state_is_said_once() -> None:
    changed = ban("Italy", said="Italy: DeepSeek banned (lifted)", state={"status": "lifted"}, told=True,
                  novelty="update", former="in force")  # fmt: skip
    card = only(changed)
    assert said(card) == "Update: Italy: DeepSeek banned; was in force, now lifted"
    assert card.title == "Italy: DeepSeek banned (lifted)", "where the title stands alone it says the state"


def test_where_no_publisher_is_known_the_site_is_named_or_nothing() -> None:
    card = only(waiting(publisher="", url="https://www.harbour.example/x"))
    assert card.publisher == "harbour.example"
    assert only(waiting(publisher="", url="")).publisher == ""


def test_the_name_of_a_folder_is_no_place_where_news_stands() -> None:
    told = waiting(copies=(("", ""), ("", "https://www.lake.example/1"), ("Lake Post", "")))
    assert [other.publisher for other in only(told).also_in] == ["lake.example", "Lake Post"]
    rendered = render(composed(waiting(publisher="", url="", copies=(("", ""),))))
    assert "inbox" not in rendered.text and "Also in" not in rendered.text
    assert "<bdi></bdi>" not in rendered.html


def test_a_site_that_is_its_own_publisher_is_named_once() -> None:
    html = render(composed(waiting(publisher="harbour.example", url="https://www.harbour.example/x"))).html
    assert html.count("www.harbour.example</a>") == 0
    assert html.count(">harbour.example</a>") == 1


def test_a_sentence_of_a_nameless_article_is_not_taken_for_the_cards_own() -> None:
    other = ban(
        "Spain", id="a2", publisher="", url="", body="Spain banned it.", mark={"body": ["Spain"]}, severity="low"
    )
    card = only(ban("Italy", body="Rome banned it.", mark={"body": ["Rome"]}), other)
    assert [passage.publisher for passage in card.passages] == ["", "another article"]


def over_time(told: WaitingAlert, why: str) -> WaitingAlert:
    return replace(told, alert=replace(told.alert, reason=Reason.OVER_TIME, why=why, key=f"when {why}"))


def test_what_a_rule_over_time_tells_stands_at_its_own_place() -> None:
    story = ban("Italy", body="Rome banned it.", mark={"body": ["Rome"]})
    wave = over_time(ban("Italy", rule="wave", said="A wave of bans: Italy among them"), "5 stories within 7 days")
    digest = composed(story, wave, ban("Spain", id="a2", story="other", severity="critical"))
    (section,) = digest.sections
    assert [card.over_time for card in section.cards] == [True, False, False], "above the stories that it counts"
    first, _, italy = section.cards
    assert said(first) == "New: A wave of bans: Italy among them; 5 stories within 7 days"
    assert (first.passages, first.also_in, first.why) == ((), (), ("wave",))
    assert said(italy) == "New: Italy: DeepSeek banned"
    assert len(digest.alerts) == 3
    text = render(digest).text
    assert "  Latest: Rome blocks DeepSeek\n" in text


def test_an_absence_has_no_headline_of_its_own() -> None:
    told = over_time(waiting(title="Nothing for 7 days: bans", said="Nothing for 7 days: bans", url="", publisher="",
                             rule="calm", fact={}, body=""), "the last was on 2 January")  # fmt: skip
    rendered = render(composed(told))
    assert rendered.text.count("Nothing for 7 days: bans") == 1
    assert "<h3" not in rendered.html and "Latest" not in rendered.html
