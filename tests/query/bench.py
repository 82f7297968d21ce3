"""Small rules and articles for the tests of the query room."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Match
from monitor.query.engine import Engine
from monitor.query.lists import TermList
from monitor.query.resolve import resolve
from monitor.query.rule import Rule
from monitor.query.syntax import parse
from monitor.query.tree import Node
from tests.query.worlds import an_article, spelling

LISTS = {
    "place": {"Italy": ["Italy", "Rome"], "Spain": ["Spain"], "Malta": ["Malta"]},
    "ban": {"ban": ["ban"], "block": ["block"]},
    "product": {"DeepSeek": ["DeepSeek"], "ChatGPT": ["ChatGPT"]},
    "clash": {"one": ["app", "Apple"], "two": ["App", "apple"]},
    "other": {"two": ["App", "apple"], "one": ["app", "Apple"]},
}
RESOLVED = {
    name: TermList(name, tuple((each, tuple(map(spelling, written))) for each, written in names.items()))
    for name, names in LISTS.items()
}


def tree(query: str) -> Node:
    node, faults = parse(query)
    assert node is not None, faults
    node, faults = resolve(node, RESOLVED)
    assert not faults
    return node


def a_rule(query: str, *fact: str, id: str = "r", except_: str = "", require: str = "", about: str = "") -> Rule:
    return Rule(
        watchlist="w",
        id=id,
        query=tree(query),
        fact=fact,
        about=about,
        except_=tree(except_) if except_ else None,
        require=tree(require) if require else None,
    )


def found(rules: Sequence[Rule], **fields: str) -> list[Match]:
    return Engine(rules).match(an_article(**fields))


def values(matches: Sequence[Match]) -> list[str]:
    return [str(match.fact) for match in matches]


def marked(match: Match, text: str) -> list[str]:
    return [text[start:end] for evidence in match.evidence for start, end in evidence.spans]
