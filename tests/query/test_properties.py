"""What must hold for every watchlist and every article: nothing is missed, and the engine is the reference."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.query.syntax import parse
from monitor.text.tokens import ANY_WORD, ASCII_WORD
from tests.query.bulk import comparable, difference, differences
from tests.query.reference import Reference
from tests.query.worlds import Writer, world

RANDOMS = st.randoms(use_true_random=False)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SIGNS = st.sampled_from(
    [*'()",:@%#*=/&|+-~!{}[]“”（）', " AND ", " OR ", " NOT ", " NEAR/3 ", " MAYBE ", "\x00", "\ud800"]
)


@SETTINGS
@given(RANDOMS)
def test_every_rule_that_brute_force_matches_is_a_candidate(random: Random) -> None:
    made = world(random)
    engine = Engine(made.rules)
    called = {(rule.watchlist, rule.id) for rule in engine.candidates(engine.read(made.article))}
    assert Reference(made.rules).matching(made.article) <= called


@SETTINGS
@given(RANDOMS)
def test_matches_evidence_and_facts_are_those_of_the_reference(random: Random) -> None:
    made = world(random)
    assert difference(made.rules, made.article) == "", made.texts


@SETTINGS
@given(RANDOMS)
def test_order_and_presence_of_other_rules_change_nothing(random: Random) -> None:
    """Rules that refer to each other stand in one file, so they come and go together; so do rules of one memory."""
    made, others = world(random), world(random)
    strangers = [_moved(rule) for rule in others.rules]
    alone = comparable(Engine(made.rules).match(made.article))
    among = [*strangers, *made.rules] if random.random() < 0.5 else [*made.rules, *strangers]
    random.shuffle(among)
    found = [match for match in Engine(among).match(made.article) if match.watchlist == "random"]
    assert comparable(found) == alone


def _moved(rule: Rule) -> Rule:
    """The same rule in another watchlist."""
    names = Rule.__dataclass_fields__
    return Rule(**{**{name: getattr(rule, name) for name in names}, "watchlist": "another"})


@SETTINGS
@given(RANDOMS)
def test_evidence_lies_within_its_field_apart_and_in_order(random: Random) -> None:
    made = world(random)
    for match in Engine(made.rules).match(made.article):
        assert match.evidence
        for evidence in match.evidence:
            length, last = len(made.article.text_of(evidence.field)), 0
            for start, end in evidence.spans:
                assert last <= start < end <= length
                last = end


@settings(max_examples=400, deadline=None)
@given(RANDOMS, st.lists(st.tuples(st.integers(0, 10_000), st.one_of(SIGNS, st.text(max_size=3)))))
def test_parse_never_raises_and_its_faults_lie_within_the_text(random: Random, edits: list[tuple[int, str]]) -> None:
    text = Writer(random, ("other",)).query(2)
    for at, sign in edits:
        at %= len(text) + 1
        text = text[:at] + sign + text[at + random.choice((0, 0, 1)) :]
    check_faults(text)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="aA1 @%#*=/()\",:-'AND.NEAROT").map(str)))
def test_any_text_is_a_query_or_has_faults(text: str) -> None:
    check_faults(text)


def check_faults(text: str) -> None:
    node, faults = parse(text)
    assert (node is None) == any(fault.is_error for fault in faults)
    for fault in faults:
        assert 0 <= fault.start < fault.end <= max(1, len(text)) or fault.start == fault.end - 1 == len(text), fault
        assert fault.code.startswith("E1") and fault.message


@given(st.text(alphabet="aAzZ09.,' -'_sS/\n"))
def test_words_of_plain_text_are_the_same_by_both_patterns(text: str) -> None:
    assert [m.span() for m in ASCII_WORD.finditer(text)] == [m.span() for m in ANY_WORD.finditer(text)]


def test_some_thousand_pairs() -> None:
    found = list(differences(3_000, seed=20261124))
    assert not found, "\n\n".join(map(str, found))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(100))
def test_a_million_pairs(batch: int) -> None:
    found = list(differences(10_000, seed=batch))
    assert not found, "\n\n".join(map(str, found))
