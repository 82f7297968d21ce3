"""A short run of the fuzzer, and by name what it and the issue call hostile."""

from __future__ import annotations

from random import Random

import pytest

from tests.query.fuzz import Fuzz, Input, attempt, guarded, rule_file


def test_a_hundred_hostile_inputs_end_in_a_match_or_a_diagnostic() -> None:
    fuzz = Fuzz(Random(1), watching=False, large=False)
    for _ in range(100):
        fuzz.once()
    assert not fuzz.findings, fuzz.findings[0]


@pytest.mark.parametrize(
    ("query", "came"),
    [
        ("(" * 100_000, "refused"),
        ("title: " * 5_000 + "ban", "refused"),
        ("ban OR " * 1_400_000, "refused"),
        ("ban NEAR/99999999999 app", "refused"),
        ("/((((a*)*)*)*)*b/", "matched"),
        ("/a*/", "refused"),
        ("/(a|aa)+$/", "matched"),
        ("/.{1000}{1000}/", "refused"),
        ("/(?=a)b/", "refused"),
        ("ban\x00", "refused"),
        ("\ud800", "refused"),
        ("\ufeffban", "matched"),
        (" NEAR/S ".join(["ban"] * 40), "refused"),
        (" OR ".join(["ban"] * 10_000), "matched"),
    ],
)
def test_hostile_queries(query: str, came: str) -> None:
    with guarded(60):
        assert attempt(Input("named", query, "They ban aaaaab.")) == came


@pytest.mark.parametrize("many", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_long_list(many: int) -> None:
    names = {f"n{number}": [f"word{number} app"] for number in range(many)}
    with guarded(300):
        assert attempt(Input("list", "@long", f"word{many - 1} app", rule_file("@long", {"long": names}))) == "matched"
