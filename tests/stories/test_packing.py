"""What is packed for a store comes back as it was, to the last bit."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.features import features
from monitor.stories.packing import (
    pack_counts,
    pack_profile,
    pack_signature,
    pack_terms,
    unpack_counts,
    unpack_profile,
    unpack_signature,
    unpack_terms,
)
from monitor.stories.profile import joined, opened, weigh
from monitor.stories.rarity import Rarity
from monitor.stories.signature import sign
from tests.stories.desk import QUAKES, article, told

NUMBERS = st.integers(0, (1 << 32) - 1)


def test_profile() -> None:
    rarity = Rarity()
    story = None
    for number, (_, each) in enumerate(told(QUAKES)):
        given_ = features(each)
        rarity.learn(given_.terms)
        alone = opened("story", weigh(given_, rarity.weigh(given_.chances)))
        story = alone if story is None else joined(story, alone)
        assert unpack_profile("story", pack_profile(story)) == story, number
        spoken = replace(story, spoken=each.arrived)
        assert unpack_profile("story", pack_profile(spoken)) == spoken


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=90))
def test_texts_of_all_kinds(title: str, body: str, publisher: str) -> None:
    each = article("a", title, body, publisher=publisher)
    signature = sign(each)
    assert unpack_signature("a", pack_signature(signature)) == signature
    given_ = features(each)
    story = opened("story", weigh(given_, Rarity().weigh(given_.chances)))
    assert unpack_profile("story", pack_profile(story)) == story


def test_long_name_of_a_publisher_is_cut() -> None:
    signature = sign(article("a", "t", "b", publisher="封" * 1000))
    assert unpack_signature("a", pack_signature(signature)).publisher == "封" * 100


@given(st.lists(NUMBERS, max_size=30), st.dictionaries(NUMBERS, NUMBERS, max_size=30))
def test_terms_and_counts(terms: list[int], counts: dict[int, int]) -> None:
    assert unpack_terms(pack_terms(terms)) == tuple(terms)
    assert list(unpack_counts(pack_counts(counts)).items()) == list(counts.items())
