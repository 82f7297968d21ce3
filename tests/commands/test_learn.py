"""`monitor learn` makes an archive known to everybody, and tells it to nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.app import look
from monitor.cli import INTERRUPTED, run_command
from monitor.model import Article, KeyMemory
from monitor.settings import load_config
from monitor.store import Store

ITALY = "Italy blocked DeepSeek on Monday, its data watchdog said."
ITEMS: list[dict[str, str]] = [
    {"id": "1", "title": "Rome acts", "text": ITALY, "published": "2025-01-06T09:00:00Z", "publisher": "One"},
    {"id": "2", "title": "Rome acts", "text": ITALY, "published": "2025-01-06T10:00:00Z", "publisher": "Two"},
    {"id": "3", "title": "Choirs", "text": "The choir sang in the snow.", "published": "2025-01-07T11:00:00Z"},
]
KEY = '["fact","bans","ban",["place","italy"],["product","deepseek"]]'


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return written(tmp_path / "archive.jsonl", ITEMS)


def written(path: Path, items: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


@contextmanager
def store() -> Iterator[Store]:
    opened = look(load_config(Path("config.toml")).settings)
    try:
        yield opened
    finally:
        opened.close()


def memory(key: str = KEY) -> KeyMemory:
    with store() as opened:
        return opened.recall([key])[key]


def test_an_archive_fills_the_memory_and_alerts_nobody(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["learn", str(archive)]) == 0
    told = capsys.readouterr().out
    assert "2 new articles, 1 copy" in told
    assert "1 new, told 1 times" in told
    assert memory().learned
    assert f"{memory().first_seen:%Y-%m-%d}" == "2025-01-06"
    with store() as opened:
        totals = opened.totals()
        assert (totals["articles"], totals["copies"], totals["stories"], totals["keys"]) == (2, 1, 2, 1)
        assert totals["sources"] == 0
    assert run_command(["run", "--once"]) == 0
    (digest,) = (folder / "out").glob("*.txt")
    text = digest.read_text(encoding="utf-8")
    assert "Malta" in text
    assert "choir" not in text


def test_what_was_learned_is_never_new_for_any_reader(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The house's own article about Italy comes after the archive: it is background, also for a new reader."""
    assert run_command(["learn", str(archive)]) == 0
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write('[[subscription]]\nname = "late"\nto = ["bo@example.org"]\nchannel = "files"\n')
    capsys.readouterr()
    assert run_command(["run", "--once"]) == 0
    assert "2: 1 new, 1 recap" in capsys.readouterr().out
    digests = [path.read_text(encoding="utf-8") for path in (folder / "out").glob("*.txt")]
    assert len(digests) == 2
    for digest in digests:
        assert "1 new" in digest
        assert "Malta" in digest


def test_learning_again_passes_over_what_is_known(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["learn", str(archive)]) == 0
    before = memory()
    capsys.readouterr()
    assert run_command(["learn", str(archive)]) == 0
    assert "0 new articles, 0 copies; 3 articles known before" in capsys.readouterr().out
    assert memory() == before


def test_two_archives_that_number_their_items(archive: Path, tmp_path: Path) -> None:
    other = {"id": "1", "title": "Island follows", "text": "Malta banned ChatGPT.", "published": "2025-02-01"}
    assert run_command(["learn", str(archive), str(written(tmp_path / "other.jsonl", [other]))]) == 0
    with store() as opened:
        assert (opened.totals()["articles"], opened.totals()["versions"]) == (3, 0)


def test_an_interrupted_lesson_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the second day: the first is learned, the same command learns the rest, the result is the same."""
    days = [ITEMS[0], {**ITEMS[2], "text": "Malta banned ChatGPT in schools."}]
    archive = written(tmp_path / "archive.jsonl", days)
    whole = Store.add_article

    def torn(self: Store, article: Article, story: str, fingerprint: str, **more: Any) -> None:
        if article.native_id == "3":
            raise KeyboardInterrupt
        whole(self, article, story, fingerprint, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "add_article", torn)
        assert run_command(["learn", str(archive)]) == INTERRUPTED
    assert "1 of 2 articles" in capsys.readouterr().err
    assert memory().learned
    assert run_command(["learn", str(archive)]) == 0
    assert "1 new article, 0 copies; 1 article known before" in capsys.readouterr().out
    assert memory('["fact","bans","ban",["place","malta"],["product","chatgpt"]]').learned


def test_learned_articles_do_not_count_as_read_today(archive: Path) -> None:
    assert run_command(["learn", str(archive)]) == 0
    with store() as opened:
        (article,) = opened.articles_with(["watchdog"])
        history = opened.history(article)
    assert history is not None
    assert f"{history.ingested:%Y-%m-%d}" == "2025-01-06"
    assert history.article.source == "archive.jsonl"
    assert not [seat for told in history.told for seat in told.seats]


def test_again_teaches_a_new_rule_what_was_read_before(
    archive: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["learn", str(archive)]) == 0
    rule = """
[[rule]]
id = "choirs"
query = 'choir NEAR/S snow'
match = ["The choir sang in the snow."]
no_match = ["The choir sang."]
"""
    rules = folder / "rules" / "bans.toml"
    rules.write_text(rules.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert run_command(["learn", str(archive)]) == 0
    with store() as opened:
        assert opened.totals()["keys"] == 1, "what is known is passed over"
        before = opened.totals()
    assert run_command(["learn", str(archive), "--again"]) == 0
    with store() as opened:
        keys = [fact.memory.key for fact in opened.known_facts()]
        assert len(keys) == 2
        assert any('"choirs"' in key for key in keys)
        assert all(fact.memory.learned for fact in opened.known_facts())
        assert {**opened.totals(), "keys": 1, "alerts": before["alerts"]} == before
    assert run_command(["learn", str(archive), "--again"]) == 0
    with store() as opened:
        assert opened.totals()["keys"] == 2
    assert run_command(["run", "--once"]) == 0
    for path in (folder / "out").glob("*.txt"):
        assert "choir" not in path.read_text(encoding="utf-8").lower()
