"""What a rule owes to a source."""

from __future__ import annotations

from monitor.alerts.dependence import dependences
from monitor.model import Dependence, SourceShare


def test_a_rule_that_had_half_its_stories_from_a_source_depends_on_it() -> None:
    shares = [SourceShare("post", "bans", "ban", 3, 6), SourceShare("wire", "bans", "ban", 4, 6)]
    assert dependences("post", shares, ()) == [Dependence("bans", "ban", False, 3, 6)]


def test_less_than_half_or_less_than_three_is_no_habit() -> None:
    assert dependences("post", [SourceShare("post", "bans", "ban", 3, 7)], ()) == []
    assert dependences("post", [SourceShare("post", "bans", "ban", 2, 2)], ()) == []


def test_a_rule_that_names_the_source_depends_on_it_whatever_came_from_there() -> None:
    shares = [SourceShare("post", "chips", "h20", 1, 9)]
    assert dependences("post", shares, [("chips", "h20"), ("bans", "own")]) == [
        Dependence("bans", "own", True),
        Dependence("chips", "h20", True, 1, 9),
    ]
