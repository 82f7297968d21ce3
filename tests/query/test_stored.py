"""Rules that change under a running engine: its successor is what would be built afresh, and it stays as it is."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Article
from monitor.query import stored
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.query.tree import RuleRef, walk
from tests.query.bench import a_rule, found
from tests.query.worlds import an_article, article, world

Told = tuple[list[tuple[str, str]], list[object]]


def told(engine: Engine, read: Article) -> Told:
    """The candidates and the matches, in order."""
    called = [(rule.watchlist, rule.id) for rule in engine.candidates(engine.read(read))]
    return called, list(engine.match(read))


def refers_to(rule: Rule) -> set[str]:
    queries = [query for query in (rule.query, rule.require, rule.except_, rule.retract) if query is not None]
    return {node.rule for query in queries for node in walk(query) if isinstance(node, RuleRef)}


def a_watchlist(random: Random, name: str, former: list[Rule]) -> list[Rule]:
    """Rules of another world under this name; some of the former ones may stay, the very same objects."""
    rules = [replace(rule, watchlist=name) for rule in world(random).rules]
    stay = {rule.id: rule for rule in former if random.random() < 0.5}
    rules = [stay.pop(rule.id, rule) for rule in rules] + list(stay.values())
    while dangling := [rule for rule in rules if not refers_to(rule) <= {each.id for each in rules}]:
        rules = [rule for rule in rules if rule not in dangling]
    return rules


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_any_sequence_of_changes_gives_what_a_fresh_build_gives(random: Random) -> None:
    watchlists: dict[str, list[Rule]] = {}
    engine = Engine()
    for _ in range(random.randint(1, 6)):
        name = random.choice("abc")
        watchlists[name] = a_watchlist(random, name, watchlists.get(name, []))
        names = random.sample(sorted(watchlists), len(watchlists))
        rules = [rule for each in names for rule in watchlists[each]]
        former, articles = engine, [article(random) for _ in range(3)]
        before = [told(former, each) for each in articles]
        engine = Engine(rules, former)
        fresh = Engine(rules)
        assert len(engine) == len(fresh)
        for each, then in zip(articles, before, strict=True):
            assert told(engine, each) == told(fresh, each)
            assert told(former, each) == then, "the former engine goes on as it was"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_an_engine_that_comes_back_is_what_a_fresh_build_is(random: Random) -> None:
    watchlists: dict[str, list[Rule]] = {name: a_watchlist(random, name, []) for name in "abc"}
    first = [rule for name in "abc" for rule in watchlists[name]]
    engine = Engine(first)
    if random.random() < 0.5:  # one that is itself a successor
        engine.match(article(random))
        watchlists["b"] = a_watchlist(random, "b", watchlists["b"])
        first = [rule for name in "bca" for rule in watchlists[name]]
        engine = Engine(first, engine)
    changed = random.choice(["a", "b", "c", ""])
    rules = [rule if rule.watchlist != changed else None for rule in first]
    back = Engine.unpacked(engine.packed(), rules)
    left = [rule for rule in rules if rule is not None]
    if changed:
        left += a_watchlist(random, changed, [])
    for made, fresh in (
        (back, Engine(rule for rule in rules if rule is not None)),
        (Engine(left, back), Engine(left)),
    ):
        assert len(made) == len(fresh)
        assert {rule.id for rule in made.naming("source")} >= {rule.id for rule in fresh.naming("source")}
        for each in (article(random) for _ in range(3)):
            assert told(made, each) == told(fresh, each)


@pytest.mark.parametrize("damage", ["cut", "longer", "other rules", "no head", "empty"])
def test_bytes_that_do_not_fit_are_refused(damage: str) -> None:
    rule = a_rule("ban NEAR/3 Apple")
    packed = Engine([rule]).packed()
    contents = {"cut": packed[:-9], "longer": packed + b"x", "other rules": packed, "no head": packed[9:], "empty": b""}
    rules = [rule, rule] if damage == "other rules" else [rule]
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        Engine.unpacked(contents[damage], rules)


def test_a_rule_that_stays_is_not_compiled_again() -> None:
    stays = a_rule("ban NEAR/3 Apple")
    former = Engine([stays, a_rule("app", id="s")])
    former.match(an_article(body="ban Apple"))
    engine = Engine([a_rule("app OR chip", id="s"), stays], former)
    assert engine.stored(engine.number("w", "r")) is former.stored(former.number("w", "r"))
    assert [match.rule for match in engine.match(an_article(body="ban Apple chip"))] == ["s", "r"]


def test_what_others_ask_of_a_rule_may_change_though_it_stays() -> None:
    stays, asks = a_rule("@place NEAR/3 ban", id="s"), a_rule("%s", "place", id="t")
    read = an_article(body="Italy ban")
    former = Engine([stays, a_rule("%s", id="t")])
    assert [str(match.fact) for match in former.match(read)] == ["", ""]
    engine = Engine([stays, asks], former)
    assert engine.match(read) == found([stays, asks], body="Italy ban")
    assert [match.fact.as_dict() for match in engine.match(read)] == [{}, {"place": "Italy"}]


def test_the_anchor_of_a_rule_that_refers_follows_the_other_rule() -> None:
    refers = a_rule("%s", id="t")
    former = Engine([a_rule("ban", id="s"), refers])
    engine = Engine([a_rule("chip", id="s"), refers], former)
    assert [match.rule for match in engine.match(an_article(body="chip"))] == ["s", "t"]
    assert engine.candidates(engine.read(an_article(body="ban"))) == []


def test_words_are_looked_up_again_where_new_ones_came() -> None:
    former = Engine([a_rule("ban")])
    read = an_article(body="Zurich ban")
    assert [match.rule for match in former.match(read)] == ["r"]
    engine = Engine([a_rule("ban"), a_rule("Zurich", id="s")], former)
    assert [match.rule for match in engine.match(read)] == ["r", "s"]
    assert [match.rule for match in former.match(read)] == ["r"]


def test_after_many_have_gone_all_is_built_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_MOST_LEFT_BEHIND", 3)
    engine = Engine([a_rule("ban")])
    for number in range(20):
        engine = Engine([a_rule(f"word{chr(97 + number)}")], engine)
        assert [match.rule for match in engine.match(an_article(body=f"word{chr(97 + number)}"))] == ["r"]
    assert len(engine._rules.compiler.early) <= 5


def test_a_rule_that_is_gone_has_no_number() -> None:
    stays = a_rule("ban")
    engine = Engine([stays], Engine([stays, a_rule("app", id="s")]))
    with pytest.raises(KeyError):
        engine.number("w", "s")
    with pytest.raises(LookupError):
        engine.stored(1)


def test_who_matches_in_another_thread_goes_on_undisturbed() -> None:
    """A reload prepares its engine in a thread beside the one that matches."""
    stays = [a_rule("ban NEAR/3 Apple", except_="banana"), a_rule("%r AND app", id="s")]
    read = an_article(body="They ban Apple, and Berlin app 1 to Berlin app 40.")
    former = Engine(stays)
    expected, found_there, done = former.match(read), [], Event()

    def match() -> None:
        while not done.is_set():
            found_there.append(former.match(read))

    matching = Thread(target=match)
    matching.start()
    try:
        engine = former
        for number in range(40):
            engine = Engine([*stays, a_rule(f'"Berlin app {number}" AND NOT "Paris app {number}"', id="n")], engine)
            assert [match.rule for match in engine.match(read)][:2] == ["r", "s"]
    finally:
        done.set()
        matching.join()
    assert found_there
    assert all(each == expected for each in found_there)
