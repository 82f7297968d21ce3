"""How much an article is about a match, by where the proof stands, and what a rule does with that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.explain import Explainer
from monitor.query.rule import Rule
from monitor.query.tell import lines_of, plain
from tests.query.bench import a_rule
from tests.query.worlds import an_article

BAN = "@place NEAR/S ban NEAR/S app"
FILLER = "The market was calm on that day and few had much to say about it. " * 8
"""120 words of one paragraph."""


def a_ban(least: float = 0.0) -> Rule:
    return replace(a_rule(BAN, "place"), min_relevance=least)


def scored(**fields: str) -> tuple[float, str]:
    [match] = Engine([a_ban()]).match(an_article(**fields))
    return match.relevance, match.standing


@pytest.mark.parametrize(
    ("fields", "score", "reason"),
    [
        ({"title": "Italy bans the app"}, 1.0, "in the title"),
        ({"title": "Nothing", "body": "Italy bans the app."}, 0.8, "in the lead; the title has none of its words"),
        (
            {"title": "The app", "summary": "Italy bans the app."},
            0.87,
            "in the summary; the title has 1 of its 3 words",
        ),
        (
            {"title": "Italy and an app", "body": "Italy bans the app."},
            0.93,
            "in the lead; the title has 2 of its 3 words",
        ),
        (
            {"title": "Calm", "body": "So calm.\nItaly bans the app."},
            0.6,
            "2 words into the text; the title has none of its words",
        ),
        ({"body": f"{FILLER}\nItaly bans the app."}, 0.55, "120 words into the text"),
        (
            {"title": "The app", "body": f"{FILLER * 9}\nItaly bans the app."},
            0.27,
            "1080 words into the text; the title has 1 of its 3 words",
        ),
        ({"body": f"{FILLER * 30}\nItaly bans the app."}, 0.2, "3600 words into the text"),
    ],
)
def test_the_deeper_the_proof_the_less(fields: dict[str, str], score: float, reason: str) -> None:
    assert scored(**fields) == (score, reason)


def test_of_a_proof_in_several_places_the_deepest_decides() -> None:
    rule = a_rule("title: ban AND app")
    [match] = Engine([rule]).match(an_article(title="A ban", body=f"{FILLER}\nThe app."))
    assert match.relevance == 0.65
    assert match.standing == "121 words into the text; the title has 1 of its 2 words"


def test_in_chinese_two_characters_are_a_word() -> None:
    body = "市场平静。" * 80 + "\n意大利封禁应用。"
    [match] = Engine([a_rule("封禁")]).match(an_article(body=body))
    assert match.standing == "161 words into the text"


DEEP = {"title": "Calm", "body": f"{FILLER * 3}\nItaly bans the app."}


@pytest.mark.parametrize(("least", "told"), [(0.0, 1), (0.45, 1), (0.46, 0), (1.0, 0)])
def test_a_rule_tells_from_its_least_relevance_on(least: float, told: int) -> None:
    assert len(Engine([a_ban(least)]).match(an_article(**DEEP))) == told


def test_explain_says_what_was_too_slight() -> None:
    rule = a_ban(0.6)
    explanation = Explainer(Engine([rule])).explain(rule, an_article(**DEEP))
    assert explanation.matches == ()
    text = plain(lines_of(explanation))
    assert "(place=Italy is told from a relevance of 0.6 on, and has 0.45: 360 words into the text" in text


def test_what_is_taken_back_is_taken_back_wherever_it_stands() -> None:
    retracting = replace(a_ban(1.0), retract=a_rule("@place NEAR/S lifted NEAR/S app").query)
    article: Article = an_article(body=f"{FILLER * 3}\nItaly lifted the app ban.")
    matches = Engine([retracting]).match(article)
    assert [match.retracts for match in matches] == [True]
