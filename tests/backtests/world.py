"""A small world of articles that come in, are copied, edited and told again; and rules that watch it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from monitor.rulebook.files import RuleTexts

START = datetime(2026, 3, 2, 9, tzinfo=UTC)

RULES = b"""\
title = "Bans"

[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "ChatGPT"]

[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta", "Valletta"]

[terms.status]
proposed = ["plans"]

[[rule]]
id = "ban"
about = "ban"
title = "{place}: {product} banned"
query = '@place NEAR/S MAYBE @status NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
state = ["status"]
default = { status = "in force" }
expect = { per_week = "1..12" }

[[rule]]
id = "headline"
about = "ban"
query = 'title: (@place NEAR/S @ban NEAR/S @product)'
fact = ["place", "product"]

[[rule]]
id = "fine"
query = 'fine AND @place'
except = '"fine weather"'
"""


def texts(rules: bytes = RULES, **others: bytes) -> RuleTexts:
    return RuleTexts({"bans.toml": rules} | {f"{name}.toml": text for name, text in others.items()}, {})


@dataclass(frozen=True)
class Piece:
    """One line of a JSONL corpus."""

    number: int
    page: int
    hours: int
    title: str
    text: str
    publisher: str

    def as_json(self) -> dict[str, Any]:
        at = (START + timedelta(hours=self.hours)).isoformat()
        return {
            "id": f"n-{self.number}",
            "url": f"https://news.example.org/{self.page}",
            "title": self.title,
            "text": self.text,
            "publisher": self.publisher,
            "published": at,
            "arrived": at,
        }


TITLES = st.sampled_from(
    ["Rome bans DeepSeek", "News of the day", "Malta blocks ChatGPT and DeepSeek", "A fine for Rome"]
)
SENTENCES = st.sampled_from(
    [
        "Italy blocked DeepSeek on Monday.",
        "Italy plans to ban ChatGPT next year.",
        "Valletta banned DeepSeek in 12 ministries.",
        "Valletta banned DeepSeek in 300 ministries.",
        "It was fine weather in Malta.",
        "The fine came to 20 million euros, Rome said.",
        "Nothing else happened.",
    ]
)


@st.composite
def pieces(draw: st.DrawFn, most: int = 12) -> list[Piece]:
    """Articles in the order of their arrival; some pages come twice, with the same text or another one."""
    found = []
    hours = 0
    for number in range(draw(st.integers(1, most))):
        hours += draw(st.sampled_from([1, 5, 24, 24 * 9]))
        found.append(
            Piece(
                number=number,
                page=draw(st.integers(0, number)),
                hours=hours,
                title=draw(TITLES),
                text="\n".join(draw(st.lists(SENTENCES, min_size=1, max_size=3))),
                publisher=draw(st.sampled_from(["Post", "Mail"])),
            )
        )
    return found


def write(path: Path, found: Sequence[Piece]) -> Path:
    path.write_text("".join(json.dumps(piece.as_json()) + "\n" for piece in found), encoding="utf-8")
    return path
