"""The named statements: all used, all there, and none that reads a whole table for one article."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import monitor.store
from monitor.store import Database
from monitor.store.queries import _add, queries

ROOM = Path(monitor.store.__file__).parent
CALLS = {"one", "all", "run", "add", "many", "_count"}

WHOLE_TABLES = {
    "count_tables": "asked once, when the file is opened",
    "applied_migrations": "asked once, when the file is opened",
    "known_facts": "a list of all of them is what it is for",
    "struck_facts": "a list of all of them is what it is for",
    "judgements": "walks what readers said, when a person asks",
    "rule_records": "walks what readers said, when a person asks",
    "add_bands": "walks a list of a few bands",
    "owned": "walks a list of a few identities",
    "grouped": "has one row",
    "rarity": "has one row",
    "lessons": "a list of all of them is what it is for, at the start",
    "pressing": "walks a list of a few severities",
    "open_profiles": "a list of all of them is what it is for, at the start",
    "similar_signatures": "walks a list of a few bands",
    "finer_memories": "walks a list of a few slots",
    "stories_over": "walks a list of a few terms and rules",
    "sources": "a list of all of them is what it is for",
    "totals": "counts everything, for `status`",
    "deliveries": "a list of all of them is what it is for",
    "outbox": "walks a list of a few states",
    "articles_called": "walks a list of a few names",
    "articles_with": "looks for words in every article, when a person asks",
    "sends": "looks for words in every send, when a person asks",
    "refusals_with": "looks for words in every refusal, when a person asks",
    "rule_activity": "counts every alert, when a person asks",
    "source_alarms": "has a row per silent source",
    "story_shares": "walks what it has found by an index, when a source falls silent",
    "compose_failures": "has a row per subscription",
    "recent_digests": "walks an index backwards and stops at the limit",
    "count_deliveries": "counts everything, for `status`",
    "broken_files": "has a row per broken file",
    "good_rules": "a list of all of them is what it is for",
    "drop_rule_texts": "has a row per rule file that is at work, and runs when rules change",
    "drop_rule_versions": "has a row per rule file that is at work, and runs when rules change",
    "rename_alerts": "runs when a rule file is renamed",
    "rename_silences_of_watchlist": "runs when a rule file is renamed",
    "rename_silences_of_rule": "runs when a rule is renamed",
    "dead_addresses": "an operator looks at all of them, and there are few",
    "silences": "an operator looks at all of them, and there are few",
    "rename_rule_of_alerts": "runs when a rule is renamed",
}
"""The statements that may read a whole table, and why."""


def used_names() -> Iterator[str]:
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                value = node.value
                if isinstance(value, ast.Attribute) and value.attr == "_queries":
                    yield str(node.slice.value)


def test_every_statement_is_used_and_every_name_exists() -> None:
    assert set(used_names()) == set(queries())


def test_sql_is_written_nowhere_else() -> None:
    sql = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\b")
    for path in ROOM.glob("*.py"):
        strings = [
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert not [text for text in strings if sql.search(text)], path.name


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_statement_is_answered_by_an_index(database: Database, name: str) -> None:
    statement = queries()[name]
    anything = dict.fromkeys(re.findall(r":(\w+)", statement))  # a plan does not depend on the values
    plan = [row["detail"] for row in database._fetch(f"EXPLAIN QUERY PLAN {statement}", anything)]
    scans = [step for step in plan if step.startswith("SCAN") and "CONSTANT ROW" not in step]
    if name in WHOLE_TABLES:
        assert scans, "no longer an exception"
    else:
        assert not scans, plan


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- name: one\nSELECT 1;\n", "no comment"),
        ("-- name: one\n-- Why.\nSELECT 1;\n-- name: one\n-- Why.\nSELECT 2;\n", "two statements named one"),
    ],
)
def test_a_careless_file_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        _add({}, "x.sql", text)


def test_a_statement_comes_without_its_comment() -> None:
    assert queries()["story"].startswith("SELECT")
    assert all("-- name:" not in statement for statement in queries().values())
