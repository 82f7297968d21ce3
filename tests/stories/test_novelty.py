from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Fact, KeyMemory, Match, Novelty, Place, Reason, Severity, Verdict
from monitor.stories.freshness import NoveltySettings
from monitor.stories.identity import Recognition

from .journey import Journey, article_of, evidence_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
TEXT = "Italy bans Kimi"
ITALY = Match("bans", "ban", "ban", Severity.HIGH, "", Fact.of({"place": "Italy"}))


def tell(
    journey: Journey, after: timedelta, text: str = TEXT, *, status: str = "in force", title: str = "", **more: object
) -> Verdict:
    """One article with the fact Italy, this long after the start; its title makes it another article."""
    title = title or f"Report {after}"
    article = article_of(title, text, START + after, **more)
    words = TEXT if TEXT in text or TEXT in title else (text or title)
    match = Match(
        "bans", "ban", "ban", Severity.HIGH, "", Fact.of({"place": "Italy"}), Fact.of({"status": status}),
        evidence_of(article, words),
    )  # fmt: skip
    [verdict] = journey.take(article, [match]).verdicts
    return verdict


def decided(verdict: Verdict) -> tuple[Novelty, Reason]:
    return verdict.alert.novelty, verdict.alert.reason


@pytest.fixture
def journey() -> Journey:
    journey = Journey()
    assert decided(tell(journey, timedelta())) == (Novelty.NEW, Reason.FIRST_SEEN)
    return journey


def test_a_correction_of_what_nobody_was_told_is_no_news_and_says_so() -> None:
    article = article_of("Italy denies it", TEXT, START)
    match = Match(
        "bans", "ban", "ban", Severity.HIGH, "", Fact.of({"place": "Italy"}), evidence=evidence_of(article, TEXT),
        retracts=True,
    )  # fmt: skip
    [verdict] = Journey().take(article, [match]).verdicts
    assert decided(verdict) == (Novelty.FOLD, Reason.NOTHING_TO_CORRECT)


def test_freshness_is_half_open(journey: Journey) -> None:
    assert decided(tell(journey, WEEK)) == (Novelty.RECAP, Reason.BACKGROUND)
    other = Journey()
    tell(other, timedelta())
    assert decided(tell(other, WEEK - timedelta(seconds=1))) == (Novelty.FOLD, Reason.ADDS_NOTHING)


@pytest.mark.parametrize(
    ("first", "later", "added"),
    [
        ("It undressed 1,400 women.", "It undressed 1,700 women.", ("1,700 women",)),
        ("It undressed 1,400 women.", "It undressed 1,400 women.", ()),
        ("It undressed 1,400 women.", "Some 12 ministries agree.", ()),
        ("It undressed 1,400 women.", "Earlier it undressed 900 women.", ()),
        ("The fine is $5 million.", "Its maker is worth $900 million.", ()),
    ],
)
def test_a_figure_in_the_next_sentence_counts_where_it_takes_the_place_of_a_told_one(
    first: str, later: str, added: tuple[str, ...]
) -> None:
    journey = Journey()
    tell(journey, timedelta(), f"{TEXT}. {first}")
    verdict = tell(journey, timedelta(hours=1), f"{TEXT}. {later}")
    assert verdict.alert.added == added
    assert verdict.alert.novelty is (Novelty.UPDATE if added else Novelty.FOLD)


@pytest.mark.parametrize("gap", ["\n", ". It was a long day. "])
def test_a_figure_further_away_may_be_anybodys(gap: str) -> None:
    journey = Journey()
    tell(journey, timedelta(), f"{TEXT}. It undressed 1,400 women.")
    verdict = tell(journey, timedelta(hours=1), f"{TEXT}{gap}It undressed 1,700 women.")
    assert verdict.alert.novelty is Novelty.FOLD


def test_an_edit_may_change_the_figure_in_the_next_sentence() -> None:
    journey = Journey()
    tell(journey, timedelta(), f"{TEXT}. It undressed 1,400 women.", title="Rome", url="https://x.example/1")
    verdict = tell(
        journey, timedelta(hours=1), f"{TEXT}. It undressed 1,700 women.", title="Rome", url="https://x.example/1"
    )
    assert (verdict.alert.novelty, verdict.alert.added) == (Novelty.UPDATE, ("1,700 women",))


def test_an_also_in_prolongs(journey: Journey) -> None:
    assert tell(journey, timedelta(days=5)).alert.novelty is Novelty.FOLD
    assert tell(journey, timedelta(days=11)).alert.novelty is Novelty.FOLD


def test_freshness_can_be_chosen() -> None:
    journey = Journey(NoveltySettings(fresh=timedelta(days=1)))
    tell(journey, timedelta())
    assert tell(journey, timedelta(days=1)).alert.novelty is Novelty.RECAP


def test_late_articles_do_not_prolong(journey: Journey) -> None:
    late = tell(journey, timedelta(days=6), published=START - timedelta(days=1))
    assert decided(late) == (Novelty.FOLD, Reason.OLDER_THAN_TOLD)
    assert tell(journey, timedelta(days=8)).alert.novelty is Novelty.RECAP


def test_a_late_article_of_a_story_that_is_over_is_background_that_is_older(journey: Journey) -> None:
    late = tell(journey, timedelta(days=60), published=START - timedelta(days=1), status="lifted")
    assert decided(late) == (Novelty.RECAP, Reason.OLDER_THAN_TOLD)


def test_another_article_keeps_the_story_of_a_key_fresh(journey: Journey) -> None:
    """The story, not the key, is fresh: a new fact told in it prolongs it for the known one."""
    article = article_of("Malta follows", "Malta bans Kimi as Italy bans Kimi.", START + timedelta(days=5))
    italy, malta = (
        Match(
            "bans",
            "ban",
            "ban",
            Severity.HIGH,
            "",
            Fact.of({"place": place}),
            evidence=evidence_of(article, f"{place} bans"),
        )
        for place in ("Italy", "Malta")
    )
    journey.take(article, [italy, malta])
    alone = article_of("Malta alone", "Malta bans Kimi.", START + timedelta(days=10))
    journey.take(alone, [replace(malta, evidence=evidence_of(alone, "Malta bans"))])
    assert tell(journey, timedelta(days=13)).alert.novelty is Novelty.FOLD


@pytest.mark.case(21)
def test_a_doubtful_date_is_that_of_arrival(journey: Journey) -> None:
    verdict = tell(
        journey, timedelta(days=1), published=datetime(1970, 1, 1, tzinfo=UTC), date_doubtful=True, status="lifted"
    )
    assert decided(verdict) == (Novelty.UPDATE, Reason.STATE_CHANGED)


def test_a_state_that_was_unknown_is_learned_not_changed() -> None:
    journey = Journey()
    tell(journey, timedelta(), status="")
    assert tell(journey, timedelta(days=1), status="in force").alert.novelty is Novelty.FOLD
    assert tell(journey, timedelta(days=2), status="lifted").alert.former == "in force"


def test_a_state_change_is_an_update_at_any_age_and_moves_the_key_to_its_story(journey: Journey) -> None:
    verdict = tell(journey, timedelta(days=300), status="lifted")
    assert decided(verdict) == (Novelty.UPDATE, Reason.STATE_CHANGED)
    assert verdict.memory.story == verdict.alert.story != journey.memories[verdict.alert.key].first_article
    assert tell(journey, timedelta(days=301), status="lifted").alert.story == verdict.alert.story


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("On 10 March 2026", (Novelty.UPDATE, Reason.STATE_CHANGED)),
        ("On 4 January 2026", (Novelty.RECAP, Reason.OLDER_THAN_TOLD)),
        ("In 2025", (Novelty.RECAP, Reason.OLDER_THAN_TOLD)),
        ("From April", (Novelty.UPDATE, Reason.STATE_CHANGED)),
        ("Now", (Novelty.UPDATE, Reason.STATE_CHANGED)),
    ],
)
def test_a_dated_sentence_changes_the_state_unless_it_is_older_than_the_state(
    journey: Journey, date: str, expected: tuple[Novelty, Reason]
) -> None:
    """A sloppy outlet that retells the old state later does not hide the change."""
    tell(journey, timedelta(days=70))
    tell(journey, timedelta(days=71), status="In Force")
    assert decided(tell(journey, timedelta(days=80), f"{date} {TEXT} no more.", status="lifted")) == expected


def test_without_the_day_of_the_state_the_first_sight_counts(journey: Journey) -> None:
    [key] = journey.memories
    journey.memories[key] = replace(journey.memories[key], state_since=None)
    assert (
        tell(journey, timedelta(days=80), f"In January 2026 {TEXT} no more.", status="lifted").alert.former
        == "in force"
    )


def test_a_state_change_names_its_numbers_too(journey: Journey) -> None:
    verdict = tell(journey, timedelta(days=1), f"{TEXT} no more in 300 offices.", status="lifted")
    assert (verdict.alert.former, verdict.alert.added) == ("in force", ("300 offices",))


def test_a_number_outside_the_evidence_sentence_adds_nothing_now_nor_later(journey: Journey) -> None:
    assert tell(journey, timedelta(days=1), f"{TEXT}. It spent €5m.").alert.novelty is Novelty.FOLD
    assert tell(journey, timedelta(days=2), f"{TEXT} and spent 5 million euros.").alert.novelty is Novelty.FOLD


def test_a_number_told_twice_in_one_article_is_added_once(journey: Journey) -> None:
    assert tell(journey, timedelta(days=1), f"{TEXT} for $5m, that is 5 million dollars").alert.added == ("$5m",)


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        (f"{TEXT} in 400 offices.", "", Novelty.UPDATE),
        (f"{TEXT} in 400 offices, it said earlier.", "", Novelty.RECAP),
        (f"In January 2026 {TEXT} in 400 offices.", "", Novelty.RECAP),
        (f"An overview.\n{TEXT} in 400 offices.", "", Novelty.RECAP),
        ("An overview.", f"{TEXT} in 400 offices", Novelty.UPDATE),
        (f"{TEXT} in 12 towns.", "", Novelty.RECAP),
        (f"{TEXT} in three hundred offices.", "", Novelty.RECAP),
    ],
)
def test_when_the_story_is_over_only_a_changed_number_in_a_lead_counts(
    text: str, title: str, expected: Novelty
) -> None:
    journey = Journey()
    tell(journey, timedelta(days=30), f"{TEXT} in 300 offices.")
    assert tell(journey, timedelta(days=60), text, title=title).alert.novelty is expected


def test_enough_publishers_make_one_update() -> None:
    journey = Journey(NoveltySettings(publishers_for_update=3))
    publishers = ["A", "B", "b", "", "C", "D"]
    told = [tell(journey, timedelta(hours=hour), publisher=name) for hour, name in enumerate(publishers)]
    assert [verdict.alert.novelty.value for verdict in told] == ["new", "fold", "fold", "fold", "update", "fold"]
    assert told[4].alert.reason is Reason.PUBLISHERS_REACHED


def test_a_late_publisher_is_not_counted() -> None:
    journey = Journey(NoveltySettings(publishers_for_update=2))
    tell(journey, timedelta(), publisher="A")
    late = tell(journey, timedelta(hours=1), publisher="B", published=START - timedelta(days=1))
    assert decided(late) == (Novelty.FOLD, Reason.OLDER_THAN_TOLD)
    assert tell(journey, timedelta(hours=2), publisher="C").alert.reason is Reason.PUBLISHERS_REACHED


@pytest.mark.case(18)
def test_an_edited_article_adds_only_what_its_last_version_had_not(journey: Journey) -> None:
    url = "https://news.example/page"
    tell(journey, timedelta(days=1), f"{TEXT} in 300 offices.", url=url, title="Page")
    same = tell(journey, timedelta(days=2), f"{TEXT} in 300 offices. A comma.", url=url, title="Page", status="lifted")
    assert decided(same) == (Novelty.FOLD, Reason.ADDS_NOTHING)
    more = tell(journey, timedelta(days=3), f"{TEXT} in 400 offices. A comma.", url=url, title="Page")
    assert more.alert.added == ("400 offices",)
    assert more.alert.article == same.alert.article == "id-Page"


@pytest.mark.case(18)
def test_an_edit_speaks_on_the_day_it_is_made(journey: Journey) -> None:
    url, published = "https://news.example/page", START + timedelta(hours=1)
    tell(journey, timedelta(hours=2), f"{TEXT} already.", url=url, title="Page", published=published)
    tell(journey, timedelta(days=1), publisher="Another")
    edited = tell(
        journey,
        timedelta(days=2),
        "Kimi is free in Italy.",
        url=url,
        title="Page",
        published=published,
        status="lifted",
    )
    assert decided(edited) == (Novelty.UPDATE, Reason.STATE_CHANGED)


@pytest.mark.case(18)
def test_a_version_that_adds_nothing_does_not_prolong(journey: Journey) -> None:
    url = "https://news.example/page"
    tell(journey, timedelta(days=1), url=url, title="Page")
    tell(journey, timedelta(days=6), f"{TEXT}. A comma.", url=url, title="Page")
    assert tell(journey, timedelta(days=8)).alert.novelty is Novelty.RECAP


def test_two_feeds_with_one_page_and_two_summaries_do_not_take_turns(journey: Journey) -> None:
    url = "https://news.example/page"
    one, two = (
        article_of("Page", text, START + timedelta(days=1), url=url) for text in (TEXT, f"{TEXT}, says a decree")
    )
    kinds = [journey.take(article, []).recognised.kind for article in (one, two, one, two, one)]
    assert kinds == [Recognition.FIRST, Recognition.VERSION, Recognition.COPY, Recognition.COPY, Recognition.COPY]


def test_what_was_learned_stays_learned_and_is_no_news(journey: Journey) -> None:
    [key] = journey.memories
    journey.memories[key] = replace(journey.memories[key], learned=True)
    verdict = tell(journey, timedelta(days=30))
    assert verdict.alert.novelty is Novelty.RECAP
    assert verdict.memory.learned


def test_memory_without_a_publication_date_goes_by_arrival(journey: Journey) -> None:
    [key] = journey.memories
    journey.memories[key] = replace(journey.memories[key], last_published=None)
    older = tell(journey, timedelta(days=1), published=START - timedelta(hours=1), status="lifted")
    assert older.alert.reason is Reason.OLDER_THAN_TOLD
    assert tell(journey, timedelta(days=2), status="lifted").memory.last_published == START + timedelta(days=2)


def test_memory_remembers_first_and_last(journey: Journey) -> None:
    memory: KeyMemory = tell(journey, timedelta(days=40)).memory
    assert (memory.first_seen, memory.last_seen, memory.last_told) == (START, START + timedelta(days=40), START)
    assert memory.first_article == "id-Report 0:00:00"
    assert memory.tellings == 2


def test_alerts_are_raised_now(journey: Journey) -> None:
    assert tell(journey, timedelta(days=1)).alert.raised == START + timedelta(days=1)


DAY = timedelta(days=1)


def test_a_state_that_comes_back_within_two_days_is_another_wording(journey: Journey) -> None:
    assert decided(tell(journey, 1 * DAY, status="lifted")) == (Novelty.UPDATE, Reason.STATE_CHANGED)
    assert decided(tell(journey, 1.5 * DAY, status="in force")) == (Novelty.FOLD, Reason.ADDS_NOTHING)
    verdict = tell(journey, 2.5 * DAY, status="lifted")
    assert decided(verdict) == (Novelty.FOLD, Reason.ADDS_NOTHING)
    assert dict(verdict.memory.state) == {"status": "lifted"}


def test_a_state_that_comes_back_later_is_news(journey: Journey) -> None:
    assert decided(tell(journey, 1 * DAY, status="lifted")) == (Novelty.UPDATE, Reason.STATE_CHANGED)
    assert decided(tell(journey, 3 * DAY, status="in force")) == (Novelty.UPDATE, Reason.STATE_CHANGED)
    assert decided(tell(journey, 3.5 * DAY, status="renewed")) == (Novelty.UPDATE, Reason.STATE_CHANGED)


@pytest.mark.case(18)
def test_an_edit_may_add_only_a_place() -> None:
    journey, url = Journey(), "https://news.example/page"

    def version(hours: int, text: str) -> Verdict:
        article = article_of("Page", text, START + timedelta(hours=hours), url=url)
        places = tuple(
            Place(name, "body", text.index(name), text.index(name) + len(name))
            for name in ("Malta", "Chile")
            if name in text
        )
        match = replace(ITALY, evidence=evidence_of(article, TEXT), places=places)
        [verdict] = journey.take(article, [match]).verdicts
        return verdict

    version(0, f"{TEXT} after Malta.")
    assert decided(version(1, f"{TEXT} after Malta. A comma.")) == (Novelty.FOLD, Reason.ADDS_NOTHING)
    added = version(2, f"{TEXT} after Malta and Chile.")
    assert decided(added) == (Novelty.UPDATE, Reason.PLACE_ADDED)
    assert added.alert.added == ("Chile",)
