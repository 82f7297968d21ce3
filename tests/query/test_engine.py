"""The engine as a whole, where no row of the conformance table speaks: ties, order, strikes, rules beside rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.query import kept
from monitor.query.engine import Engine
from monitor.query.rule import ExceptOf
from monitor.query.tree import Or
from tests.query.bench import a_rule, found, marked, tree, values
from tests.query.worlds import an_article


@pytest.mark.parametrize(("name", "value"), [("clash", "one"), ("other", "two")])
def test_of_two_names_that_match_the_same_words_the_first_of_the_list_wins(name: str, value: str) -> None:
    """Whatever other rules came before it: their terms must not decide."""
    before = [a_rule("App OR apple OR Apple OR app", id="before")]
    assert values(found([a_rule(f"@{name}", name)], body="An App.")) == [value]
    assert values(found([*before, a_rule(f"@{name}", name)], body="An App.")[1:]) == [value]


def test_equally_tight_proofs_are_told_apart_by_their_place() -> None:
    for query in ("(ban NEAR/S app) OR (ban NEAR/S chip)", "(ban NEAR/S chip) OR (ban NEAR/S app)"):
        [match] = found([a_rule(query)], body="ban app chip ban")
        assert marked(match, "ban app chip ban") == ["ban", "app"]


def test_the_parts_of_a_chain_share_no_words_even_where_names_are_coordinated() -> None:
    matches = found(
        [a_rule("@place NEAR/S ban NEAR/S @place AS target", "place", "target")], body="Italy and Spain ban."
    )
    assert all(match.fact.as_dict()["place"] != match.fact.as_dict()["target"] for match in matches)


def test_a_maybe_is_no_name_that_a_coordinated_part_has_taken() -> None:
    matches = found(
        [a_rule("@place NEAR/S ban NEAR/S MAYBE @place AS x", "place", "x")], body="Italy and Spain ban it."
    )
    assert all(match.fact.as_dict()["place"] != match.fact.as_dict()["x"] for match in matches)


@pytest.mark.parametrize(
    ("query", "body", "value"),
    [
        ("MAYBE @place BEFORE/S ban", "Italy will ban it.", "Italy"),
        ("MAYBE @place BEFORE/S ban", "A ban in Italy.", ""),
        ("MAYBE @place NEAR/S ban", "A ban in Italy.", "Italy"),
        ("ban BEFORE/S MAYBE @place", "A ban in Italy.", "Italy"),
        ("ban BEFORE/S MAYBE @place", "Italy will ban it.", ""),
        ("(ban NEAR/5 app) BEFORE/5 MAYBE @place", "ban Italy app", ""),
    ],
)
def test_a_maybe_keeps_its_order(query: str, body: str, value: str) -> None:
    assert values(found([a_rule(query, "place")], body=body)) == [value]


def test_what_spoils_a_not_near_spoils_it_though_except_strikes_it() -> None:
    rule = a_rule("ban NOT NEAR/3 (app NEAR/1 store)", except_="store")
    assert not found([rule], body="ban the app store")


@pytest.mark.parametrize("body", ['the "app". Store owners', "the app.” Store owners", "the app.\u00a0Store owners"])
def test_a_phrase_stays_within_a_sentence(body: str) -> None:
    assert not found([a_rule('"app store"')], body=body)


@pytest.mark.parametrize("hyphen", "-‐‑–")
def test_a_part_of_a_hyphenated_name_whatever_the_hyphen(hyphen: str) -> None:
    assert not found([a_rule("ban")], body=f"Ray{hyphen}Ban glasses")


def test_a_chain_that_cannot_be_is_given_up_soon() -> None:
    """Two parts want the one Rome; thirty mentions of each part between must not be tried in every combination."""
    query = " NEAR/S ".join(["ban"] * 5 + ["Rome", "app", "Rome"])
    assert not found([a_rule(query)], body="ban app " * 30 + "Rome")


def test_more_combinations_than_anyone_reads_are_cut_and_said(caplog: pytest.LogCaptureFixture) -> None:
    query = " NEAR/S ".join(["ban", *(f"@place AS p{number}" for number in range(7))])
    row = ", ".join(["Italy", "Spain", "Malta"] * 8)
    matches = found([a_rule(query, *(f"p{number}" for number in range(7)))], body=f"{row} ban it")
    assert {match.cut for match in matches} == {
        "names combine in more than 5000 ways in one article, and not all are told"
    }
    assert "names combine in more than 5000 ways" in caplog.text


def test_more_facts_than_anyone_reads_are_cut_and_said(caplog: pytest.LogCaptureFixture) -> None:
    query = "@place AS a AND @place AS b AND @place AS c AND @place AS d"
    matches = found([a_rule(query, "a", "b", "c", "d"), a_rule("Italy", id="other")], body="Italy Spain Malta")
    assert len(matches) == 51
    assert [match.cut for match in matches if match.rule == "other"] == [""]
    assert {match.cut for match in matches if match.rule != "other"} == {
        "81 facts in one article, of which the first 50 are told"
    }
    assert "81 facts in one article, of which the first 50 are told (article a)" in caplog.text


def test_slots_that_and_combines_are_cut_and_said(caplog: pytest.LogCaptureFixture) -> None:
    query = " AND ".join(f"@place AS p{number}" for number in range(9))
    slots = tuple(f"p{number}" for number in range(9))
    rules = [a_rule(query, *slots, id="bans"), a_rule("%bans", *slots, id="b"), a_rule("Italy", id="c")]
    cut = {match.rule: match.cut for match in found(rules, body="Italy Spain Malta")}
    assert "more than 5000 ways" in cut["bans"]
    assert "more than 5000 ways" in cut["b"], "what a rule refers to is its own"
    assert not cut["c"]


@pytest.mark.parametrize(
    ("own", "files", "noted"),
    [
        ("ban BEFORE/S app", "", {("w", "r")}),
        ("", "ban BEFORE/S app", {("w", "")}),
        ("ban BEFORE/S app", "ban BEFORE/S store", {("w", "r")}),
        ("ban BEFORE/S store", "ban BEFORE/S app", {("w", "")}),
        ("ban BEFORE/S app", "Italy BEFORE/S app", {("w", "r"), ("w", "")}),
        ("ban BEFORE/S store", "ban BEFORE/S shop", set()),
    ],
)
def test_whose_except_struck_is_noted(own: str, files: str, noted: set[tuple[str, str]]) -> None:
    parts = tuple(tree(each) for each in (own, files) if each)
    except_of = ExceptOf.BOTH if own and files else ExceptOf.RULE if own else ExceptOf.FILE
    except_ = Or(0, 0, parts) if len(parts) > 1 else parts[0]
    engine = Engine([replace(a_rule("Italy NEAR/S ban"), except_=except_, except_of=except_of)])
    engine.match(an_article(body="Italy will ban the app."))
    assert engine.struck == noted


@pytest.mark.parametrize(("query", "body"), [('"app store"', "The App-Store is new."), ("fox-it", "They met Fox-IT.")])
def test_a_phrase_may_be_a_whole_hyphenated_name(query: str, body: str) -> None:
    assert found([a_rule(query)], body=body)


@pytest.mark.parametrize("possessive", ["'s", "’s", ""])
def test_accents_and_possessives_in_other_languages(possessive: str) -> None:
    assert found([a_rule("naïve")], body=f"le naïve{possessive} accounts", lang="fr")


@pytest.mark.parametrize("stop", [".", "…", "．", ".\u200b", "!", "。"])
def test_sentences_are_those_of_the_folded_text(stop: str) -> None:
    assert not found([a_rule("ban NEAR/S app")], body=f"They ban it{stop} The app stays.")
    assert not found([a_rule("ban NEAR/S app")], body=f"They ban it{stop} xA\u00adI has an app.")


def test_a_phrase_whose_first_word_is_small_is_no_part_of_a_name() -> None:
    assert found([a_rule('"the app"')], body="near the App-Bank")
    assert not found([a_rule('"the app"')], body="near The App-Bank")


def test_a_possessive_pronoun_in_a_line_of_capitals_is_no_acronym() -> None:
    assert not found([a_rule("IT OR US")], body="IT'S ALL ABOUT US'S")


def test_facts_are_inherited_through_several_rules() -> None:
    rules = [
        a_rule("%second", "place", id="first"),
        a_rule("%third", id="second"),
        a_rule("@place NEAR/S ban", id="third"),
    ]
    assert values(found(rules, body="Italy and Spain ban it."))[:2] == ["Italy", "Spain"]


def test_seen_words_are_forgotten_and_learned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    engine = Engine([a_rule("ban NEAR/S app-store")])
    for _ in range(2):
        assert engine.match(an_article(body=f"They ban, so to speak, {'x' * 100} the app store."))


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("1 OF (@place NEAR/1 ban, @place NEAR/1 block)", ["Italy", "Spain"]),
        ("2 OF (@place NEAR/1 ban, @place NEAR/1 block, chip)", ["Italy", "Spain"]),
        ("2 OF (@place NEAR/1 ban, @place NEAR/1 block)", []),
        ("2 OF (@place NEAR/1 ban, Rome, chip)", ["Italy"]),
    ],
)
def test_of_several_those_take_part_that_agree(query: str, facts: list[str]) -> None:
    assert values(found([a_rule(query, "place")], body="Italy ban it, Spain block it: a chip.")) == facts


def test_of_several_all_that_agree_are_shown() -> None:
    body = "Italy ban a chip for Spain."
    [match] = found([a_rule("1 OF (ban, chip, Spain, app)")], body=body)
    assert marked(match, body) == ["ban", "chip", "Spain"]


def test_except_makes_no_match() -> None:
    rule = a_rule("@place NEAR/S app NEAR/S @place", "place", except_='"app store"')
    assert not found([rule], body="Italy has an app store for Spain; Rome")


def test_a_chain_among_alternatives_is_struck_like_any_other() -> None:
    """Whether or not it was found unstruck before, and whatever another rule's `except` found with it."""
    query = "(ban NEAR/1 app) OR chip"
    rules = [a_rule(query, except_="app"), a_rule(f"({query}) NEAR/9 Rome", except_="app", id="s")]
    assert not found(rules, body="ban app, says Rome")
    assert not found(rules[::-1], body="ban app, says Rome")


def test_words_of_a_maybe_strike_nothing_even_where_it_is_a_chain() -> None:
    rule = a_rule("ban NEAR/S MAYBE (@place NEAR/1 app)", "place", except_="app")
    assert values(found([rule], body="They ban the Italy app.")) == ["Italy"]


def test_rules_of_other_watchlists_have_no_part_in_what_one_of_them_finds() -> None:
    """Nor a fuller fact of theirs, nor one that they take back, though they have the same `about`."""
    mine = replace(a_rule("ban", id="mine", about="ban"), watchlist="mine")
    others = replace(a_rule("ban NEAR/S @place", "place", id="others", about="ban"), watchlist="others")
    engine, article = Engine([others, mine]), an_article(body="Italy bans it.")
    assert engine.within("mine")(article, "mine") == Engine([mine]).match(article) != []
    assert engine.within("others")(article, "others") == Engine([others]).match(article) != []


def test_what_one_rule_finds_hangs_on_those_of_its_memory_and_on_no_others() -> None:
    fuller = a_rule("ban NEAR/S @place", "place", id="fuller", about="ban")
    emptier = replace(a_rule("ban", "place", id="emptier", about="ban"), default={"place": ""})
    apart = replace(a_rule("ban", "place", id="apart"), default={"place": ""})
    rules, article = [fuller, emptier, apart], an_article(body="Italy bans it.")
    every = Engine(rules).match(article)
    assert sorted(match.rule for match in every) == ["apart", "fuller"]
    for rule in rules:
        told = Engine(rules).within("w")(article, rule.id)
        assert [match for match in told if match.rule == rule.id] == [match for match in every if match.rule == rule.id]
    assert "apart" not in {match.rule for match in Engine(rules).within("w")(article, "fuller")}


@pytest.mark.parametrize(
    ("name", "text"), [('"Law P.C."', "Law PC"), ('"Law PC"', "Law P.C."), ('"Law P.C."', "Law P.C.")]
)
def test_an_acronym_at_the_end_of_a_name_matches_with_dots_and_without(name: str, text: str) -> None:
    """In the benchmarks pyahocorasick, which compares characters, found the one and not the other."""
    assert found([a_rule(f"{name} NEAR/10 announce")], body=f"The firm {text} announces a class action.")
