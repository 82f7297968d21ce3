"""Half a year of invented news, told to rules by `monitor replay`, and what must be decided of it."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Iterable
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.commands.replay import replay

FOLDER = Path(__file__).with_name("half_year")
RULES = [FOLDER / f"{name}.toml" for name in ("bans", "launches", "chips")]
STEPS: list[dict[str, Any]] = sorted(
    tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))["step"], key=lambda step: step["at"]
)


def items(steps: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The articles of the steps as lines of JSON hold them."""
    urls: dict[str, str] = {}
    for step in STEPS:
        urls[step["name"]] = urls.get(step.get("url_of", ""), f"https://news.example/{step['name']}")
    return [
        {
            "id": step["name"],
            "title": step["title"],
            "text": step["text"].strip(),
            "url": urls[step["name"]],
            "publisher": step["publisher"],
            "published": step.get("published", step["at"]).isoformat(),
            "arrived": step["at"].isoformat(),
        }
        for step in steps
    ]


def told(folder: Path, articles: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The lines of a replay."""
    path = folder / "half_year.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    with redirect_stdout(io.StringIO()) as out:
        assert replay([path], RULES, None, None, as_jsonl=True, processes=1) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def described(line: dict[str, Any]) -> str:
    """A decision in the words of the table."""
    parts = [line["novelty"], line["reason"]]
    if line["former"]:
        parts.append(f"former={line['former']}")
    if line["added"]:
        parts.append("adds=" + "; ".join(line["added"]))
    fact = ", ".join(value for value in line["fact"].values() if value)
    return f"{line['rule']}: {fact}".strip() + f" | {', '.join(parts)}"


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in told(tmp_path_factory.mktemp("half_year"), items(STEPS)):
        lines.setdefault(line["article"], []).append(line)
    return lines


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"])
def test_a_step_is_decided_as_written_down(step: dict[str, Any], half_year: dict[str, list[dict[str, Any]]]) -> None:
    lines = half_year[step["name"]]
    assert [described(line) for line in lines if line["rule"]] == step["tell"]
    assert {line["duplicate_of"] for line in lines} == {step.get("copy_of")}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"])
def test_a_step_is_in_the_story_that_is_written_down(
    step: dict[str, Any], half_year: dict[str, list[dict[str, Any]]]
) -> None:
    opener = step.get("story", step["name"])
    assert {line["story"] for line in half_year[step["name"]]} == {half_year[opener][0]["story"]}
    if opener == step["name"]:
        openers = {other["name"] for other in STEPS if other.get("story", other["name"]) == other["name"]}
        shared = [name for name in openers - {opener} if half_year[name][0]["story"] == half_year[opener][0]["story"]]
        assert shared == []


def test_there_are_enough_of_them_over_half_a_year() -> None:
    span = max(step["at"] for step in STEPS) - min(step["at"] for step in STEPS)
    assert isinstance(STEPS[0]["at"], datetime)
    assert span.days > 150
    assert sum(len(step["tell"]) for step in STEPS) > 50
