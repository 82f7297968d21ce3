"""Which rules name a source."""

from __future__ import annotations

import pytest

from monitor.query.sourced import rules_naming
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
    naming = rules_naming([a_rule(query)], SOURCES)
    assert {source for source, rules in naming.items() if rules} == sources
    assert set(naming) == set(SOURCES), "every source has its entry"
    assert all(rules in ((), (("w", "r"),)) for rules in naming.values())


def test_what_the_whole_file_requires_counts() -> None:
    assert rules_naming([a_rule("ban", require="source:inbox")], SOURCES)["inbox"] == (("w", "r"),)
