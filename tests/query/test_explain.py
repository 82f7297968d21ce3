"""Explanations agree with the engine on every row of the conformance table, and say what is lacking, and where."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.explain import Explainer, Explanation, Outcome, Step
from monitor.query.lacking import How
from monitor.query.tell import as_json, lines_of, plain, step_lines
from tests.query.test_conformance import article, rows, rule_file
from tests.query.worlds import world
from tests.watchlist.sample import load_one

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "explain"
LISTS = """\
[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "ChatGPT"]
people = ["account", "user"]

[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta"]
"""
BANS = f"""\
title = "Bans"
require = 'AI OR @product'
{LISTS}
[terms.status]
proposed = ["proposed", "plan"]

[[rule]]
id = "ban"
title = "{{place}}: {{product}} banned ({{status}})"
query = '@place BEFORE/8 @ban NEAR/8 MAYBE @status NEAR/8 @product'
except = '@ban BEFORE/3 @people'
fact = ["place", "product"]
state = ["status"]
default = {{ status = "in force" }}
retract = 'correction AND %ban'

[[rule]]
id = "study"
query = '%ban AND NOT title: (study OR report)'
"""
ARTICLES = {
    "matches": ("Italy acts", "On Monday Rome blocked DeepSeek and ChatGPT, as it had planned."),
    "too-far": ("", "Italy spoke.\n\nThen it banned, after very long talks among nine of its ministries, ChatGPT."),
    "other-order": ("", "They banned DeepSeek, said Italy."),
    "missing": ("", "Italy praised DeepSeek."),
    "struck": ("", "Italy banned users of DeepSeek."),
    "not-required": ("", "It rained."),
    "taken-back": ("Correction", "Italy did not ban DeepSeek."),
}


def of(title: str, body: str) -> Article:
    return Article("a", "s", title, datetime(2026, 1, 1, tzinfo=UTC), body=body, native_id="a")


def explained(rules: str, rule: str, body: str, title: str = "") -> Explanation:
    loaded = load_one(rules)
    assert not loaded.errors, loaded.errors
    (meant,) = (each for each in loaded.rules if each.id == rule)
    return Explainer(Engine(loaded.rules)).explain(meant, of(title, body))


def lacking(query: str, body: str, title: str = "", except_: str = "") -> list[tuple[str, How, str]]:
    rules = f"{LISTS}\n[[rule]]\nid = 'x'\nquery = '{query}'\n"
    rules += f"except = '{except_}'\n" if except_ else ""
    return [(lack.clause, lack.how, str(lack)) for lack in explained(rules, "x", body, title).lacks]


@pytest.mark.parametrize("row", [param for param in rows() if "error" not in param.values[0]])
def test_what_is_explained_is_what_the_engine_decides(row: dict[str, Any]) -> None:
    loaded = load_one(rule_file(row), file="rules/conformance.toml")
    engine = Engine(loaded.rules)
    rule = next(rule for rule in loaded.rules if rule.id == "checked")
    explanation = Explainer(engine).explain(rule, article(row))
    findings = engine.trial(article(row)).findings(engine.number(rule.watchlist, rule.id))
    assert bool(explanation.lacks) != bool(findings)
    assert (explanation.query.outcome is Outcome.HOLDS) or explanation.query.lacks
    assert explanation.candidate or not findings
    assert plain(lines_of(explanation))
    assert json.dumps(as_json(explanation))


def disagreements(seeds: range) -> list[str]:
    """Random rules on random articles: whatever is lacking must be why the engine finds nothing."""
    wrong = []
    for seed in seeds:
        made = world(Random(seed))
        engine = Engine(made.rules)
        explainer = Explainer(engine)
        for rule in made.rules:
            findings = engine.trial(made.article).findings(engine.number(rule.watchlist, rule.id))
            lacks = explainer.lacks(rule, made.article)
            near = explainer.near_miss(rule, made.article)
            if bool(lacks) == bool(findings) or (findings and near):
                wrong.append(f"{seed}: {rule.id} of {made.texts}")
    return wrong


def test_random_rules_are_explained_as_the_engine_decides() -> None:
    assert disagreements(range(300)) == []


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(50))
def test_many_random_rules(batch: int) -> None:
    assert disagreements(range(1_000 * batch, 1_000 * (batch + 1))) == []


@pytest.mark.parametrize("name", ARTICLES)
@pytest.mark.parametrize("rule", ["ban", "study"])
def test_golden(name: str, rule: str, update_golden: bool) -> None:
    title, body = ARTICLES[name]
    explanation = explained(BANS, rule, body, title)
    for file, text in (
        (GOLDEN / f"{rule}-{name}.txt", plain(lines_of(explanation))),
        (GOLDEN / f"{rule}-{name}.json", json.dumps(as_json(explanation), indent=2) + "\n"),
    ):
        if update_golden:
            file.write_text(text, "utf-8", newline="\n")
        assert file.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("Rome NEAR/3 ban", "Rome said that it would ban it.", ("within 3 words: closest 4, body line 1")),
        ("ban NEAR/0 app", "It banned the\napp.", ("within 0 words: closest 1, body line 1")),
        (
            "ban BEFORE/3 Rome",
            "Rome had a ban.",
            "within 3 words in this order: closest the other way round, body line 1",
        ),
        ("ban BEFORE/1 Rome", "\nRome had a ban.", "in this order: closest 2, the other way round, body line 2"),
        ("ban NEAR/S Rome", "Rome met. It bans.", "one sentence: closest one paragraph, body line 1"),
        ("ban NEAR/P Rome", "Rome met.\n\nIt bans.", "one paragraph: closest 2 words apart, in two paragraphs"),
        ("ATLEAST/3 ban", "A ban. A ban.", "needs 3 mentions: closest 2"),
        ("FIRST/3 ban", "It was a ban.", "needs it within the first 3 words: closest word 4, body line 1"),
        ("ban NOT NEAR/3 account", "It bans two old accounts.", "no account within 3 words: closest 2 between"),
        ("ban NOT NEAR/S account", "It bans two old accounts.", "no account in one sentence"),
        ("ban AND NOT account", "A ban.\nAn account.", "needs no account: closest `account`, body line 2"),
        ("title: ban", "A\nban.", "needs all of it in title: body line 2"),
        ("lead: ban", "It rains.\n\nA ban.", "needs all of it in the lead: body line 3"),
        ("title: (ban AND word)", "A ban.", "needs all of it in title: body line 1"),
        ("Apple", "An apple fell.", "needs it as it is written: closest `apple`, body line 1"),
        ("ban NEAR/3 ban", "One ban.", "needs words of its own for each part"),
    ],
)
def test_how_near_it_came(query: str, body: str, expected: str) -> None:
    ((_, _, told),) = lacking(query, body, title="A word")
    assert expected in told


def test_every_clause_that_is_lacking_is_named_and_of_a_choice_the_nearest() -> None:
    assert [(clause, how) for clause, how, _ in lacking("ban AND (app OR phone) AND Rome", "A ban.")] == [
        ("app", How.MISSING),
        ("Rome", How.MISSING),
    ]
    assert lacking("(a AND b AND c) OR (d AND e)", "An e.")[0][0] == "d"
    assert [clause for clause, _, _ in lacking("2 OF (ban, app, (Rome AND Milan))", "A ban.")] == ["app"]
    assert [clause for clause, _, _ in lacking("@place NEAR/S @ban NEAR/S @product", "In Italy.")] == [
        "@ban",
        "@product",
    ]


def test_slots_that_disagree_and_fields_that_part() -> None:
    rules = f"{LISTS}\n[[rule]]\nid = 'x'\nquery = '(@place NEAR/S ban) AND (@place NEAR/S fine)'\nfact = ['place']\n"
    (lack,) = explained(rules, "x", "Italy bans it. Malta fines it.").lacks
    assert lack.how is How.DISAGREE
    assert lacking("ban NEAR/S Rome", "A ban.", title="Rome")[0][1] is How.APART


def test_except_is_the_clause_that_decided() -> None:
    ((clause, how, _),) = lacking("ban", "They ban users.", except_="ban BEFORE/1 @people")
    assert (clause, how) == ("ban BEFORE/1 @people", How.STRUCK)


def test_a_rule_that_others_refer_to_is_told_once() -> None:
    text = plain(lines_of(explained(BANS + "\n[[rule]]\nid = 'both'\nquery = '%study OR %ban'\n", "both", "Italy.")))
    assert text.count("query: @place BEFORE/8 @ban") == 1
    assert text.count("%ban  needs that rule to match") == 2  # as what decided, and as a step


def test_a_fact_that_gives_way_is_told() -> None:
    rules = f"{LISTS}\n[[rule]]\nid = 'x'\nabout = 'b'\nquery = '@place NEAR/S ban NEAR/S MAYBE @product'\n"
    rules += "fact = ['place', 'product']\ndefault = { product = 'AI' }\n"
    rules += (
        "[[rule]]\nid = 'y'\nabout = 'b'\nquery = '@place NEAR/S @ban NEAR/S @product'\nfact = ['place', 'product']\n"
    )
    explanation = explained(rules, "x", "Italy had a ban.\n\nItaly blocked DeepSeek.")
    assert explanation.matches == ()
    assert [str(match.fact) for match in explanation.given_way] == ["Italy, AI"]
    assert explanation.lacks == ()
    assert "gives way" in plain(lines_of(explanation))


@pytest.mark.parametrize(
    ("query", "body", "near"),
    [
        ("Rome NEAR/2 ban", "Rome said that it would ban it.", "Rome NEAR/2 ban"),
        ("Rome NEAR/2 ban", "Rome said so.", "ban"),
        ("Rome NEAR/2 ban", "It rained.", None),
        ("ban", "It rained.", None),
        ("ban OR (Rome NEAR/2 block)", "It rained.", None),
        ("ban OR (Rome NEAR/2 block)", "Rome was there.", "block"),
        ("ban OR (Rome NEAR/2 block) OR title: app", "Rome was there. An app too.", "app"),
        ("title: ban", "A ban.", "ban"),
        ("ban AND NOT account", "A ban on accounts.", "NOT account"),
        ("ATLEAST/2 ban", "A ban.", "ATLEAST/2 ban"),
        ("ATLEAST/2 ban", "It rained.", None),
        ("Rome AND Milan AND Turin", "Rome.", None),
        ("Rome AND Milan", "Rome, Milan.", None),
        ("app OR (Rome NEAR/2 ban)", "An app for Rome.", None),
    ],
)
def test_near_misses_lack_one_clause_and_have_something(query: str, body: str, near: str | None) -> None:
    loaded = load_one(f"[[rule]]\nid = 'x'\nquery = '{query}'\n")
    lack = Explainer(Engine(loaded.rules)).near_miss(loaded.rules[0], of("", body))
    assert (lack.clause if lack else None) == near


def test_a_require_that_fails_alone_is_a_near_miss() -> None:
    loaded = load_one("require = 'DeepSeek'\n[[rule]]\nid = 'x'\nquery = 'ban NEAR/S Rome'\n")
    explainer = Explainer(Engine(loaded.rules))
    found = explainer.near_miss(loaded.rules[0], of("", "Rome bans it."))
    assert found is not None
    assert found.clause == "DeepSeek"
    assert explainer.near_miss(loaded.rules[0], of("", "Rome met.")) is None


@pytest.mark.parametrize(
    ("clause", "head"),
    [
        ("@place NEAR/S ban", "@place NEAR/S ban"),
        (f"(((a OR {'b' * 90}) AND c) OR d)", f"a OR {'b' * 62}…"),
        (f"(a OR b) BEFORE/6 (c OR {'d' * 90})", f"(a OR b) BEFORE/6 (c OR {'d' * 46}…"),
    ],
)
def test_a_clause_whose_parts_are_told_below_is_told_by_its_beginning(clause: str, head: str) -> None:
    parts = (Step("@place", Outcome.HOLDS), Step("@ban", Outcome.HOLDS))
    (line, *below) = step_lines(Step(clause, Outcome.HOLDS, children=parts), 1)
    assert "".join(text for _, text in line).split("  ")[1].removeprefix("+ ") == head
    assert len(below) == 2
