from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.ingest.identity import Doubts, Traits, identify

LONG = "Prague has barred its ministries from using the chatbot, the cabinet said on Thursday after a short meeting."


def test_the_strongest_identity_makes_the_id() -> None:
    article_id, identities = identify("wire", Traits("g1", "http://www.example.org/a?utm_source=x", "Title", LONG))
    assert [key.split(":")[0] for key in identities] == ["guid", "url", "text"]
    assert identities[:2] == ("guid:wire:g1", "url:https://example.org/a")
    assert article_id.startswith("a") and len(article_id) == 21


def test_ids_are_stable_and_per_source_where_guids_make_them() -> None:
    traits = Traits("g1", "https://example.org/a", "Title", LONG)
    assert identify("wire", traits) == identify("wire", traits)
    assert identify("wire", traits)[0] != identify("other", traits)[0]


@pytest.mark.case(16)
def test_a_guid_that_two_items_share_is_no_identity() -> None:
    items = [Traits("post", "https://example.org/a", "One", LONG), Traits("post", "https://example.org/b", "Two", LONG)]
    doubts = Doubts()
    doubts.consider(items)
    keys = [identify("wire", item, doubts)[1] for item in items]
    assert all(not key.startswith("guid:") for found in keys for key in found)
    assert keys[0][0] != keys[1][0]


@pytest.mark.case(16)
def test_a_guid_that_is_the_items_place_in_the_feed_is_no_identity() -> None:
    assert identify("wire", Traits("1", "https://example.org/a", "One", LONG))[1][0] == "url:https://example.org/a"
    assert identify("wire", Traits("1", "", "One", LONG))[1][0] == "guid:wire:1"


@pytest.mark.case(16)
def test_a_title_that_two_items_of_a_day_share_is_no_identity() -> None:
    day = datetime(2025, 1, 27, tzinfo=UTC)
    title = "Notice of the regulator to all who sell assistants"
    items = [
        Traits(url=f"https://e.org/{n}", title=title, body=f"{LONG} {n}", published=day, by_title=True) for n in (1, 2)
    ]
    assert identify("wire", items[0])[1][-1].startswith("title:wire:2025-01-27:")
    doubts = Doubts()
    doubts.consider(items)
    assert all(not key.startswith("title:") for item in items for key in identify("wire", item, doubts)[1])


@pytest.mark.case(16)
def test_the_same_item_twice_keeps_its_guid() -> None:
    item = Traits("tag:1", "https://example.org/a", "One", LONG)
    doubts = Doubts()
    doubts.consider([item, item])
    assert identify("wire", item, doubts)[1][0] == "guid:wire:tag:1"


@pytest.mark.case(16)
def test_a_guid_that_changes_at_every_poll_leaves_url_and_text() -> None:
    first = identify("wire", Traits("s=1", "https://example.org/a", "One", LONG))[1]
    second = identify("wire", Traits("s=2", "https://example.org/a", "One", LONG))[1]
    assert first[1:] == second[1:]


def test_a_url_that_all_items_share_is_no_identity() -> None:
    items = [Traits("", "https://example.org/blog", f"Story {n}", f"{LONG} {n}") for n in range(3)]
    doubts = Doubts()
    doubts.consider(items)
    assert {len(identify("wire", item, doubts)[1]) for item in items} == {1}


@pytest.mark.case(17)
def test_texts_are_compared_without_case_accents_and_punctuation() -> None:
    one = identify("a", Traits(title="Café “ban”", body=LONG))[1]
    other = identify("b", Traits(title="CAFE 'BAN'!", body=LONG.replace(",", "")))[1]
    assert one[-1] == other[-1]


def test_a_short_text_comes_again_on_another_day_as_another_article() -> None:
    monday = datetime(2025, 1, 27, tzinfo=UTC)
    tuesday = datetime(2025, 1, 28, tzinfo=UTC)
    keys = {identify("a", Traits(title="Morning briefing", published=day))[0] for day in (monday, tuesday)}
    assert len(keys) == 2


@pytest.mark.case(15)
def test_signs_alone_still_make_an_id() -> None:
    assert identify("a", Traits(title="!!!"))[0] != identify("a", Traits(title="???"))[0]
