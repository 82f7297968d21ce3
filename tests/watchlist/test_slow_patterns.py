"""Regular expressions that run for ever on an engine that goes back: refused, or done in linear time (case 48)."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.query.engine import Engine
from monitor.rulebook.load import load_rules
from monitor.watchlist.nouns import Loaded
from tests.query.worlds import an_article

pytestmark = pytest.mark.case(48)

RULES = """\
[[rule]]
id = "slow"
query = '%s'

[[rule]]
id = "sound"
query = "DeepSeek"
"""
HOSTILE = ("a" * 50_000 + "!", "x " * 25_000, "ab" * 25_000 + " DeepSeek")


def loaded(folder: Path, pattern: str) -> Loaded:
    (folder / "rules.toml").write_text(RULES % f"/{pattern}/", encoding="utf-8")
    return load_rules((folder,))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(.*a){20}", r"(\w+\s?)*!", "(a|aa)+$", "(x+x+)+y", "a{1,500}b"])
def test_a_pattern_that_explodes_elsewhere_ends_here(tmp_path: Path, pattern: str) -> None:
    """With an engine that goes back, none of these would end before the sun does."""
    rules = loaded(tmp_path, pattern)
    engine = Engine(rules.rules)
    for text in HOSTILE:
        found = {match.rule for match in engine.match(an_article(body=text))}
        assert ("sound" in found) is ("DeepSeek" in text)


IMPOSSIBLE = {
    "backreference": r"(a)\1",
    "look-behind": "(?<=a)b",
    "look-ahead": "(?=a)b",
    "depth": "(" * 5000 + ")" * 5000,
    "repetition": "a{1000}{1000}",
    "ten megabytes": "|".join(["ab"] * 3_000_000),
}


@pytest.mark.parametrize("pattern", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_no_linear_engine_can_do_is_refused_and_stops_no_other(tmp_path: Path, pattern: str) -> None:
    rules = loaded(tmp_path, pattern)
    assert [problem.code[0] for problem in rules.problems if problem.severity.value == "error"][:1] == ["E"]
    assert "slow" not in {rule.id for rule in rules.rules}
