"""Which terms a rule waits at."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query.compile import Compiler
from monitor.query.engine import Engine
from monitor.query.index import Index
from monitor.query.survey import Group, Survey, is_anchored, rarest
from tests.query.bench import a_rule, tree
from tests.query.worlds import Writer, an_article, parsed


class Surveyed:
    """Queries surveyed, with terms as they are written instead of their numbers."""

    def __init__(self) -> None:
        self._compiler = Compiler()
        self.survey = Survey(self._compiler, lambda name: self.survey.groups(tree(name)))

    def groups(self, query: str) -> list[set[str]]:
        return [self._words(group) for group in self.survey.groups(tree(query))]

    def rarest(self, query: str) -> set[str]:
        return self._words(rarest(self.survey.groups(tree(query))))

    def _words(self, group: Group) -> set[str]:
        return self.words(group.terms)

    def words(self, terms: Sequence[int]) -> set[str]:
        return {text for text, number in self._compiler.early.terms.items() if number in terms}


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
        ("ban AND MAYBE app", [{"ban"}]),
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
def test_the_groups_that_a_query_needs(query: str, groups: list[set[str]]) -> None:
    assert Surveyed().groups(query) == groups
    assert is_anchored(tree(query), lambda _: True) is bool(groups)


def test_a_survey_gathers_what_a_query_names() -> None:
    survey = Surveyed().survey
    survey.groups(tree("title: ban AND NOT (url: @place OR %other)"))
    assert survey.fields == {"title", "url"}
    assert list(survey.refers_to) == ["other"]


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_anchored_is_what_needs_a_group(random: Random) -> None:
    node = parsed(Writer(random).query(random.choice((1, 2, 3))))
    assert is_anchored(node, lambda _: True) is bool(Surveyed().survey.groups(node))


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
    assert Surveyed().rarest(query) == {rare}


def test_candidates_come_once() -> None:
    index = Index()
    index.add(2, [7, 8])
    index.add(0, None)
    index.add(1, [8])
    assert index.candidates([[8, 7], [9]]) == {0, 1, 2}
    assert index.candidates([]) == {0}


def test_a_copy_changes_alone() -> None:
    index = Index()
    index.add(1, [7])
    index.add(2, None)
    copy = index.copy()
    copy.add(3, [7, 8])
    copy.add(4, [7])
    copy.add(5, None)
    assert (index.candidates([[7, 8]]), copy.candidates([[7, 8]])) == ({1, 2}, {1, 2, 3, 4, 5})


def test_a_rule_is_a_candidate_by_its_require_too() -> None:
    engine = Engine([a_rule("/ban/", require="Apple"), a_rule("app", id="s")])
    called = [rule.id for rule in engine.candidates(engine.read(an_article(body="ban app")))]
    assert called == ["s"]
    assert len(engine) == 2


@pytest.mark.parametrize(
    ("query", "companion"),
    [
        ("Apple NEAR/3 ban", (3, {"ban"})),
        ("ban BEFORE/3 (Apple OR Intel)", (3, {"ban"})),
        ("title: (Apple NEAR/3 (ban OR block)) AND NOT chip", (3, {"ban", "block"})),
        ("chip NEAR/3 MAYBE app NEAR/3 Apple", (3, {"chip"})),
        ("Apple NEAR/S ban", None),
        ("Apple NEAR/3 NAME", None),
        ("Apple NEAR/3 (ban NOT NEAR/2 app)", None),
        ("Apple AND ban", None),
    ],
)
def test_what_stands_beside_an_anchor(query: str, companion: tuple[int, set[str]] | None) -> None:
    made = Surveyed()
    found = made.survey.companion(tree(query), rarest(made.survey.groups(tree(query))))
    assert (found and (found.words, made.words(found.terms))) == companion


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("Apple is not one that they ban", False),
        ("Apple is one they ban", True),
        ("banned by Apple", True),
        ("a ban. " * 9 + "More of Apple", True),
        ("Apple", False),
    ],
)
def test_a_rule_is_called_where_its_anchor_has_company(body: str, called: bool) -> None:
    engine = Engine([a_rule("Apple NEAR/3 ban")])
    reading = engine.read(an_article(body=body))
    assert bool(engine.called(reading)) == called
    assert bool(engine.candidates(reading)) is True, "the terms are there"
    assert bool(engine.match(reading.article)) == called


def test_company_in_another_field_is_none() -> None:
    engine = Engine([a_rule("Apple NEAR/3 ban")])
    assert not engine.called(engine.read(an_article(title="Apple", body="ban")))
    assert engine.called(engine.read(an_article(title="Apple", body="They ban Apple")))
