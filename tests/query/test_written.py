"""Trees written out: reading what was written gives the same tree."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from monitor.query.syntax import parse
from monitor.query.written import written

TABLE = Path(__file__).parent / "conformance"


def queries() -> list[str]:
    found = {
        row[key]
        for file in sorted(TABLE.glob("*.toml"))
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["row"]
        for key in ("query", "except", "require")
        if key in row
    }
    return sorted(query for query in found if not any(fault.is_error for fault in parse(query)[1]))


def shape(thing: object) -> object:
    """A tree without the places of its parts."""
    if isinstance(thing, tuple):
        return tuple(map(shape, thing))
    if is_dataclass(thing):
        return (type(thing), *(shape(getattr(thing, f.name)) for f in fields(thing) if f.name not in ("start", "end")))
    return thing


@pytest.mark.parametrize("query", queries())
def test_what_is_written_is_read_as_the_same(query: str) -> None:
    node, _ = parse(query)
    assert node is not None
    again, faults = parse(written(node))
    assert again is not None, faults
    assert shape(again) == shape(node)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("(a OR b) NEAR/S MAYBE (c)", "(a OR b) NEAR/S MAYBE c"),
        ('@place:"South Korea" AS land BEFORE/3 "app store"', '@place:"South Korea" AS land BEFORE/3 "app store"'),
        ("title:(a AND b) AND NOT lead: c", "title: (a AND b) AND NOT lead: c"),
        ('"AND" OR "3" OR Opus #', '"AND" OR 3 OR Opus #'),
        (r"/a\/b/ AS x", r"/a\/b/ AS x"),
        ("2 OF (a, b OR c, (d NEAR/3 e))", "2 OF (a, b OR c, d NEAR/3 e)"),
    ],
)
def test_as_an_analyst_would(query: str, expected: str) -> None:
    node, _ = parse(query)
    assert node is not None
    assert written(node) == expected
