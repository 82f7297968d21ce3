from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from monitor.model import Evidence, Fact, Match, Severity
from monitor.stories.agreement import agree
from monitor.stories.keys import key_of

BAN = Match(
    "bans", "ban", "ban", Severity.HIGH, "", Fact.of({"place": "Italy", "product": "DeepSeek"}),
    Fact.of({"status": "in force"}), (Evidence("body", ((5, 9),)),),
)  # fmt: skip
DELISTING = replace(
    BAN, rule="delisting", severity=Severity.NORMAL, state=Fact(), evidence=(Evidence("title", ((0, 4),)),)
)


def test_the_highest_severity_tells_and_the_other_agrees() -> None:
    for order in permutations([BAN, DELISTING]):
        [agreed] = agree(order, "story")
        assert (agreed.match.rule, agreed.agreeing) == ("ban", ("delisting",))


def test_a_correction_tells_before_any_other() -> None:
    correction = replace(DELISTING, retracts=True)
    [agreed] = agree([BAN, correction], "story")
    assert agreed.match.rule == "delisting"
    assert agreed.match.retracts
    assert agreed.match.severity is Severity.HIGH


def test_open_state_is_filled_from_the_rule_that_agrees() -> None:
    strong = replace(BAN, rule="strong", severity=Severity.CRITICAL, state=Fact.of({"status": ""}))
    [agreed] = agree([BAN, strong], "story")
    assert agreed.match.rule == "strong"
    assert agreed.match.state.as_dict() == {"status": "in force"}


def test_of_two_states_the_one_that_is_said_first_counts() -> None:
    later = replace(BAN, state=Fact.of({"status": "lifted"}), evidence=(Evidence("body", ((50, 60),)),))
    in_title = replace(BAN, state=Fact.of({"status": "proposed"}), evidence=(Evidence("title", ((70, 75),)),))
    for order in permutations([BAN, later, in_title]):
        [agreed] = agree(order, "story")
        assert agreed.match.state.as_dict() == {"status": "proposed"}
        assert agreed.agreeing == ()


def test_a_fact_with_an_open_slot_gives_way_and_its_severity_is_kept() -> None:
    partial = replace(BAN, rule="alarm", severity=Severity.CRITICAL, fact=Fact.of({"place": "ITALY", "product": ""}))
    for order in permutations([partial, BAN]):
        [agreed] = agree(order, "story")
        assert agreed.key == key_of(BAN, "")
        assert (agreed.match.rule, agreed.match.fact, agreed.agreeing) == ("ban", BAN.fact, ("alarm",))
        assert agreed.match.severity is Severity.CRITICAL


def test_a_partial_fact_of_another_place_stands() -> None:
    partial = replace(BAN, fact=Fact.of({"place": "Malta"}))
    assert len(agree([partial, BAN], "story")) == 2


def test_other_watchlists_other_memories_and_factless_rules_stand_by_themselves() -> None:
    others = [
        BAN,
        replace(BAN, watchlist="press"),
        replace(BAN, about="plan"),
        replace(BAN, rule="talk", fact=Fact()),
        replace(BAN, rule="chat", fact=Fact()),
    ]
    agreed = agree(others, "story")
    assert [each.key for each in agreed] == [key_of(match, "story") for match in others]
    assert all(each.agreeing == () for each in agreed)


def test_nothing_agrees_with_nothing() -> None:
    assert agree([], "story") == []
