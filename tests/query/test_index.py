"""Which terms a rule waits at."""

from __future__ import annotations

import pytest

from monitor.query.engine import Engine
from monitor.query.index import Index, rarest, required_groups
from monitor.query.tree import ListRef
from tests.query.bench import a_rule, tree
from tests.query.worlds import an_article


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        ("ban", [{"ban"}]),
        ("@ban", [{"ban", "block"}]),
        ("@ban:block", [{"block"}]),
        ("ban AND app", [{"ban"}, {"app"}]),
        ("ban OR app", [{"ban", "app"}]),
        ("ban OR NAME", []),
        ("(ban AND Apple) OR app", [{"Apple", "app"}]),
        ("1 OF (ban, app)", [{"ban", "app"}]),
        ("ban AND NOT app", [{"ban"}]),
        ("ban NOT NEAR/3 app", [{"ban"}]),
        ("ban NEAR/S MAYBE app NEAR/S chip", [{"ban"}, {"chip"}]),
        ("ATLEAST/2 ban", [{"ban"}]),
        ("FIRST/2 ban", [{"ban"}]),
        ("title: ban", [{"ban"}]),
        ("%other", [{"other"}]),
        ("/ban/", []),
        ("MONEY", []),
    ],
)
def test_required_groups(query: str, groups: list[set[str]]) -> None:
    made = required_groups(tree(query), lambda name: required_groups(tree(name), lambda _: []))
    assert [{spelling.text for spelling in group} for group in made] == groups


def test_an_unresolved_list_needs_nothing_that_is_there() -> None:
    assert list(map(len, required_groups(ListRef(0, 1, "x"), lambda _: []))) == [0]


@pytest.mark.parametrize(
    ("query", "rare"),
    [
        ("ban AND Apple", "Apple"),
        ("app AND GPT-4o", "GPT-4o"),
        ('ban AND "app store"', "app store"),
        ("ban AND app", "ban"),
    ],
)
def test_rarest(query: str, rare: str) -> None:
    assert [spelling.text for spelling in rarest(required_groups(tree(query), lambda _: []))] == [rare]


def test_candidates_come_in_order_and_once() -> None:
    index = Index()
    index.add(2, [7, 8])
    index.add(0, None)
    index.add(1, [8])
    assert list(index.candidates([[8, 7], [9]])) == [0, 1, 2]
    assert list(index.candidates([])) == [0]


def test_a_rule_is_a_candidate_by_its_require_too() -> None:
    engine = Engine([a_rule("/ban/", require="Apple"), a_rule("app", id="s")])
    called = [rule.id for rule in engine.candidates(engine.read(an_article(body="ban app")))]
    assert called == ["s"]
    assert len(engine) == 2
