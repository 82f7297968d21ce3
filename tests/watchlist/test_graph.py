"""Names in the order of their references, and circles."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.watchlist.graph import order, way

NAMES = "abcdefgh"


def test_each_name_comes_after_those_it_refers_to() -> None:
    names, circles = order({"c": ["b", "a"], "b": ["a"], "a": []})
    assert names == ["a", "b", "c"]
    assert circles == []


def test_unknown_names_are_left_to_the_caller() -> None:
    assert order({"a": ["nowhere"]}) == (["a"], [])


def test_a_circle_begins_with_the_name_that_is_written_first() -> None:
    names, circles = order({"x": ["b"], "b": ["c"], "c": ["b"], "self": ["self"]})
    assert circles == [["b", "c"], ["self"]]
    assert sorted(names) == ["b", "c", "self", "x"]
    assert names.index("x") > names.index("b")


def test_a_circle_is_told_by_its_way() -> None:
    assert way(["a", "b"], "@") == "@a -> @b -> @a"
    assert way([str(number) for number in range(100)], "%").endswith("%7 -> ...")


def test_long_chains_do_not_recurse() -> None:
    chain = {str(number): [str(number + 1)] for number in range(20_000)}
    names, circles = order(chain)
    assert len(names) == 20_000
    assert not circles


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4), max_size=8))
def test_every_name_comes_once_and_circles_are_circles(graph: dict[str, list[str]]) -> None:
    names, circles = order(graph)
    assert sorted(names) == sorted(graph)
    in_circles = {name for circle in circles for name in circle}
    for circle in circles:
        for name, following in zip(circle, circle[1:] + circle[:1], strict=True):
            assert following in graph[name]
    for name in names:
        for other in graph[name]:
            if other in graph and name not in in_circles:
                assert names.index(other) < names.index(name)
