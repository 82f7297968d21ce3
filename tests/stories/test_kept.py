"""Stories over a store: the same after every restart, nothing of what failed, and nothing told again after a merge."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import Article, Fact, Match, Severity, StoryReason, Subscription
from monitor.pipeline import Pipeline, RoundAccount, Taken
from monitor.store import Database, Store
from monitor.stories.assign import GroupingSettings
from monitor.stories.freshness import NoveltySettings
from monitor.stories.grouping import Placement
from monitor.stories.kept import KeptStories
from tests.stories.desk import BANS, NOON, QUAKES, article, told

READER = Subscription(name="reader", recipients=("ana@example.org",), channel="")
TOGETHER = GroupingSettings(join_at=1.5, merge_at=-6.0)


class Titles:
    """A matcher with one rule without a fact: it finds a word in titles."""

    def __init__(self, word: str) -> None:
        self.word = word

    def match(self, article: Article) -> Sequence[Match]:
        if self.word not in article.title.lower():
            return []
        return [Match("watch", "told", "told", Severity.NORMAL, article.title)]


@contextmanager
def opened(
    path: Path, taken: list[Taken], grouping: GroupingSettings | None = None, word: str = "nothing"
) -> Iterator[Pipeline]:
    store = Store(Database.open(path, create=True), lambda: NOON)
    try:
        yield Pipeline(
            store, Titles(word), (READER,), {}, NoveltySettings(), KeptStories(store, grouping), witness=taken.append
        )
    finally:
        store.close()


def known_as(each: Article) -> Article:
    return replace(each, identities=(f"url:{each.id}",))


def stream() -> list[Article]:
    """Six events, told in turns, with copies between them."""
    found = [known_as(each) for _, each in told(QUAKES | BANS)]
    copies = [replace(each, id=f"{each.id}-again", identities=(f"url:{each.id}-again",)) for each in found[::3]]
    everything = found + copies
    random.Random(7).shuffle(everything)
    return [replace(each, arrived=NOON + timedelta(hours=n)) for n, each in enumerate(everything)]


def placements(taken: Sequence[Taken]) -> list[tuple[str, object]]:
    return [(each.recognised.article.id, (each.placement, each.recognised.copy_of)) for each in taken]


def test_restarts_between_all_articles_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.stories.kept._COUNTED_EVERY", 5)
    whole: list[Taken] = []
    with opened(tmp_path / "whole.db", whole) as pipeline:
        for each in stream():
            pipeline.take([each], RoundAccount(), NOON)
    parts: list[Taken] = []
    for each in stream():
        with opened(tmp_path / "parts.db", parts) as pipeline:
            pipeline.take([each], RoundAccount(), NOON)
    assert placements(parts) == placements(whole)
    assert len({placement.story for _, (placement, _) in placements(whole)}) > 2  # type: ignore[attr-defined, misc]


def test_one_transaction_or_many_change_nothing(tmp_path: Path) -> None:
    one: list[Taken] = []
    with opened(tmp_path / "one.db", one) as pipeline:
        pipeline.take(stream(), RoundAccount(), NOON)
    many: list[Taken] = []
    with opened(tmp_path / "many.db", many) as pipeline:
        for each in stream():
            pipeline.take([each], RoundAccount(), NOON)
    assert placements(one) == placements(many)


def test_what_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    """A transaction of three articles fails at its end; then they come again."""
    whole: list[Taken] = []
    with opened(tmp_path / "whole.db", whole) as pipeline:
        pipeline.take(stream(), RoundAccount(), NOON)
    failed: list[Taken] = []
    with opened(tmp_path / "failed.db", failed) as pipeline:
        articles = stream()
        for at in range(0, len(articles), 3):
            before = len(failed)
            with pytest.raises(OSError, match="the disk"), pipeline.store.transaction():
                pipeline.take(articles[at : at + 3], RoundAccount(), NOON)
                raise OSError("the disk is full")
            del failed[before:]
            pipeline.take(articles[at : at + 3], RoundAccount(), NOON)
    assert placements(failed) == placements(whole)


def test_asking_changes_nothing(tmp_path: Path) -> None:
    whole: list[Taken] = []
    with opened(tmp_path / "whole.db", whole) as pipeline:
        pipeline.take(stream(), RoundAccount(), NOON)
    asked: list[Taken] = []
    with opened(tmp_path / "asked.db", asked) as pipeline:
        for each in stream():
            pipeline.decide(stream()[0], NOON)
            decided = pipeline.decide(each, NOON)
            pipeline.take([each], RoundAccount(), NOON)
            assert asked[-1].placement == decided.placement
    assert placements(asked) == placements(whole)


def two_that_are_one() -> list[Article]:
    """Two tellings that share no name, a third that has the names of both, and a fourth."""
    first, _, third = (each for _, each in told({"toramo": QUAKES["toramo"]}))
    other = "Mayor Ilse Barrenko spoke of nine dead in Toramo."
    return [
        known_as(first),
        known_as(replace(third, title="Nine dead in a quake", body=other)),
        known_as(article("both", "Quake, again", f"{first.body} {other}", hours=3)),
        known_as(article("more", "After the quake", f"{other} {first.body}", hours=4)),
    ]


def test_two_stories_that_were_told_and_are_one_are_not_told_again(tmp_path: Path) -> None:
    taken: list[Taken] = []
    with opened(tmp_path / "x.db", taken, TOGETHER, word="quake") as pipeline:
        for each in two_that_are_one():
            pipeline.take([each], RoundAccount(), NOON)
        assert [[alert.novelty.value for alert in each.alerts] for each in taken] == [
            ["new"],
            ["new"],
            ["fold"],
            ["fold"],
        ]
        (merge,) = taken[2].placement.merges
        store = pipeline.store
        assert isinstance(store, Store)
        assert store.current_story(merge.dropped) == merge.kept == taken[0].story
        assert [each.story for each in store.merged_into(merge.kept)] == [merge.dropped]
        assert store.story(merge.dropped) is None
        kept = store.story(merge.kept)
        assert kept is not None
        assert kept.articles == 4
        waiting = store.waiting("reader", NOON + timedelta(days=1))
        assert {each.alert.story for each in waiting} == {merge.kept}
        assert len({each.alert.key for each in waiting}) == 1


def test_a_merge_of_what_one_of_two_stories_told(tmp_path: Path) -> None:
    """Only the story that gives up its name was told."""
    articles = two_that_are_one()
    articles[0] = replace(articles[0], title="Tremor of magnitude 6.3 in Toramo")
    taken: list[Taken] = []
    with opened(tmp_path / "x.db", taken, TOGETHER, word="quake") as pipeline:
        for each in articles:
            pipeline.take([each], RoundAccount(), NOON)
        assert taken[2].placement.merges
        assert [[alert.novelty.value for alert in each.alerts] for each in taken] == [[], ["new"], ["fold"], ["fold"]]


def test_a_story_is_told_again_at_any_age_by_a_rule_without_a_fact(tmp_path: Path) -> None:
    first, second, _ = (known_as(each) for _, each in told({"toramo": QUAKES["toramo"]}))
    other, *_ = (known_as(each) for _, each in told({"hessund": QUAKES["ostrava bay"]}))
    later = timedelta(days=200)
    taken: list[Taken] = []
    with opened(tmp_path / "x.db", taken, word="quake") as pipeline:
        pipeline.take([first], RoundAccount(), NOON)
        noise = known_as(article("noise", "Choirs sing", "The choir sang in the snow.", hours=24 * 30))
        pipeline.take([noise], RoundAccount(), NOON)
        pipeline.take([replace(other, arrived=NOON + later)], RoundAccount(), NOON)
        pipeline.take([replace(second, arrived=NOON + later, title=f"{second.title}: a quake")], RoundAccount(), NOON)
    assert [[alert.novelty.value for alert in each.alerts] for each in taken] == [["new"], [], ["new"], ["recap"]]
    assert taken[3].story == taken[0].story
    assert taken[3].placement.reason is StoryReason.SIMILAR


def test_profiles_of_stories_that_nobody_told_go(tmp_path: Path) -> None:
    taken: list[Taken] = []
    with opened(tmp_path / "x.db", taken) as pipeline:
        pipeline.take(stream(), RoundAccount(), NOON)
        late = known_as(article("late", "Choirs sing", "The choir sang in the snow.", hours=24 * 30))
        pipeline.take([late], RoundAccount(), NOON)
        store = pipeline.store
        assert isinstance(store, Store)
        assert [story for story, _ in store.profiles()] == [taken[-1].story]
        assert all(store.profile(each.story) is None for each in taken[:-1])


def seek_by_fact(path: Path, first: Article, later: Article, *, retracts: bool = False) -> str:
    """Where the later article goes when both tell one fact: "" for a story of its own."""
    taken: list[Taken] = []
    with opened(path, taken) as pipeline:
        pipeline.take([first], RoundAccount(), NOON)
        story = taken[0].story
        match = Match("watch", "told", "told", Severity.NORMAL, "", Fact.of({"place": "Malta"}), retracts=retracts)
        sought = pipeline.stories.seek(later, Placement(story, StoryReason.SAME_FACT), [match])
        return sought.placement.story if sought.placement.story == story else ""


def test_a_fact_puts_no_article_into_a_story_that_is_wholly_unlike_it(tmp_path: Path) -> None:
    (_, quake), (_, other_quake), *_ = told(QUAKES)
    (_, ban), *_ = told(BANS)
    quake, other_quake, ban = map(known_as, (quake, other_quake, ban))
    assert seek_by_fact(tmp_path / "alike.db", quake, other_quake)
    assert not seek_by_fact(tmp_path / "unlike.db", quake, ban)
    assert seek_by_fact(tmp_path / "correction.db", quake, ban, retracts=True)
