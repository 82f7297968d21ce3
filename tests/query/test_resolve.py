"""Lists filled in, and what is said where there is none; what the compiler refuses though the parser never makes it."""

from __future__ import annotations

import pytest

from monitor.query.engine import Engine
from monitor.query.lists import TermList
from monitor.query.resolve import resolve
from monitor.query.rule import Rule
from monitor.query.syntax import parse
from monitor.query.tree import And, Chain, Distance, ListRef, Part, Unit, walk
from tests.query.bench import RESOLVED, tree


@pytest.mark.parametrize(
    ("query", "start", "end", "code", "message", "hint"),
    [
        ("a OR @plase", 5, 11, "E104", "unknown list @plase", "did you mean @place?"),
        ("@zzzz AS x", 0, 5, "E104", "unknown list @zzzz", "known: @ban, @clash, @none, @other, @place, @product"),
        ("@none", 0, 5, "E122", "the list @none is empty", "write at least one spelling"),
        ("@place:Itly", 0, 11, "E121", "the list @place has no name 'Itly'", "did you mean @place:Italy?"),
        (
            "@place:Zz",
            0,
            9,
            "E121",
            "the list @place has no name 'Zz'",
            "known: @place:Italy, @place:Malta, @place:Spain",
        ),
    ],
)
def test_faults(query: str, start: int, end: int, code: str, message: str, hint: str) -> None:
    node, _ = parse(query)
    assert node is not None
    same, [fault] = resolve(node, {**RESOLVED, "none": TermList("none", ())})
    assert same is node
    assert (fault.start, fault.end, fault.code, fault.message, fault.hint) == (start, end, code, message, hint)


def test_no_lists_at_all() -> None:
    node, _ = parse("@a")
    assert node is not None
    _, [fault] = resolve(node, {})
    assert fault.hint == "there are no lists"


def test_every_list_of_a_tree_is_filled_in() -> None:
    query = """(@ban AND NOT @place) OR title: (@ban NEAR/3 @place) OR (@ban NOT NEAR/3 @place)
        OR ATLEAST/2 @ban OR FIRST/3 @ban OR 1 OF (@ban, x) OR NAME OR /a/"""
    lists = [node for node in walk(tree(query)) if isinstance(node, ListRef)]
    assert len(lists) == 9
    assert all(node.terms is RESOLVED[node.list] for node in lists)


def test_the_compiler_refuses_what_the_parser_never_makes() -> None:
    with pytest.raises(ValueError, match="@ban was not resolved"):
        Engine([Rule("w", "r", ListRef(0, 4, "ban"))])
    whole = And(0, 1, (tree("a"), tree("b")))
    with pytest.raises(TypeError, match="And cannot be part of a chain"):
        Engine([Rule("w", "r", Chain(0, 1, (Part(whole), Part(tree("c"))), Distance(Unit.SENTENCE)))]).stored(0)
