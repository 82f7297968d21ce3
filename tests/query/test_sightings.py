"""Spellings of a list, counted in articles."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import Article
from monitor.query.sightings import sightings
from tests.watchlist.sample import load_one

RULES = """\
[terms.product]
DeepSeek = ["DeepSeek", "深度求索", "deep seeking"]
Opus = ["Opus", "Opus #"]

[[rule]]
id = "x"
query = '@product'
"""


def of(body: str, title: str = "") -> Article:
    return Article("a", "s", title, datetime(2026, 1, 1, tzinfo=UTC), body=body)


def test_every_spelling_by_itself_with_its_forms() -> None:
    (terms,) = load_one(RULES).watchlists[0].lists
    articles = [
        of("DeepSeek's app. DEEPSEEK!", "DeepSeek"),
        of("Opus\u00a04 and Opus"),
        of("深度求索发布。"),
        of("It rained."),
    ]
    found = sightings(terms, articles)
    assert [(each.name, each.spelling, each.articles, each.mentions) for each in found] == [
        ("DeepSeek", "DeepSeek", 1, 3),
        ("DeepSeek", "深度求索", 1, 1),
        ("DeepSeek", "deep seeking", 0, 0),
        ("Opus", "Opus", 1, 2),
        ("Opus", "Opus #", 1, 1),
    ]
    assert found[0].forms == {"DeepSeek": 2, "DEEPSEEK": 1}
    assert found[4].forms == {"Opus 4": 1}


def test_no_articles_and_a_list_that_takes_in_another() -> None:
    loaded = load_one('[terms]\na = ["ban"]\nb = ["@a", "block"]\n[[rule]]\nid = "x"\nquery = "@b"\n')
    _, second = loaded.watchlists[0].lists
    assert [(each.name, each.spelling, each.mentions) for each in sightings(second, [])] == [
        ("ban", "ban", 0),
        ("block", "block", 0),
    ]
