"""Mentions in the order of the text: the nearest, and those that are coordinated."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query import chains
from monitor.query.engine import Engine
from monitor.query.found import Mention
from monitor.query.reading import FieldReading
from monitor.query.rows import Row, coordinated, words_between
from tests.query.bench import a_rule, found
from tests.query.worlds import an_article

PIECES = ["Italy", "Spain", ",", "and", "the", "以及", "app", "和", "、", "Malta", "."]


@cache
def engine() -> Engine:
    return Engine([a_rule("app")])


def reading(pieces: list[str]) -> FieldReading:
    return engine().read(an_article(body=" ".join(["app", *pieces]))).fields["body"]


def mentions(field: FieldReading, ranges: list[tuple[int, int]]) -> list[Mention]:
    found = {(s % field.length, min(s % field.length + 1 + n, field.length)) for s, n in ranges}
    return [Mention("body", start, end, ((start, end),)) for start, end in found]


TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=90)
RANGES = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2)), min_size=1, max_size=40)


@given(TEXTS, RANGES, st.sampled_from([0, 3, 8, 20, 40, float("inf")]))
def test_outwards_is_all_that_is_near_in_order(pieces: list[str], ranges: list[tuple[int, int]], most: float) -> None:
    field = reading(pieces)
    row = Row(mentions(field, ranges))
    neighbour = row.mentions[len(row.mentions) // 2]
    distances = {m: words_between(field, m, neighbour) for m in row.mentions}
    nearest = sorted(row.mentions, key=lambda m: (distances[m], m.start > neighbour.start, m.start, -m.end, m.place))
    expected = [(distances[m], m) for m in nearest if distances[m] <= most]
    assert list(row.outwards(field, neighbour, most)) == expected


@given(TEXTS, RANGES)
def test_those_around_a_name_will_do(pieces: list[str], ranges: list[tuple[int, int]]) -> None:
    field = reading(pieces)
    row = Row(mentions(field, ranges))
    for name in row.mentions:
        assert coordinated(field, name, row.around(field, name)) == coordinated(field, name, row.mentions)


def test_more_mentions_than_are_kept_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "MOST_MENTIONS", 2)
    rule = a_rule("@place NEAR/S ban", "place")
    [*told] = found([rule], body="They ban it in Italy, Spain and Malta.")
    assert len(told) == 2
    assert all("not all are told" in match.cut for match in told)
