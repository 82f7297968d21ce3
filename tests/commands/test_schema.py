"""`monitor schema`."""

from __future__ import annotations

import json

import pytest

from monitor.cli import run_command
from monitor.watchlist.schema import terms_schema, watchlist_schema


def test_of_rule_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == watchlist_schema()


def test_of_shared_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schema", "--terms"]) == 0
    assert json.loads(capsys.readouterr().out) == terms_schema()
