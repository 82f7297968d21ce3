"""Which rules name a source."""

from __future__ import annotations

import pytest

from monitor.query.sourced import Naming
from tests.query.bench import a_rule

SOURCES = ("Example Post, technology", "Reuters", "inbox")


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("ban AND source:inbox", {"inbox"}),
        ("ban AND source:(inbox OR Reuters)", {"inbox", "Reuters"}),
        ('source:"Example Post"', {"Example Post, technology"}),
        ("(ban AND source:inbox) OR (chip AND source:Reuters)", {"inbox", "Reuters"}),
        ("ban AND NOT source:inbox", set()),
        ("(ban AND source:Reuters) AND NOT source:inbox", {"Reuters"}),
        ("inbox", set()),
    ],
)
def test_a_rule_depends_on_the_sources_that_it_asks_for(query: str, sources: set[str]) -> None:
    naming = Naming().of([a_rule(query)], SOURCES)
    assert {source for source, rules in naming.items() if rules} == sources
    assert set(naming) == set(SOURCES), "every source has its entry"
    assert all(rules in ((), (("w", "r"),)) for rules in naming.values())


def test_what_the_whole_file_requires_counts() -> None:
    assert Naming().of([a_rule("ban", require="source:inbox")], SOURCES)["inbox"] == (("w", "r"),)


def test_it_answers_for_one_set_of_rules_after_another() -> None:
    """A rule that stays is not walked again, one of the same name that is another one is."""
    naming, first = Naming(), a_rule("source:inbox", id="a")
    assert naming.of([first, a_rule("ban", id="b")], SOURCES)["inbox"] == (("w", "a"),)
    now = naming.of([first, a_rule("source:inbox", id="b")], SOURCES)
    assert now["inbox"] == (("w", "a"), ("w", "b"))
    assert naming.of([a_rule("source:Reuters", id="a")], SOURCES)["inbox"] == ()
