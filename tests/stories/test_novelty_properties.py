"""What must hold of any stream of articles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Fact, Match, Novelty, Reason, Severity
from monitor.stories.freshness import date_of
from monitor.stories.keys import fact_values, key_of

from .journey import Journey, article_of, evidence_of

START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
PLACES = ("Italy", "Malta", "Peru")
TOLD = (Novelty.NEW, Novelty.UPDATE)


@dataclass(frozen=True)
class Item:
    """One article and its matches."""

    article: Article
    matches: tuple[Match, ...]


def item(number: int, hours: int, late: int, facts: list[tuple[str, str, str, int]], publisher: str, page: int) -> Item:
    """An article that tells facts (place, rule, status, offices); `page` other than 0 is a URL that is used again."""
    said = [f"{place} bans Kimi in {offices} offices" for place, _, _, offices in facts]
    arrived = START + timedelta(hours=hours)
    article = article_of(
        f"Report {number}", ". ".join(said), arrived, url=f"https://news.example/page/{page}" if page else "",
        publisher=publisher, published=arrived - timedelta(hours=late),
    )  # fmt: skip
    matches = tuple(
        Match(
            "bans", rule, "ban", Severity.HIGH, "", Fact.of({"place": place}), Fact.of({"status": status}),
            evidence_of(article, words),
        )
        for (place, rule, status, _), words in zip(facts, said, strict=True)
    )  # fmt: skip
    return Item(article, matches)


facts = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(["ban", "delisting"]),
        st.sampled_from(["", "proposed", "in force", "lifted"]),
        st.integers(1, 4),
    ),
    max_size=4,
)
rows = st.tuples(
    st.integers(0, 2000), st.integers(0, 300), facts, st.sampled_from(["", "A", "B", "C"]), st.integers(0, 2)
)


@st.composite
def streams(draw: st.DrawFn) -> list[Item]:
    """Up to a dozen articles over some eighty days, in order of arrival; some late, some edited."""
    drawn = sorted(draw(st.lists(rows, max_size=12)), key=lambda row: row[0])
    return [item(number, *row) for number, row in enumerate(drawn)]


@given(streams())
def test_each_key_is_new_exactly_once(stream: list[Item]) -> None:
    journey = Journey()
    news = Counter(
        verdict.alert.key
        for each in stream
        for verdict in journey.take(each.article, each.matches).verdicts
        if verdict.alert.novelty is Novelty.NEW
    )
    assert news == Counter(journey.memories.keys())


@given(streams())
def test_a_known_key_from_an_older_article_is_never_new_or_update(stream: list[Item]) -> None:
    journey = Journey()
    for each in stream:
        before = dict(journey.memories)
        told = journey.take(each.article, each.matches)
        for verdict in told.verdicts:
            memory = before.get(verdict.alert.key)
            edited = told.recognised.known is not None
            if memory and memory.last_published and date_of(each.article) < memory.last_published and not edited:
                assert verdict.alert.novelty not in TOLD
                assert verdict.alert.reason is Reason.OLDER_THAN_TOLD


@given(streams())
def test_every_match_is_told_or_agrees(stream: list[Item]) -> None:
    journey = Journey()
    for each in stream:
        told = journey.take(each.article, each.matches)
        alerts = {verdict.alert.key: verdict.alert for verdict in told.verdicts}
        assert len(alerts) == len(told.verdicts)
        if told.placement is not None:
            assert alerts.keys() == {key_of(match, told.placement.story) for match in each.matches}
            for match in each.matches:
                alert = alerts[key_of(match, told.placement.story)]
                assert match.rule in (alert.match.rule, *alert.agreeing)
                assert fact_values(match.fact) == fact_values(alert.match.fact)


@given(streams())
def test_what_is_no_telling_moves_neither_freshness_nor_age(stream: list[Item]) -> None:
    journey = Journey()
    for each in stream:
        before = dict(journey.memories)
        for verdict in journey.take(each.article, each.matches).verdicts:
            if verdict.alert.novelty is Novelty.RECAP or verdict.alert.reason is Reason.OLDER_THAN_TOLD:
                memory = before[verdict.alert.key]
                after = verdict.memory
                assert (after.state, after.last_published) == (memory.state, memory.last_published)
                assert after.story == memory.story
                assert after.publishers == memory.publishers


@given(streams())
def test_two_runs_give_one_result_and_the_same_again_adds_nothing(stream: list[Item]) -> None:
    first, second = Journey(), Journey()
    assert [first.take(each.article, each.matches) for each in stream] == [
        second.take(each.article, each.matches) for each in stream
    ]
    memories = dict(first.memories)
    for each in stream:
        assert first.take(each.article, each.matches).verdicts == ()
    assert first.memories == memories


@given(st.data())
def test_order_of_unrelated_articles_decides_nothing(data: st.DataObject) -> None:
    """Articles of one batch that share no key are decided the same in any order."""
    batch = [
        item(number, 100, late, [(place, "ban", status, offices)], publisher, 0)
        for number, place in enumerate(PLACES)
        for late, status, offices, publisher in [
            data.draw(st.tuples(st.integers(0, 300), st.sampled_from(["", "lifted"]), st.integers(1, 4), st.just("A")))
        ]
    ]
    known = [
        item(9, hours, 0, [("Italy", "ban", "in force", 1)], "B", 0)
        for hours in data.draw(st.sampled_from([[], [0], [90]]))
    ]
    journeys = []
    for order in (batch, data.draw(st.permutations(batch))):
        journey = Journey()
        decisions = {}
        for each in (*known, *order):
            for verdict in journey.take(each.article, each.matches).verdicts:
                decisions[each.article.id] = verdict
        journeys.append(decisions)
    assert journeys[0] == journeys[1]
