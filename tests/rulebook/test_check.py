"""Checking rule files again: what was found before is told again, and whatever has changed is looked at anew."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from monitor.model import Problem, ProblemSeverity
from monitor.rulebook import check as rulecheck
from monitor.rulebook.cache import RuleCache, user_cache
from monitor.rulebook.check import check_texts
from monitor.rulebook.checked import Checked, kept, key_of, recalled
from monitor.rulebook.files import RuleTexts

RULE = b"""\
title = "Bans"
[[rule]]
id = "ban"
query = "@place NEAR/S ban"
match = ["Rome bans it.", "Valletta bans it."]
no_match = ["Rome welcomes it."]
"""
PLACES = b'place = ["Rome", "Valletta"]\n'
ROME = b'place = ["Rome"]\n'


class Shelf:
    """A dict that counts."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.put_of_late: list[str] = []

    def get(self, key: str) -> bytes | None:
        return self.entries.get(key)

    def put(self, key: str, entry: bytes) -> None:
        self.put_of_late.append(key.partition("\n")[0])
        self.entries[key] = entry


def texts(rule: bytes = RULE, places: bytes = PLACES) -> RuleTexts:
    other = RULE.replace(b"@place", b"Rome").replace(b', "Valletta bans it."', b"")
    return RuleTexts({"rules/bans.toml": rule, "rules/other.toml": other}, {"rules/terms/places.toml": places})


def codes(checked: Checked) -> list[str]:
    return [problem.code for problem in checked.problems]


def test_a_second_check_finds_the_same_and_runs_no_case() -> None:
    shelf = Shelf()
    first = check_texts(texts(places=ROME), shelf)
    assert codes(first) == ["E900"]
    assert (first.watchlists, first.rules, first.cases) == (2, 2, 5)
    shelf.put_of_late.clear()
    assert check_texts(texts(places=ROME), shelf) == first == check_texts(texts(places=ROME), None)
    assert shelf.put_of_late == []


def test_only_the_file_that_has_changed_is_tried_again() -> None:
    shelf = Shelf()
    check_texts(texts(), shelf)
    shelf.put_of_late.clear()
    changed = check_texts(texts(RULE.replace(b"Valletta bans", b"Oslo bans")), shelf)
    assert codes(changed) == ["E900"]
    assert shelf.put_of_late == ["rules/bans.toml", "cases"]


def test_a_shared_list_that_has_changed_is_tried_where_it_is_used() -> None:
    shelf = Shelf()
    assert codes(check_texts(texts(), shelf)) == []
    shelf.put_of_late.clear()
    assert codes(check_texts(texts(places=ROME), shelf)) == ["E900"]
    assert shelf.put_of_late == ["rules/bans.toml", "cases"]


@pytest.mark.parametrize("entry", [b"", b"[", b"[1]", b"{}", b'[["a"]]', b"null"])
def test_an_entry_that_says_nothing_is_none(entry: bytes) -> None:
    shelf = Shelf()
    check_texts(texts(places=ROME), shelf)
    shelf.entries = dict.fromkeys(shelf.entries, entry)
    assert codes(check_texts(texts(places=ROME), shelf)) == ["E900"]


def test_a_whole_check_is_recalled_for_the_same_texts_only(tmp_path: Path) -> None:
    cache = RuleCache(tmp_path)
    problem = Problem("a.toml", 1, 2, "E900", ProblemSeverity.ERROR, "wrong \ud800", "hint", 3, "source")
    checked = Checked((problem,), 2, 3, 4)
    cache.put(key_of(texts()), kept(checked))
    assert recalled(cache.get(key_of(texts()))) == checked
    whole = RuleTexts(texts().files, texts().shared, frozenset(texts().shared))
    renamed = RuleTexts({"b.toml": RULE}, {})
    for other in (texts(places=ROME), texts(RULE + b"\n"), whole, renamed, RuleTexts({}, {})):
        assert recalled(cache.get(key_of(other))) is None


def many() -> RuleTexts:
    files = {f"rules/w{n}.toml": RULE for n in range(12)} | {"rules/broken.toml": RULE.replace(b"@place", b"@plac")}
    files["rules/wrong.toml"] = RULE.replace(b"Valletta bans", b"Oslo bans")
    return RuleTexts(files, {"rules/terms/places.toml": PLACES})


def test_many_files_are_proven_by_other_processes_and_nothing_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = check_texts(many(), Shelf())
    monkeypatch.setattr(rulecheck, "WORTH_PROCESSES", 1)
    shelf = Shelf()
    assert check_texts(many(), shelf) == alone
    assert codes(alone) == ["E104", "E900"]
    assert alone.watchlists == 14
    shelf.put_of_late.clear()
    assert check_texts(many(), shelf) == alone
    assert shelf.put_of_late == ["cases"]  # those of the file with an error, which no shelf takes


def test_where_there_are_no_processes_the_files_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = check_texts(many(), Shelf())
    monkeypatch.setattr(rulecheck, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(rulecheck, "_proven", _killed)
    assert check_texts(many(), Shelf()) == alone


def _killed(texts: RuleTexts) -> dict[str, bytes]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def test_cases_are_run_by_an_engine_of_their_rules_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    together = check_texts(many(), None)
    monkeypatch.setattr(rulecheck, "RULES_AT_ONCE", 3)
    assert check_texts(many(), None) == together


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, cache_home: Path) -> None:
    assert user_cache() is not None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert user_cache() is None
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert user_cache() is None
