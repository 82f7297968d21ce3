"""Entries of the rule cache: whatever is wrong with one, there is none."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from monitor.query.engine import Engine
from monitor.rulebook import cache as rulecache
from monitor.rulebook.cache import RuleCache
from monitor.rulebook.engine_cache import EngineCache
from monitor.watchlist.load import load
from tests.query.worlds import an_article


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "monitor.rules"


def entry(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_an_entry_comes_back(folder: Path) -> None:
    RuleCache(folder).put("key", b"rules\nand more")
    assert RuleCache(folder).get("key") == b"rules\nand more"
    assert RuleCache(folder).get("other") is None
    assert (folder.stat().st_mode & 0o777, entry(folder).stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("content", [b"", b"rules", b"0" * 64 + b"\nrules", None], ids=["empty", "bare", "sum", "cut"])
def test_a_damaged_entry_is_none(folder: Path, content: bytes | None) -> None:
    cache = RuleCache(folder)
    cache.put("key", b"rules")
    path = entry(folder)
    path.write_bytes(path.read_bytes()[:-1] if content is None else content)
    assert cache.get("key") is None
    cache.put("key", b"rules")
    assert cache.get("key") == b"rules"


def test_what_others_could_have_written_is_none(folder: Path) -> None:
    cache = RuleCache(folder)
    cache.put("key", b"rules")
    entry(folder).chmod(0o622)
    assert cache.get("key") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_another_is_none(folder: Path) -> None:
    cache = RuleCache(folder)
    cache.put("key", b"rules")
    os.chown(entry(folder), 65534, 65534)
    assert cache.get("key") is None


def test_another_program_finds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RuleCache(folder).put("key", b"rules")
    monkeypatch.setattr(rulecache, "program", lambda: "another")
    assert RuleCache(folder).get("key") is None


def test_a_link_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    cache, victim = RuleCache(folder), tmp_path / "victim"
    cache.put("key", b"rules")
    victim.write_bytes(b"mine")
    entry(folder).with_suffix(".part").symlink_to(victim)
    cache.put("key", b"other")
    assert victim.read_bytes() == b"mine"
    assert cache.get("key") == b"rules"


def test_a_folder_that_cannot_be_made_is_no_fault(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file in its place")
    cache = RuleCache(folder)
    cache.put("key", b"rules")
    cache.sweep()
    assert cache.get("key") is None


def test_what_nothing_asks_for_goes_after_a_week(folder: Path) -> None:
    cache = RuleCache(folder)
    for key in ("used", "unused"):
        cache.put(key, b"rules")
    for path in folder.iterdir():
        os.utime(path, (time.time() - 8 * 86_400,) * 2)
    assert cache.get("used") == b"rules"
    cache.sweep()
    assert cache.get("used") == b"rules"
    assert cache.get("unused") is None


@pytest.mark.parametrize("entry", [b"", b"[]\n", b"null\n", b'[["w", "1", 2]]\n', b'[["w", "1", 9]]\n', b"[[1]]\nx"])
def test_an_engine_that_does_not_fit_is_built_again(folder: Path, entry: bytes) -> None:
    text = '[[rule]]\nid = "a"\nquery = "ban"\n[[rule]]\nid = "b"\nquery = "bar NEAR/3 Apple"\n'
    loaded, cache = load({"w.toml": text}), RuleCache(folder)
    engines, digests = EngineCache(cache, [folder]), {"w": "1"}
    assert len(engines.recall(loaded, digests)) == 0
    engines.keep(loaded, digests, Engine(loaded.rules))
    back = engines.recall(loaded, digests)
    assert len(back) == 2
    assert back.called(back.read(an_article(body="They bar Apple."))) == [1]
    assert len(engines.recall(loaded, {"w": "2"})) == 0
    cache.put(f"engine\n{folder}", entry)
    assert len(engines.recall(loaded, digests)) == 0
