from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import Fact, KeyMemory, KnownArticle, Match, Novelty, Severity, Story, StoryReason
from monitor.stories.freshness import NoveltySettings
from monitor.stories.grouping import Placement, place, story_id
from monitor.stories.identity import recognise
from monitor.stories.keys import key_of
from monitor.stories.novelty import judge

from .journey import article_of

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
SETTINGS = NoveltySettings()
ARTICLE = article_of("Bans", "Italy and Malta ban Kimi.", NOW)
FIRST = recognise(ARTICLE, None)


def match(place: str) -> Match:
    return Match("bans", "ban", "ban", Severity.NORMAL, "", Fact.of({"place": place}))


def memory(place: str, story: str, told: datetime) -> KeyMemory:
    return KeyMemory(key_of(match(place), ""), told, told, told, story, "first")


def placed(*memories: KeyMemory) -> Placement:
    matches = [match("Italy"), match("Malta")]
    return place(ARTICLE, FIRST, matches, {each.key: each for each in memories}, SETTINGS)


def test_without_a_known_fact_it_opens_a_story_whose_id_derives_from_its_own() -> None:
    assert placed() == Placement(story_id(ARTICLE.id), StoryReason.FIRST)
    assert story_id("a") != story_id("b")


def test_it_joins_the_story_of_the_freshest_fact() -> None:
    old, young = memory("Italy", "old", NOW - timedelta(days=3)), memory("Malta", "young", NOW - timedelta(days=1))
    assert placed(old, young) == placed(young, old) == Placement("young", StoryReason.SAME_FACT)


def test_freshness_ends_after_exactly_its_span() -> None:
    limit = NOW - SETTINGS.fresh
    assert placed(memory("Italy", "over", limit)).reason is StoryReason.FIRST
    assert placed(memory("Italy", "fresh", limit + timedelta(microseconds=1))).story == "fresh"


def test_a_correction_joins_what_it_corrects_at_any_age() -> None:
    over = memory("Italy", "over", NOW - timedelta(days=400))
    correction = replace(match("Italy"), retracts=True)
    assert place(ARTICLE, FIRST, [correction], {over.key: over}, SETTINGS).story == "over"


def test_versions_and_copies_stay_with_their_article() -> None:
    fresh = memory("Italy", "fresh", NOW)
    version = recognise(ARTICLE, KnownArticle("a", "its own", "other words", "url:x"))
    copy = recognise(ARTICLE, KnownArticle("a", "its own", "other words", "text:x"))
    memories = {fresh.key: fresh}
    assert place(ARTICLE, version, [match("Italy")], memories, SETTINGS) == Placement(
        "its own", StoryReason.SAME_ARTICLE
    )
    assert place(ARTICLE, copy, [match("Italy")], memories, SETTINGS) == Placement("its own", StoryReason.SAME_TEXT)


def test_after_opens_counts_and_prolongs() -> None:
    placement = placed()
    verdicts = judge(ARTICLE, FIRST, placement, [match("Italy")], {}, NOW, SETTINGS)
    opened = placement.after(None, ARTICLE, verdicts)
    assert opened == Story(placement.story, opened=NOW, last_told=NOW, articles=1)
    later = replace(ARTICLE, arrived=NOW + timedelta(days=2))
    untold = Placement(placement.story, StoryReason.SAME_FACT).after(opened, later, [])
    assert untold == replace(opened, articles=2)
    verdict = judge(later, FIRST, placement, [match("Malta")], {}, NOW, SETTINGS)
    assert placement.after(opened, later, verdict).last_told == later.arrived


def test_after_does_not_count_a_version_as_another_article() -> None:
    known = Story("s", NOW, NOW, articles=3)
    assert Placement("s", StoryReason.SAME_ARTICLE).after(known, ARTICLE, []).articles == 3
    assert Placement("s", StoryReason.SAME_ARTICLE).after(None, ARTICLE, []).articles == 1


def mentioned(place: str) -> Match:
    return replace(match(place), relevance=0.45)


def test_what_an_article_only_mentions_puts_it_nowhere() -> None:
    article = article_of("x", "Bans.", NOW)
    known = {key_of(match("Italy"), ""): memory("Italy", "story-italy", NOW - timedelta(hours=1))}
    found = recognise(article, None)
    assert place(article, found, [match("Italy")], known, SETTINGS).story == "story-italy"
    passing = place(article, found, [mentioned("Italy")], known, SETTINGS)
    assert (passing.story, passing.reason) == (story_id(article.id), StoryReason.FIRST)


def test_a_look_back_at_several_facts_leaves_each_to_the_article_that_is_about_it() -> None:
    """Else the look back, read first, would make one story of them all."""
    wide, narrow = article_of("wide", "Bans.", NOW), article_of("narrow", "A ban.", NOW + timedelta(hours=1))
    found = recognise(wide, None)
    matches = [match("Malta"), mentioned("Italy"), mentioned("Spain")]
    placement = place(wide, found, matches, {}, SETTINGS)
    verdicts = judge(wide, found, placement, matches, {}, NOW, SETTINGS)
    assert {verdict.alert.story for verdict in verdicts} == {placement.story}, "its own alerts are on one card"
    memories = {verdict.memory.key: verdict.memory for verdict in verdicts}
    stories = {memories[key_of(match(name), "")].story for name in ("Malta", "Italy", "Spain")}
    assert placement.story in stories and len(stories) == 3
    later = place(narrow, recognise(narrow, None), [match("Italy")], memories, SETTINGS)
    assert later.reason is StoryReason.SAME_FACT and later.story != placement.story
    told = judge(narrow, recognise(narrow, None), later, [match("Italy")], memories, NOW, SETTINGS)
    assert [verdict.alert.novelty for verdict in told] == [Novelty.FOLD], "and it is no news all the same"
