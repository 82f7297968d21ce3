"""Words as bits: what is joined and what is reached."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.query.spots import ANYWHERE, around, closed, followed, of_range, touched
from monitor.query.stretches import Stretches

PLACES = st.sets(st.integers(0, 200), max_size=12)


def bits(places: set[int]) -> int:
    return sum(1 << place for place in places)


def test_the_words_of_a_range() -> None:
    assert of_range(4, 7) == bits({4, 5, 6})
    assert of_range(4, 4) == 0


@given(PLACES, st.integers(0, 40))
def test_what_follows_and_what_is_around(places: set[int], reach: int) -> None:
    assert followed(bits(places), reach) == bits({at + n for at in places for n in range(reach + 1)})
    assert around(bits(places), reach) == bits(
        {at + n for at in places for n in range(-reach, reach + 1) if at + n >= 0}
    )


def test_from_anywhere_all_is_reached() -> None:
    assert around(ANYWHERE, 5) & bits({99})
    assert followed(ANYWHERE, 5) & bits({99})
    assert Stretches((3,), 9).whole(ANYWHERE) == ANYWHERE


@given(PLACES, st.sets(st.integers(0, 200), max_size=9))
def test_stretches(places: set[int], firsts: set[int]) -> None:
    """A sentence that begins after the last word has none."""
    stretches = Stretches(sorted(firsts), 201)
    numbers = stretches.numbers()
    assert numbers == [stretches.number_of(at) for at in range(201)]
    touched = {numbers[at] for at in places}
    assert stretches.whole(bits(places)) == bits({at for at in range(201) if numbers[at] in touched})
    for at in places:
        assert range(*stretches.around(at)) == range(numbers.index(numbers[at]), 201 - numbers[::-1].index(numbers[at]))


@given(PLACES, st.integers(0, 40))
def test_gaps_are_closed(places: set[int], gap: int) -> None:
    near = [{at + n for at in places for n in range(gap + 1)}, {at - n for at in places for n in range(gap + 1)}]
    between = near[0] & near[1]
    assert closed(bits(places), gap) == bits(between)


@given(PLACES, PLACES)
def test_a_run_is_reached_where_one_of_its_words_is(places: set[int], reached: set[int]) -> None:
    runs = [
        {at for at in places if all(step in places for step in range(min(at, b), max(at, b) + 1))}
        for b in reached & places
    ]
    assert touched(bits(places), bits(reached)) == bits(set().union(*runs))
    assert touched(ANYWHERE, bits(reached)) == (ANYWHERE if reached else 0)
