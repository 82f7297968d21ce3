"""The conformance table of the rule language: every row is loaded as a rule file and matched by the engine.

The rows were written from the definition, before the engine answered (see conformance/QUESTIONS.md).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.model import SEARCHED_FIELDS, Article, Match
from monitor.query.engine import Engine
from monitor.watchlist.load import load

TABLE = Path(__file__).parent / "conformance"
ARRIVED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
Row = Mapping[str, Any]


def rows() -> Iterator[Any]:
    for file in sorted(TABLE.glob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        for row in content["row"]:
            lists = {**content.get("lists", {}), **row.get("lists", {})}
            yield pytest.param({**row, "lists": lists}, id=f"{file.stem}:{row['id']}")


def value(thing: object) -> str:
    """A value as TOML writes it; JSON's strings are TOML's basic strings."""
    if isinstance(thing, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {value(v)}" for k, v in thing.items()) + " }"
    if isinstance(thing, list | tuple):
        return "[" + ", ".join(value(item) for item in thing) + "]"
    return json.dumps(thing, ensure_ascii=False).replace("\x7f", "\\u007f")


def rule(name: str, row: Row, *keys: str) -> list[str]:
    lines = ["[[rule]]", f'id = "{name}"', f'title = "{name}"']
    return lines + [f"{key} = {value(row[key])}" for key in keys if key in row]


def rule_file(row: Row) -> str:
    """The row as an analyst would write it."""
    lines = ['title = "Conformance"']
    lines += [f"{key} = {value(row[key])}" for key in ("require", "also") if key in row]
    lines += ["[terms]", *(f"{name} = {value(terms)}" for name, terms in row["lists"].items())]
    lines += rule("checked", row, "query", "except", "about", "fact", "state", "show", "default")
    for name, query in row.get("rules", {}).items():
        other = query if isinstance(query, Mapping) else {"query": query}
        lines += rule(name, other, "query", "except", "about", "fact", "state", "show", "default")
    return "\n".join(lines)


def article(row: Row) -> Article:
    return Article(
        **{"title": "", "source": "", **{name: row[name] for name in SEARCHED_FIELDS if name in row}},
        id="a",
        arrived=ARRIVED,
    )


def marked(found: Article, matches: list[Match]) -> list[str]:
    """The evidence of all matches, word by word, in the order of the text."""
    spans = sorted(
        {
            (SEARCHED_FIELDS.index(evidence.field), start, end)
            for match in matches
            for evidence in match.evidence
            for start, end in evidence.spans
        }
    )
    return [word for at, start, end in spans for word in found.text_of(SEARCHED_FIELDS[at])[start:end].split()]


def facts(matches: list[Match]) -> set[frozenset[tuple[str, str]]]:
    return {frozenset((*match.fact, *match.state)) for match in matches}


@pytest.mark.parametrize("row", list(rows()))
def test_row(row: Row) -> None:
    loaded = load({"rules/conformance.toml": rule_file(row)})
    errors = [f"{problem.message} {problem.hint}".lower() for problem in loaded.errors]
    if "error" in row:
        assert errors, "no error at all"
        assert any(row["error"].lower() in text for text in errors), errors
        return
    assert not errors
    found = article(row)
    matches = [match for match in Engine(loaded.rules).match(found) if match.rule == "checked"]
    assert bool(matches) == row["match"]
    if "facts" in row:
        assert facts(matches) == {frozenset(fact.items()) for fact in row["facts"]}
    if "shown" in row:
        assert [match.shown.as_dict() for match in matches] == row["shown"]
    if row["match"] and "evidence" in row:
        assert marked(found, matches) == [word for piece in row["evidence"] for word in piece.split()]


def test_the_table_is_large_and_its_ids_are_unique() -> None:
    ids = [param.id for param in rows()]
    assert len(ids) == len(set(ids)) >= 1000
