"""What articles are grouped by, and stories that turn out to be one."""

from __future__ import annotations

import pytest
from store_nouns import DAY, HOUR, NOW, alert, article, memory

from monitor.model import Story, StoryReason
from monitor.store import Store
from monitor.stories.keys import story_key


def test_window_comes_back_in_the_order_in_which_it_was_touched(store: Store) -> None:
    for touched, story in enumerate(("a", "b", "c", "a"), 1):
        store.save_profile(touched, story, f"{story}{touched}".encode())
        store.add_lesson(touched, b"")
    assert list(store.profiles()) == [("b", b"b2"), ("c", b"c3"), ("a", b"a4")]
    assert store.grouped() == 4
    store.close_profile("b", [1])
    assert store.profile("b") is None, "no rule told it"


def test_counts_stand_for_the_lessons_before_them(store: Store) -> None:
    assert (store.grouped(), store.rarity(), list(store.lessons())) == (0, None, [])
    store.add_lesson(1, b"one")
    store.add_lesson(2, b"two")
    store.save_rarity(2, 1.5, b"counts")
    assert (store.grouped(), store.rarity(), list(store.lessons())) == (2, (1.5, b"counts"), [])
    store.add_lesson(3, b"three")
    assert (store.grouped(), list(store.lessons())) == (3, [b"three"])


def test_story_that_a_rule_without_a_fact_told_is_found_when_it_is_over(store: Store) -> None:
    store.remember(memory(story_key("watch", "rule", "story-1"), story="story-1"))
    store.save_profile(1, "story-1", b"profile")
    store.close_profile("story-1", [7, 8, 9])
    assert list(store.profiles()) == []
    beginning = story_key("watch", "rule", "")[: -len('""]')]
    wanted = {7: 0.25, 8: 0.25, 10: 0.5}
    assert store.stories_over(wanted, [beginning], 0.4) == [("story-1", b"profile")]
    assert store.stories_over(wanted, [beginning], 0.6) == []
    assert store.stories_over(wanted, [story_key("watch", "other", "")[: -len('""]')]], 0.1) == []
    store.save_profile(2, "story-1", b"grown")
    store.open_again("story-1")
    assert store.stories_over(wanted, [beginning], 0.4) == []
    assert list(store.profiles()) == [("story-1", b"grown")]


def test_similar_signatures_share_most_bands(store: Store) -> None:
    for number, bands in enumerate(([1, 2, 3], [2, 3, 4], [3, 4, 5]), 1):
        store.add_article(article(number), f"story-{number}", "print")
        store.put_signature(f"article-{number}", bands, f"{number}".encode())
    assert store.similar_signatures([2, 3, 4]) == [
        ("article-2", b"2"), ("article-1", b"1"), ("article-3", b"3"),
    ]  # fmt: skip
    assert store.similar_signatures([1, 9]) == [], "one of two is too few"
    assert store.similar_signatures([1]) == [("article-1", b"1")]
    assert store.similar_signatures([]) == []
    store.put_signature("article-2", [8, 9], b"new")
    assert store.similar_signatures([2, 3, 4]) == [("article-1", b"1"), ("article-3", b"3")]
    assert store.similar_signatures([8, 9]) == [("article-2", b"new")]


def test_band_of_boilerplate_finds_no_more(store: Store) -> None:
    for number in range(300):
        store.add_article(article(number, identities=()), "story-1", "print")
        store.put_signature(f"article-{number}", [7, 1000 + number], b"x")
    assert store.similar_signatures([7, 1299]) == []
    assert store.similar_signatures([7, 1000]) == [("article-0", b"x")]


def test_old_signatures_go(store: Store) -> None:
    store.add_article(article(), "story-1", "print")
    store.put_signature("article-1", [1, 2], b"x")
    assert store.drop_old_signatures(NOW, 10) == 0
    assert store.drop_old_signatures(NOW + DAY, 10) == 1
    assert store.similar_signatures([1, 2]) == []


@pytest.mark.parametrize("name", ["kept", "dropped"])
def test_merged_story_goes_by_one_name_everywhere(store: Store, name: str) -> None:
    store.add_article(article(1), "kept", "print")
    store.add_article(article(2), "dropped", "print", why=StoryReason.SIMILAR, score=1.5)
    for story in ("kept", "dropped", "before"):
        store.save_story(Story(story, NOW, NOW))
    store.add_alert(alert(2, article="article-2", story="dropped"), ["morning"])
    store.remember(memory("key-2", story="dropped"))
    store.merge_stories("dropped", "before", "article-2", 0.5, NOW)
    store.merge_stories("kept", "dropped", "article-1", 2.0, NOW + HOUR)
    assert (store.current_story("before"), store.current_story("dropped")) == ("kept", "kept")
    assert [merged.story for merged in store.merged_into("kept")] == ["before", "dropped"]
    assert store.recall(["key-2"])["key-2"].story == "kept"
    assert store.waiting("morning", NOW + DAY)[0].alert.story == "kept"
    assert store.articles_called([name]) == ["article-1", "article-2"]
    history = store.history("article-2")
    assert history is not None
    assert (history.story, history.why, history.score) == ("kept", StoryReason.SIMILAR, 1.5)
    assert {merged.story for merged in history.merged} == {"before", "dropped"}


def test_memory_under_another_key_keeps_what_readers_were_told(store: Store) -> None:
    store.add_article(article(1), "story-1", "print")
    store.add_alert(alert(1, key="old"), ["morning"])
    store.remember(memory("old"))
    store.replace_memory("old", memory("new"))
    assert set(store.recall(["old", "new"])) == {"new"}
    assert store.waiting("morning", NOW + DAY)[0].alert.key == "new"


def test_the_number_of_the_last_article_is_that_of_the_database_again_after_a_failure(store: Store) -> None:
    store.add_lesson(1, b"x")
    with pytest.raises(ZeroDivisionError), store.transaction():
        assert store.grouped() == 1
        store.add_lesson(2, b"x")
        assert store.grouped() == 2
        store.save_rarity(3, 3.0, b"x")
        assert store.grouped() == 3
        _ = 1 // 0
    assert store.grouped() == 1
    with store.transaction():
        assert store.grouped() == 1
