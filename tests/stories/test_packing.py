"""What is packed for a store comes back as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.stories.features import features
from monitor.stories.packing import (
    arrival,
    heaviest,
    micros,
    pack_counts,
    pack_profile,
    pack_signature,
    pack_terms,
    unpack_counts,
    unpack_profile,
    unpack_signature,
    unpack_terms,
)
from monitor.stories.profile import Profile, joined, opened, weigh
from monitor.stories.rarity import Rarity
from monitor.stories.signature import sign
from tests.stories.desk import QUAKES, article, told

NUMBERS = st.integers(0, (1 << 32) - 1)


def assert_kept(story: Profile) -> None:
    """Weights are kept as floats of 32 bits, all else as it is; what was read once is kept to the last bit."""
    packed = pack_profile(story)
    read = unpack_profile(story.story, packed)
    assert pack_profile(read) == packed
    assert read.weights == pytest.approx(story.weights, rel=1e-6)
    assert replace(read, weights=story.weights, **columns(read)) == replace(story, **columns(story))
    assert arrival(packed) == micros(story.arrived)
    assert heaviest(packed, 5) == tuple(story.terms[:5])


def columns(story: Profile) -> dict[str, tuple[int, ...]]:
    return {name: tuple(getattr(story, name)) for name in ("counts", "names", "leads")}


def test_profile() -> None:
    rarity = Rarity()
    story = None
    for _, each in told(QUAKES):
        given_ = features(each)
        rarity.learn(given_.terms)
        alone = opened("story", weigh(given_, rarity))
        story = alone if story is None else joined(story, alone)
        assert_kept(story)
        assert_kept(replace(story, spoken=each.arrived))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=90))
def test_texts_of_all_kinds(title: str, body: str, publisher: str) -> None:
    each = article("a", title, body, publisher=publisher)
    signature = sign(each)
    assert unpack_signature("a", pack_signature(signature)) == signature
    given_ = features(each)
    story = opened("story", weigh(given_, Rarity()))
    assert_kept(story)


def test_long_name_of_a_publisher_is_cut() -> None:
    signature = sign(article("a", "t", "b", publisher="封" * 1000))
    assert unpack_signature("a", pack_signature(signature)).publisher == "封" * 100


@given(st.lists(NUMBERS, max_size=30), st.dictionaries(NUMBERS, NUMBERS, max_size=30))
def test_terms_and_counts(terms: list[int], counts: dict[int, int]) -> None:
    assert unpack_terms(pack_terms(terms)) == tuple(terms)
    assert list(unpack_counts(pack_counts(counts)).items()) == list(counts.items())
