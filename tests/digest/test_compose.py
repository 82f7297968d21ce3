from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.digest.compose import compose, title_of
from monitor.digest.content import Card, Digest
from monitor.digest.render import render
from monitor.model import Accounting, DailyVolume, Evidence, Novelty, Subscription, WaitingAlert
from tests.digest.material import END, PERIOD, SUBSCRIPTION, load, waiting


def composed(*alerts: WaitingAlert, subscription: Subscription = SUBSCRIPTION) -> Digest:
    return compose(subscription, PERIOD, alerts, Accounting(), ())


def only(*alerts: WaitingAlert) -> Card:
    (card,) = composed(*alerts)
    return card


def said(card: Card) -> list[str]:
    return [" ".join(f"{clause.label}: {clause.text}." for clause in line.clauses) for line in card.news]


def shown(runs: Sequence[Any]) -> str:
    return "".join(f"[{run.text}]" if run.marked else run.text for run in runs)


def ban(place: str, **more: Any) -> WaitingAlert:
    return waiting(
        **{
            "story": "s",
            "said": f"{place}: DeepSeek banned",
            "fact": {"place": place, "product": "DeepSeek"},
            **more,
        }
    )


def test_one_card_per_story_however_many_rules_matched() -> None:
    card = only(
        ban("Italy"), ban("Italy", rule="any-ban"), ban("Spain", id="a2", url="https://b.example/", publisher="B")
    )
    assert card.why == ("government-ban", "any-ban")
    assert len(card.alerts) == 3
    assert card.also_in == ()
    assert [(other.publisher, other.title) for other in card.beside] == [("B", "Rome blocks DeepSeek")]


def test_a_round_up_says_what_is_new_in_it_and_what_is_not() -> None:
    known = [ban(place, novelty="recap", told=True) for place in ("Australia", "South Korea", "Italy")]
    assert said(only(*known, ban("Czechia"))) == [
        "New: Czechia: DeepSeek banned. Told again: Australia, South Korea, Italy."
    ]


def test_a_single_fact_is_said_in_the_words_of_the_rule() -> None:
    assert said(only(ban("Italy"))) == ["New: Italy: DeepSeek banned."]


def test_a_changed_state_names_the_former_one() -> None:
    alert = ban("Italy", novelty="update", told=True, former="proposed", state={"status": "in force"})
    assert said(only(alert)) == ["Update: Italy: DeepSeek banned; was proposed, now in force."]


def test_an_update_among_several_says_its_change() -> None:
    update = ban("Italy", novelty="update", told=True, reason="adds a number", added=("30,000", "Malta"))
    assert said(only(update, ban("Spain"))) == ["New: Spain: DeepSeek banned. Update: Italy (adds “30,000”, “Malta”)."]


def test_an_update_without_details_says_why_it_is_one() -> None:
    alert = ban("Italy", novelty="update", told=True, reason="enough independent publishers tell it")
    assert said(only(alert)) == ["Update: Italy: DeepSeek banned; enough independent publishers tell it."]


def test_news_that_changed_since_it_broke_is_new_in_its_latest_state() -> None:
    first = ban("Italy", said="Italy: ban proposed", arrived=END - timedelta(hours=9))
    later = ban("Italy", id="a2", novelty="update", said="Italy: ban in force", former="proposed")
    later = replace(later, alert=replace(later.alert, key=first.alert.key))
    assert said(only(first, later)) == ["New: Italy: ban in force; was proposed."]


def test_news_that_was_corrected_in_the_same_period_says_so() -> None:
    first = ban("Italy", arrived=END - timedelta(hours=9))
    correction = ban("Italy", id="a2", novelty="update", reason="corrects something told before")
    assert said(only(first, correction)) == ["Corrected: Italy: DeepSeek banned."]
    assert only(first, correction).novelty is Novelty.UPDATE
    again = ban("Italy", id="a3", arrived=END - timedelta(hours=1))
    assert said(only(first, correction, again)) == ["New: Italy: DeepSeek banned."]


def test_the_denial_of_what_nobody_was_told_is_not_said_beside_news() -> None:
    denial = ban("Portugal", id="a2", novelty="fold", told=True, reason="corrects what nobody was told")
    assert said(only(ban("Spain"), denial)) == ["New: Spain: DeepSeek banned."]


def test_rules_with_different_memories_have_a_line_each() -> None:
    launch = waiting(story="s", rule="launch", said="A model is out", fact={})
    assert said(only(launch, ban("Italy"))) == ["New: Italy: DeepSeek banned.", "New: A model is out."]


def test_sentences_are_whole_and_marked_and_only_what_is_new_is_proven() -> None:
    body = "Mr. Rossi of Rome banned DeepSeek. Malta banned DeepSeek. Spain banned DeepSeek. Peru banned DeepSeek."
    places = {"Italy": "Rome", "Malta": "Malta", "Spain": "Spain"}
    old = [
        ban(place, body=body, mark={"body": [word, "banned"]}, novelty="recap", told=True)
        for place, word in places.items()
    ]
    card = only(*old, ban("Peru", body=body, mark={"body": ["Peru", "banned", "DeepSeek"]}))
    assert [shown(passage.runs) for passage in card.passages] == [
        "[Peru] [banned] [DeepSeek].",
    ]


def test_every_new_fact_has_a_sentence_before_one_has_two() -> None:
    body = "Rome banned it. Rome has banned all. Rome will have banned more. Spain banned it."
    italy = ban("Italy", body=body, severity="high", mark={"body": ["Rome", "banned"] * 3})
    card = only(italy, ban("Spain", body=body, mark={"body": ["Spain"]}))
    assert [shown(passage.runs) for passage in card.passages] == [
        "[Rome] [banned] it.",
        "[Rome] has [banned] all.",
        "[Spain] banned it.",
    ]


def test_a_paragraph_printed_twice_is_shown_once() -> None:
    body = "Rome banned it.\nRome banned it."
    alert = waiting(body=body, mark={"body": ["Rome", "banned", "Rome", "banned"]})
    assert [shown(passage.runs) for passage in only(alert).passages] == ["[Rome] [banned] it."]


def test_evidence_in_the_title_marks_the_headline_and_the_text_opens_the_card() -> None:
    card = only(
        waiting(title="Rome blocks DeepSeek", body="First this. Then that.", mark={"title": ["Rome", "blocks"]})
    )
    assert shown(card.headline) == "[Rome] [blocks] DeepSeek"
    assert [shown(passage.runs) for passage in card.passages] == ["First this."]


def test_a_sentence_from_another_article_of_the_story_names_its_publisher() -> None:
    other = ban("Spain", id="a2", publisher="B", body="Spain banned it.", mark={"body": ["Spain"]}, severity="low")
    card = only(ban("Italy", body="Rome banned it.", mark={"body": ["Rome"]}), other)
    assert [(shown(p.runs), p.publisher) for p in card.passages] == [
        ("[Rome] banned it.", ""),
        ("[Spain] banned it.", "B"),
    ]


def test_a_fold_is_an_also_in_of_its_card_and_brings_no_sentence() -> None:
    fold = ban("Italy", id="a2", publisher="B", novelty="fold", body="Banned by Rome.", mark={"body": ["Banned"]})
    card = only(ban("Italy", body="Rome banned it.", mark={"body": ["Rome"]}), fold)
    assert len(card.passages) == 1
    assert [other.publisher for other in card.also_in] == ["B"]


def test_folds_without_a_card_are_counted_and_leave_with_the_digest() -> None:
    digest = composed(ban("Italy", novelty="fold", told=True))
    assert list(digest) == []
    assert len(digest.folded.alerts) == 1
    assert digest.alerts == digest.folded.alerts
    assert digest.waiting == 0


def test_also_in_lists_copies_once_and_counts_the_rest() -> None:
    copies = tuple((f"Paper {n % 9}", f"https://p{n % 9}.example/x") for n in range(20))
    card = only(waiting(copies=(*copies, ("Example Post", "https://news.example.org/rome"))))
    assert [other.publisher for other in card.also_in] == [f"Paper {n}" for n in range(6)]
    assert card.also_more == 3


def test_cards_are_ordered_by_severity_then_time_and_updates_follow_the_new() -> None:
    def one(name: str, severity: str, hours: int, **more: Any) -> WaitingAlert:
        return waiting(id=name, key=name, severity=severity, published=END - timedelta(hours=hours), **more)

    digest = composed(
        one("update", "critical", 1, novelty="update", told=True),
        one("recap", "critical", 1, novelty="recap", told=True),
        one("older", "high", 9),
        one("newer", "high", 2),
        one("low", "low", 1),
    )
    (section,) = digest.sections
    assert [card.story[9:] for card in section.cards] == ["newer", "older", "low", "update"]
    assert [card.story[9:] for card in section.recaps] == ["recap"]


def test_a_story_under_two_watchlists_has_one_card_and_a_line_that_leads_there() -> None:
    other = ban("Italy", watchlist="asia", rule="asia-ban", said="Asia: a ban", severity="low")
    digest = composed(ban("Italy"), replace(other, alert=replace(other.alert, id="other")))
    [card] = digest
    assert (card.watchlist, card.elsewhere, card.why) == ("bans", ("Asia",), ("government-ban", "asia-ban"))
    assert len(card.alerts) == 2
    bans, asia = digest.sections
    assert (len(bans.cards), bans.pointers, asia.cards) == (1, (), ())
    assert [(line.title, line.under, line.alerts) for line in asia.pointers] == [("Asia: a ban", "Bans", ())]
    assert (digest.count(Novelty.NEW), asia.count(Novelty.NEW)) == (1, 1)


def test_what_is_held_takes_its_lines_under_other_watchlists_along() -> None:
    twice = ban("Spain", id="a2"), ban("Spain", id="a2", watchlist="asia")
    digest = composed(waiting(severity="high"), *twice)
    assert [card.rank for card in digest] == [0, 1]
    assert digest.capped(1, 9).sections[-1].pointers == ()
    assert [line.rank for line in digest.capped(2, 9).sections[-1].pointers] == [1]


def test_what_exceeds_the_cap_waits_and_is_counted() -> None:
    alerts = [waiting(id=f"a{n}", key=f"k{n}", severity="high" if n == 7 else "normal") for n in range(10)]
    digest = render(composed(*alerts, subscription=replace(SUBSCRIPTION, max_stories=3))).digest
    (section,) = digest.sections
    assert (len(section.cards), section.held_cards, digest.waiting) == (3, 7, 7)
    assert section.cards[0].story == "story of a7"
    assert len(digest.alerts) == len(digest.keys) == 3


def test_every_alert_is_shown_folded_or_waiting() -> None:
    alerts = [
        waiting(id=f"a{n}", key=f"k{n % 50}", told=n % 3 == 0, novelty=("new", "update", "fold", "recap")[n % 4])
        for n in range(200)
    ]
    digest = render(composed(*alerts, subscription=replace(SUBSCRIPTION, max_stories=20))).digest
    shown_alerts = sum(len(card.alerts) for card in digest)
    assert shown_alerts + len(digest.folded.alerts) + digest.waiting == 200
    assert digest.waiting > 0


@pytest.mark.case(21)
@pytest.mark.parametrize(
    ("published", "doubtful", "when", "note"),
    [
        (datetime(2025, 1, 30, 23, 30, tzinfo=UTC), False, "Fri 31 Jan, 00:30", ""),
        (datetime(2024, 12, 1, 12, tzinfo=UTC), False, "Sun 1 Dec 2024, 13:00", "2 months old"),
        (datetime(2025, 1, 30, tzinfo=UTC), True, "no reliable date, arrived Fri 31 Jan, 06:00", ""),
        (None, False, "no reliable date, arrived Fri 31 Jan, 06:00", ""),
    ],
)
def test_dates_are_local_and_old_or_doubtful_ones_are_named(
    published: datetime | None, doubtful: bool, when: str, note: str
) -> None:
    card = only(waiting(published=published, date_doubtful=doubtful))
    assert (card.when, card.date_note) == (when, note)


@pytest.mark.case(21)
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
def test_an_article_that_cannot_be_shown_is_quarantined_and_the_others_stay(zone: str) -> None:
    year_one = waiting(id="bad", key="bad", title="Year one", published=datetime(1, 1, 1, 1, tzinfo=UTC))
    digest = composed(year_one, waiting(), subscription=replace(SUBSCRIPTION, zone=zone))
    assert len(list(digest)) == 2
    quarantined = [card for card in digest if card.quarantined]
    assert [shown(card.headline) for card in quarantined] == (["Year one"] if zone == "America/New_York" else [])
    assert len(digest.alerts) == 2


def test_spans_outside_the_text_mark_what_is_there() -> None:
    alert = waiting(body="Rome banned it.")
    match = replace(alert.alert.match, evidence=(Evidence("body", ((5, 900),)),))
    card = only(replace(alert, alert=replace(alert.alert, match=match)))
    assert [shown(passage.runs) for passage in card.passages] == ["Rome [banned it.]"]


def test_an_endless_sentence_is_shown_around_its_evidence() -> None:
    body = f"{'word ' * 400}banned {'word ' * 400}"
    (passage,) = only(waiting(body=body, mark={"body": ["banned"]})).passages
    text = shown(passage.runs)
    assert text.startswith("[…] word") and text.endswith("word […]") and "[banned]" in text
    assert len(text) < 600


def test_the_chart_has_every_one_of_fourteen_local_days() -> None:
    volumes = [DailyVolume("bans", date(2025, 1, 29), 4), DailyVolume("other", date(2025, 1, 29), 9)]
    digest = compose(SUBSCRIPTION, PERIOD, [waiting()], Accounting(), volumes)
    chart = digest.sections[0].chart
    assert chart is not None
    assert (len(chart.days), chart.total, chart.peak) == (14, 4, (date(2025, 1, 29), 4))
    assert chart.days[-1][0] == date(2025, 1, 31)


def test_composing_is_repeatable() -> None:
    case = load("morning")
    assert case.compose() == case.compose()


@pytest.mark.parametrize(
    ("name", "titles", "title"),
    [
        ("model-launches", {}, "Model launches"),
        ("bans", {"bans": "Bans on AI\nproducts"}, "Bans on AI products"),
        ("bans", {"bans": " "}, "Bans"),
    ],
)
def test_headings_of_watchlists(name: str, titles: dict[str, str], title: str) -> None:
    assert title_of(name, titles) == title


def test_a_new_subscriber_reads_known_news_as_new() -> None:
    card = only(waiting(novelty="recap", reason="known before, its story is over"))
    assert card.novelty is Novelty.NEW


def test_of_equal_news_the_more_relevant_comes_first_and_then_the_newest() -> None:
    def relevant(place: str, relevance: float, hours: int) -> WaitingAlert:
        told = ban(place, story=place, id=place, published=END - timedelta(hours=hours))
        return replace(told, alert=replace(told.alert, match=replace(told.alert.match, relevance=relevance)))

    digest = composed(relevant("Malta", 0.44, 4), relevant("Spain", 0.36, 3), relevant("Italy", 0.9, 5))
    cards = [card for section in digest.sections for card in section.cards]
    assert [card.facts[0].as_dict()["place"] for card in cards] == ["Italy", "Spain", "Malta"]
    assert [card.relevance for card in cards] == [0.9, 0.36, 0.44], "in tenths the two are alike"


def test_a_lift_heads_and_proves_the_card_that_says_so() -> None:
    """Both in one digest: what the card says last is what its headline and its first sentence must show."""
    ban = waiting(
        id="ban",
        title="Seoul blocks DeepSeek",
        body="South Korea has blocked DeepSeek.",
        mark={"body": ["blocked"]},
        fact={"place": "South Korea"},
        state={"status": "in force"},
        story="s",
        key="k",
    )
    lift = waiting(
        id="lift",
        title="DeepSeek is back in Seoul",
        body="South Korea has lifted its ban on DeepSeek.",
        key="k",
        mark={"body": ["lifted"]},
        fact={"place": "South Korea"},
        state={"status": "lifted"},
        story="s",
        said="South Korea: DeepSeek is back",
        novelty="update",
        reason="its status changed",
        former="in force",
    )
    lift = replace(lift, alert=replace(lift.alert, raised=ban.alert.raised + timedelta(hours=1)))
    card = only(ban, lift)
    assert shown(card.headline).startswith("DeepSeek is back in Seoul")
    assert card.novelty is Novelty.NEW, "new to the reader all the same"
    assert "lifted" in shown(card.passages[0].runs)


def test_every_new_fact_of_a_card_is_named() -> None:
    places = ("Italy", "Malaysia", "Denmark", "Kenya", "Peru", "Chile")
    alerts = [
        ban(place, id="a", said=f"{place}: {thing} banned", key=place)
        for place, thing in zip(places, "ABCDEF", strict=True)
    ]
    assert all(place in " ".join(said(only(*alerts))) for place in places)


def test_what_a_mail_has_no_room_for_gets_no_sentences_unless_all_is_shown_somewhere() -> None:
    alerts = [waiting(id=f"a{n}", story=f"s{n}", key=f"k{n}", mark={"body": ["blocked"]}) for n in range(5)]
    few = replace(SUBSCRIPTION, max_stories=2)

    def proven(*, whole: bool) -> list[bool]:
        cards = sorted(compose(few, PERIOD, alerts, Accounting(), (), whole=whole), key=lambda card: card.rank)
        return [bool(card.passages) for card in cards]

    assert proven(whole=False) == [True, True, False, False, False]
    assert proven(whole=True) == [True] * 5
    mail = render(compose(few, PERIOD, alerts, Accounting(), (), whole=False))
    assert mail.text.count("has *blocked* DeepSeek.") == 2
