"""`monitor replay` decides as the daemon does, in the time of the articles, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run_command

ITALY = "Italy blocked DeepSeek on Monday, its data watchdog said."
ITEMS: list[dict[str, str]] = [
    {
        "id": "round-up",
        "title": "Bans so far",
        "text": "Malta banned DeepSeek on Friday. Italy blocked DeepSeek earlier this year.",
        "published": "2025-03-06T11:00:00Z",
    },
    {"id": "first", "title": "Rome acts", "text": ITALY, "published": "2025-01-06T09:00:00Z", "publisher": "One"},
    {"id": "copy", "title": "Rome acts", "text": ITALY, "published": "2025-01-06T10:00:00Z", "publisher": "Two"},
    {"id": "choir", "title": "Choirs", "text": "The choir sang in the snow.", "published": "2025-01-06T11:00:00Z"},
    {
        "id": "again",
        "title": "Rome explains itself",
        "text": "Why Italy blocked DeepSeek: an interview.",
        "published": "2025-01-08T08:00:00Z",
    },
]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """The articles in another order than that of their dates."""
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in ITEMS), encoding="utf-8")
    return path


def replayed(stream: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    assert run_command(["replay", str(stream), "--format", "jsonl", *options]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_decision_in_the_time_of_the_articles(stream: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = replayed(stream, capsys)
    assert [(line["article"], line["novelty"], line["fact"].get("place")) for line in lines] == [
        ("first", "new", "Italy"),
        ("copy", None, None),
        ("choir", None, None),
        ("again", "fold", "Italy"),
        ("round-up", "new", "Malta"),
        ("round-up", "recap", "Italy"),
    ]
    assert [line["duplicate_of"] for line in lines] == [None, "first", None, None, None, None]
    stories = [line["story"] for line in lines]
    assert stories[0] == stories[1] == stories[3]
    assert len(set(stories)) == 3
    assert [line["rule"] for line in lines] == ["ban", None, None, "ban", "ban", "ban"]
    assert set(lines[0]) == {
        *("article", "duplicate_of", "story", "story_reason", "watchlist", "rule", "fact", "novelty", "reason"),
        *("former", "added", "why"),
    }
    assert [line["reason"] for line in lines][:3] == ["first time seen", "the same words", "no rule matches"]


def test_nothing_is_stored_and_a_second_run_says_the_same(
    stream: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.rglob("*"))
    assert replayed(stream, capsys) == replayed(stream, capsys)
    assert sorted(folder.rglob("*")) == before


def test_other_rules(stream: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "rules" / "bans.toml").read_text(encoding="utf-8")
    (folder / "mine.toml").write_text(text.replace('id = "ban"', 'id = "mine"'), encoding="utf-8")
    lines = replayed(stream, capsys, "--rules", "mine.toml")
    assert {line["rule"] for line in lines} == {"mine", None}
    assert {line["watchlist"] for line in lines} == {"mine", None}


def test_digests_as_they_would_have_been_sent(stream: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replayed(stream, capsys, "--digests", "sent")
    listed = [json.loads(line) for line in (folder / "sent" / "digests.jsonl").read_text("utf-8").splitlines()]
    assert [(line["at"], line["subscription"], line["alerts"]) for line in listed] == [
        ("2025-01-07T08:00:00+00:00", "morning", 1),
        ("2025-03-07T08:00:00+00:00", "morning", 3),
    ], "the telling of January that added nothing waited to be counted"
    last = (folder / "sent" / f"{listed[-1]['digest']}.txt").read_text(encoding="utf-8")
    assert "Malta" in last
    assert "still waiting" not in last, "what was written is delivered"
    first = {path.name: path.read_bytes() for path in (folder / "sent").iterdir()}
    replayed(stream, capsys, "--digests", "again")
    assert {path.name: path.read_bytes() for path in (folder / "again").iterdir()} == first


def test_digests_are_not_mixed_with_what_is_there(
    stream: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["replay", str(stream), "--digests", str(folder)]) == 1
    assert "not empty" in capsys.readouterr().err


def test_a_table_for_people(stream: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["replay", str(stream)]) == 0
    told = capsys.readouterr()
    assert "Rome explains itself" in told.out
    assert "Choirs" not in told.out
    assert "4 articles, 1 copy, 3 stories, 4 decisions (1 fold, 2 new, 1 recap)" in told.err


def test_what_is_not_read_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inbox" / "picture.bmp").write_bytes(b"BM")
    assert run_command(["replay", "inbox"]) == 0
    told = capsys.readouterr().err
    assert "picture.bmp" in told
    assert "3 articles without a date" in told


TIMED = """\
[terms]
ban = ["ban", "block"]
[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta", "Valletta"]
[[rule]]
id = "wave"
title = "A wave"
query = '@place NEAR/S @ban NEAR/S DeepSeek'
fact = ["place"]
when = { kind = "frequency", stories = 2, within = "7d" }
[[rule]]
id = "quiet"
title = "Bans"
query = '@place NEAR/S (@ban OR forbid) NEAR/S DeepSeek'
when = { kind = "absence", within = "14d" }
"""


def test_rules_over_time_in_the_time_of_the_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "timed.toml").write_text(TIMED, encoding="utf-8")
    articles = [
        {"id": "a", "text": "Rome bans DeepSeek.", "arrived": "2026-01-05T08:00:00Z"},
        {"id": "b", "text": "Valletta blocks DeepSeek on school tablets.", "arrived": "2026-01-06T08:00:00Z"},
        {"id": "c", "text": "A lottery in Peru raises prices.", "arrived": "2026-03-06T08:00:00Z"},
    ]
    history = tmp_path / "history.jsonl"
    history.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    words = ["replay", str(history), "--rules", str(tmp_path / "timed.toml"), "--format", "jsonl"]
    assert run_command(words) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    waves = [(line["article"], line["novelty"], line["why"]) for line in lines if line["rule"] == "wave"]
    assert waves == [("a", None, "1 of 2 stories within 7 days"), ("b", "new", "2 stories within 7 days")]
    absent = [line for line in lines if line["rule"] == "quiet" and line["novelty"]]
    assert [(line["article"], line["why"]) for line in absent] == [
        (None, "no story for 14 days; the last was on 6 January 2026")
    ]


def test_one_event_told_in_english_and_in_chinese_is_one_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the fact that both tell: the lists write its values alike in both languages."""
    rules = Path(__file__).resolve().parents[2] / "rules"
    items = [
        ("en", "Italy blocks DeepSeek", "Italy's privacy watchdog blocked DeepSeek on Thursday.", "2025-01-30T10"),
        ("zh", "意大利封禁DeepSeek", "意大利隐私监管机构周四封禁了DeepSeek应用。", "2025-01-30T12"),
        ("zh-2", "韩国封禁DeepSeek", "韩国国防部周四封禁了DeepSeek。", "2025-02-06T08"),
        ("en-2", "Seoul bans DeepSeek", "South Korea's defence ministry banned DeepSeek on Thursday.", "2025-02-06T12"),
        ("en-3", "Moonshot AI releases Kimi K3", "Moonshot AI on Monday released its model Kimi K3.", "2025-03-10T08"),
        ("zh-3", "月之暗面发布Kimi K3", "月之暗面周一发布新模型Kimi K3。", "2025-03-10T12"),
    ]
    stream = tmp_path / "languages.jsonl"
    rows = [{"id": i, "title": t, "text": text, "published": f"{at}:00:00Z"} for i, t, text, at in items]
    stream.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    lines = replayed(stream, capsys, "--rules", str(rules))
    story = {line["article"]: line["story"] for line in lines}
    assert story["en"] == story["zh"]
    assert story["zh-2"] == story["en-2"]
    assert story["en-3"] == story["zh-3"]
    assert len(set(story.values())) == 3
    again = {line["novelty"] for line in lines if line["article"] in ("zh", "en-2", "zh-3") and line["novelty"]}
    assert again == {"fold"}
