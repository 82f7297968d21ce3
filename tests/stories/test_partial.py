"""A fuller fact refines, one that says less tells again; later each is remembered by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import Fact, KeyMemory, Match, Severity
from monitor.stories.freshness import NoveltySettings
from monitor.stories.keys import key_of
from monitor.stories.partial import Alignment, align, coarser_keys

NOW = datetime(2026, 3, 4, tzinfo=UTC)
SETTINGS = NoveltySettings()


def match(about: str = "ban", **slots: str) -> Match:
    return Match("bans", "ban", about, Severity.NORMAL, "", Fact.of(slots))


def memory(known: Match, days: float = 1.0, tellings: int = 1) -> KeyMemory:
    at = NOW - timedelta(days=days)
    return KeyMemory(key_of(known, ""), at, at, at, "story-1", "article-1", tellings=tellings)


def aligned(told: list[Match], *known: KeyMemory) -> Alignment:
    return align(told, {each.key: each for each in known}, NOW, SETTINGS)


PARTIAL, FULL = match(place="Belgium"), match(place="Belgium", product="Lumera")


def test_fuller_fact_refines_the_one_that_says_less() -> None:
    answer = aligned([FULL], memory(PARTIAL))
    assert answer.refines == {key_of(FULL, ""): key_of(PARTIAL, "")}
    assert answer.memories[key_of(FULL, "")] == replace(memory(PARTIAL), key=key_of(FULL, ""))


def test_one_that_says_less_stands_for_the_fuller() -> None:
    assert aligned([PARTIAL], memory(FULL)).standing == {key_of(PARTIAL, ""): key_of(FULL, "")}


def test_of_two_that_would_refine_one_only_one_does() -> None:
    other = match(place="Belgium", product="DeepSeek")
    answers = [aligned(told, memory(PARTIAL)).refines for told in ([FULL, other], [other, FULL])]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 1


def test_nothing_is_aligned_when_it_is_over_forgotten_or_another_thing() -> None:
    assert not aligned([FULL], memory(PARTIAL, days=8)).refines
    assert not aligned([PARTIAL], memory(FULL, days=8)).standing
    assert not aligned([FULL], memory(PARTIAL, tellings=0)).refines
    assert not aligned([FULL], memory(match("launch", place="Belgium"))).refines
    assert not aligned([FULL], memory(match(place="Norway"))).refines


def test_what_is_known_by_itself_stays() -> None:
    assert aligned([FULL], memory(PARTIAL), memory(FULL)).refines == {}
    assert aligned([PARTIAL], memory(PARTIAL), memory(FULL)).standing == {}


def test_an_article_that_tells_both_refines_nothing_it_tells() -> None:
    assert aligned([PARTIAL, FULL], memory(PARTIAL)).refines == {}


def test_keys_that_say_less() -> None:
    three = match(place="Belgium", product="Lumera", court="Ghent")
    assert len(set(coarser_keys(three))) == 6
    assert list(coarser_keys(PARTIAL)) == []


def vaguely(**slots: str) -> Match:
    return replace(match(**slots), vague=frozenset({"a chatbot", "ai"}))


VAGUE, CERTAIN = vaguely(place="Belgium", product="a chatbot"), vaguely(place="Belgium", product="Lumera")


def test_a_value_that_names_nothing_particular_is_as_good_as_open() -> None:
    assert aligned([VAGUE], memory(CERTAIN)).standing == {key_of(VAGUE, ""): key_of(CERTAIN, "")}
    assert aligned([CERTAIN], memory(VAGUE)).refines == {key_of(CERTAIN, ""): key_of(VAGUE, "")}


def test_two_such_values_stand_for_each_other() -> None:
    other = vaguely(place="Belgium", product="AI")
    assert aligned([VAGUE], memory(other)).standing == {key_of(VAGUE, ""): key_of(other, "")}


def test_a_vague_fact_of_another_place_or_time_is_its_own() -> None:
    assert not aligned([VAGUE], memory(vaguely(place="Norway", product="Lumera"))).standing
    assert not aligned([VAGUE], memory(CERTAIN, days=8)).standing
    assert not aligned([CERTAIN], memory(VAGUE, days=8)).refines
    assert not aligned([vaguely(product="AI")], memory(CERTAIN)).standing


def test_keys_that_say_less_name_what_is_vague() -> None:
    assert key_of(VAGUE, "") in set(coarser_keys(CERTAIN))
    assert key_of(CERTAIN, "") not in set(coarser_keys(VAGUE))


def test_what_is_only_mentioned_tells_what_is_known_again_at_any_age() -> None:
    passing = replace(VAGUE, relevance=0.4)
    assert aligned([passing], memory(CERTAIN, days=80)).standing == {key_of(VAGUE, ""): key_of(CERTAIN, "")}
    assert not aligned([passing], memory(CERTAIN, days=80, tellings=0)).standing
    assert not aligned([replace(CERTAIN, relevance=0.4)], memory(VAGUE, days=80)).refines
