"""`vague` at the head of a file: names of no particular thing, which give way to one that names it."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import Article
from monitor.query.engine import Engine
from tests.watchlist.sample import codes, load_one

FILE = """
vague = ["a chatbot", "AI"]

[terms]
ban = ["ban", "block"]
[terms.place]
Malta = ["Malta", "Maltese"]
[terms.product]
Lumera = ["Lumera"]
Orvo   = ["Orvo"]
"a chatbot" = ["chatbot"]
AI = ["AI"]

[[rule]]
id    = "banned"
query = '@place NEAR/S @ban NEAR/S @product'
fact  = ["place", "product"]
"""


def told(body: str) -> list[str]:
    article = Article(id="a", title="", body=body, source="", arrived=datetime(2026, 3, 1, tzinfo=UTC))
    return [match.fact.as_dict()["product"] for match in Engine(load_one(FILE).rules).match(article)]


def test_what_names_nothing_particular_gives_way_to_what_does() -> None:
    assert told("Malta blocks Lumera. Malta wants to ban no other chatbot.") == ["Lumera"]
    assert told("Malta blocks Lumera and Orvo, and every other chatbot.") == ["Lumera", "Orvo"]


def test_where_all_is_vague_the_first_is_told() -> None:
    assert told("Malta bans the chatbot. The Maltese ban on AI begins in May.") == ["a chatbot"]


def test_a_vague_name_that_no_list_has_is_an_error() -> None:
    loaded = load_one(FILE.replace('vague = ["a chatbot"', 'vague = ["a chatbott"'))
    assert codes(loaded)[0] == "E234"
    assert "a chatbot" in loaded.problems[0].hint
