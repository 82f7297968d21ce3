"""The JSON Schema of rule files: it knows every key of the loader, takes sound files and refuses what is wrong."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.watchlist.draft import CASE_KEYS, FILE_KEYS, MOMENT_KEYS, RULE_KEYS
from monitor.watchlist.load import load
from monitor.watchlist.schema import terms_schema, watchlist_schema
from monitor.watchlist.whens import INHIBIT_KEYS, WHEN_KEYS
from tests.watchlist.sample import SHARED, WATCHLIST

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "tests" / "golden" / "problems"
SEEN_BY_EDITORS = ("E005", "E006", "E007", "E008", "E202", "E211", "E213", "E221")
"""Problems of keys and types: those that a schema can tell. The others are the loader's."""


@cache
def validator(schema: Callable[[], dict[str, object]]) -> Draft202012Validator:
    made = schema()
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made, format_checker=Draft202012Validator.FORMAT_CHECKER)


def complaints(text: str, schema: Callable[[], dict[str, object]]) -> list[str]:
    """What an editor complains of; where a day is wanted, it takes one of TOML's own for a text."""
    values = tomllib.loads(text)
    if isinstance(day := values.get("review"), date):
        values["review"] = day.isoformat()
    return [error.message for error in validator(schema).iter_errors(values)]


def test_it_knows_every_key() -> None:
    schema = watchlist_schema()
    rule = schema["$defs"]["rule"]["properties"]
    assert set(schema["properties"]) == set(FILE_KEYS)
    assert set(rule) == set(RULE_KEYS)
    assert set(schema["$defs"]["case"]["oneOf"][1]["properties"]) == set(CASE_KEYS)
    assert {key for kind in rule["when"]["oneOf"] for key in kind["properties"]} == set(WHEN_KEYS)
    assert set(rule["inhibit"]["oneOf"][0]["properties"]) == set(INHIBIT_KEYS)
    assert set(rule["timeline"]["items"]["properties"]) == set(MOMENT_KEYS)
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("path", sorted((REPOSITORY / "rules").glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_watchlists_fit(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8"), watchlist_schema) == []


@pytest.mark.parametrize("path", sorted((REPOSITORY / "rules" / "terms").glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_lists_fit(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8"), terms_schema) == []


def test_the_sample_fits() -> None:
    assert complaints(WATCHLIST, watchlist_schema) == []
    assert complaints(SHARED, terms_schema) == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("[EW]*.toml")), ids=lambda path: path.stem)
def test_what_the_loader_takes_it_takes_and_what_is_a_matter_of_keys_and_types_it_refuses(path: Path) -> None:
    if path.name.endswith(".terms.toml") or path.stem.startswith(("E001", "E002", "E003", "E004", "W001")):
        pytest.skip("no TOML, or no rule file")
    text = path.read_text(encoding="utf-8")
    found = {problem.code for problem in load({f"rules/{path.stem[5:]}.toml": text}).errors}
    refused = complaints(text, watchlist_schema)
    if path.stem[:4] in SEEN_BY_EDITORS and path.stem[:4] in found:
        assert refused or path.stem in LEFT_TO_THE_LOADER
    if not found:
        assert refused == []


LEFT_TO_THE_LOADER = ("E008-per-week", "E008-timeline-time")


@pytest.mark.parametrize(
    "text",
    [
        "titel = 'x'",
        "[[rule]]\nid = 'a'",
        "[[rule]]\nid = 'A b'\nquery = 'x'",
        "[[rule]]\nid = 'a'\nquery = 1",
        "[[rule]]\nid = 'a'\nquery = 'x'\nseverity = 'urgent'",
        "[[rule]]\nid = 'a'\nquery = 'x'\nmatch = [{ fact = { place = 'Italy' } }]",
        "[terms]\nban = 'ban'",
        "[terms]\nban = []",
    ],
)
def test_slips_are_seen_as_they_are_typed(text: str) -> None:
    assert complaints(text, watchlist_schema)


def test_a_schema_line_is_a_comment_to_the_loader() -> None:
    assert (
        load({"rules/bans.toml": f"#:schema ./rules.schema.json\n{WATCHLIST}"}, {"rules/terms/c.toml": SHARED}).errors
        == ()
    )
