"""`also` at the head of a file: what every rule of it tells beside its fact."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Article
from monitor.query.engine import Engine
from tests.watchlist.sample import codes, load_one

FILE = """
also = ['lead: @maker AS maker']

[terms]
fine = ["fine"]
[terms.place]
Spain = ["Spain", "Madrid"]
Italy = ["Italy"]
[terms.maker]
Toyota = ["Toyota", "Lexus"]
Ford   = ["Ford"]

[[rule]]
id    = "fined"
query = 'title: (@place NEAR/8 @fine)'
fact  = ["place"]
match = [
  { title = "Madrid fines a carmaker", text = "Lexus must pay.", fact = { maker = "Toyota", maker_written = "Lexus" } },
]

[[rule]]
id    = "ford-fined"
query = 'title: (@maker NEAR/8 @fine)'
fact  = ["maker"]
match = [{ title = "Ford is fined", text = "Toyota is not.", fact = { maker = "Ford" } }]
"""


def article(title: str, body: str) -> Article:
    return Article(id="a", title=title, body=body, source="", arrived=datetime(2026, 3, 1, tzinfo=UTC))


def test_every_rule_tells_what_also_finds_and_no_fact_has_it() -> None:
    loaded = load_one(FILE)
    assert codes(loaded) == []
    first, second = loaded.rules
    assert first.show == ("maker", "maker_written")
    assert second.show == ("maker_written",)
    (match,) = Engine(loaded.rules[:1]).match(article("Madrid fines a carmaker", "Lexus must pay."))
    assert dict(match.fact) == {"place": "Spain"}
    assert dict(match.shown) == {"maker": "Toyota", "maker_written": "Lexus"}


def test_a_list_without_as_is_no_slot() -> None:
    (first, _) = load_one(FILE.replace("lead: @maker AS maker", "lead: (@maker AS maker NEAR/8 @fine)")).rules
    assert first.show == ("maker", "maker_written")


def test_it_decides_nothing() -> None:
    engine = Engine(load_one(FILE).rules)
    assert [m.rule for m in engine.match(article("Madrid fines a carmaker", "Nobody says which."))] == ["fined"]
    assert not engine.match(article("Madrid thanks a carmaker", "Lexus must pay."))


@pytest.mark.parametrize(
    ("written", "code"), [("@nobody AS x", "E104"), ("%fined", "E109"), ("Ford AND Lexus", "E109"), ("Ford OR", "E107")]
)
def test_what_is_wrong_in_it_keeps_the_file_out(written: str, code: str) -> None:
    loaded = load_one(FILE.replace("lead: @maker AS maker", written))
    assert code in codes(loaded)
    assert "E224" in codes(loaded)
    assert loaded.rules == ()


def test_a_list_that_only_also_refers_to_is_in_use() -> None:
    only_there = FILE.replace("title: (@maker NEAR/8 @fine)", "title: (Ford NEAR/8 @fine)").replace(
        '\nfact  = ["maker"]', ""
    )
    assert codes(load_one(only_there)) == []
