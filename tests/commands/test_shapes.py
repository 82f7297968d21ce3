"""What programs read of the tools for rules: the keys that docs/operating.md lists, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from monitor.cli import run_command

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
RULE = """\
title = "Bans"

[terms.place]
Italy = ["Italy", "Rome"]

[[rule]]
id       = "ban"
title    = "{place} bans"
query    = '@place NEAR/8 ban'
fact     = ["place"]
match    = ["Rome bans it.", "Nothing."]
no_match = ["Milan."]
"""
PAST = [
    {"title": "Rome bans it", "text": "So.", "published": "2026-03-02"},
    {"title": "Italy, after ten long years of talking to all its neighbours, bans it", "published": "2026-03-05"},
]
ON = ("--on", "past.jsonl")
CALLS = {
    "check": ("rules",),
    "test": ("rules",),
    "explain": ("bans/ban", "Rome bans it.", "--rules", "rules"),
    "near-misses": ("bans/ban", "--rules", "rules", *ON),
    "backtest": ("rules", *ON),
    "diff": ("rules/bans.toml", "new.toml", *ON),
    "fmt": ("--check", "rules"),
    "terms": ("place", "--rules", "rules", *ON),
    "rules": ("rules", *ON),
}


def documented() -> dict[str, tuple[bool, set[str]]]:
    """By command: whether it prints a list, and the keys of what it prints."""
    rows = re.findall(r"^- `monitor ([a-z-]+)`: (a list|one) [a-z ]+ of (`.*`)$", DOCUMENT, re.MULTILINE)
    return {name: (kind == "a list", set(re.findall(r"`([a-z_]+)`", keys))) for name, kind, keys in rows}


def test_every_command_is_listed() -> None:
    assert documented().keys() == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_it_prints_what_is_documented(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules" / "bans.toml").write_text(RULE, encoding="utf-8")
    (folder / "new.toml").write_text(RULE.replace("NEAR/8", "NEAR/1"), encoding="utf-8")
    (folder / "past.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in PAST), encoding="utf-8")
    run_command([name, *CALLS[name], "--format", "json"])
    printed = json.loads(capsys.readouterr().out)
    is_list, keys = documented()[name]
    assert isinstance(printed, list) is is_list
    assert printed
    assert all(set(each) == keys for each in (printed if is_list else [printed]))
