"""Names, numbers and days are taken from the lead as people would."""

from __future__ import annotations

from zlib import crc32

import pytest

from monitor.stories.features import features
from tests.stories.desk import article


def named(title: str, body: str = "") -> set[str]:
    found = features(article("a", title, body))
    words = {word.strip(".,:'\"").lower() for word in f"{title} {body}".split()}
    return {word for word in words if crc32(word.encode()) in found.names}


def test_a_name_is_what_is_written_with_a_capital_inside_a_sentence() -> None:
    assert named("", "The mayor of Toramo met Ilse Barrenko. People cheered.") == {"toramo", "ilse", "barrenko"}


def test_the_first_word_of_a_sentence_is_no_name_unless_it_is_one_elsewhere() -> None:
    assert named("", "Rescuers came. Houses fell.") == set()
    assert "page" in named("", "Page died on Monday, and friends of Bettie Page mourn.")


def test_in_a_headline_full_of_capitals_ordinary_words_are_no_names() -> None:
    assert named("Government Bans Lumera Over Children's Data in Tolmark") == {"lumera", "tolmark"}


def test_weekdays_and_months_are_no_names() -> None:
    found = features(article("a", "", "It shook on Monday and on Friday in March, they said."))
    assert found.days == 0b10001
    assert not found.names


def test_a_number_goes_with_the_word_after_it() -> None:
    found = features(article("a", "", "It killed 12 people and hurt 1,400 more."))
    assert (crc32(b"12"), crc32(b"people")) in found.numbers or len(found.numbers) == 2


@pytest.mark.parametrize("text", ["", "\x00", "😀" * 100, "a" * 100_000, "\ud800", "," * 5000])
def test_no_text_is_too_strange(text: str) -> None:
    assert len(features(article("a", text, text)).terms) < 10


def test_a_lead_that_repeats_the_title_counts_it_once() -> None:
    title = "Quake hits Toramo"
    repeated = features(article("a", title, f"{title}\nFour people died."))
    assert repeated.terms == features(article("a", title, "Four people died.")).terms


def test_what_comes_after_the_lead_changes_nothing() -> None:
    lead = "Rescuers searched the ruins of Toramo. " * 40
    assert (
        features(article("a", "Quake", lead + "Zork.")).terms == features(article("a", "Quake", lead + "Blim.")).terms
    )
