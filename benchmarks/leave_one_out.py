"""Leave one out: what each shared list, exclusion and rule of the shipped watchlists is worth on labelled news.

    python -m benchmarks.leave_one_out            # half a, Markdown tables
    python -m benchmarks.leave_one_out lists      # one part only: lists, excepts or rules

A list is left out by giving each of its names a spelling that no text has, so that whatever refers to it stands. The
labelled news is read where it lies (`../shared`); nothing of it is written anywhere.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.rulebook.files import RuleTexts, read_rules
from monitor.rulebook.load import load_texts

ROOT = Path(__file__).resolve().parents[1]
DEV = ROOT / "../shared/eval/dev.jsonl"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOWHERE = '["zqxjk"]'
TOPICS = {
    "bans": "ban",
    "model-launches": "launch",
    "chip-exports": "chip_export",
    "ip-claims": "ip_claims",
    "funding": "funding",
    "probes": "probe",
    "adoption": "adoption",
    "domestic-chips": "domestic_chips",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled article: the topics that are its news, and those that count neither way."""

    article: Article
    main: frozenset[str]
    either_way: frozenset[str]


Fired = Mapping[str, frozenset[tuple[str, str]]]
"""Article id -> the (watchlist, rule) that matched it."""


def items(half: str = "a") -> list[Item]:
    """The labelled items of one half."""
    rows = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    return [
        Item(
            Article(id=row["id"], source="dev", title=row["title"], arrived=NOW, body=row["text"], lang=row["lang"]),
            frozenset(row["main"]),
            frozenset(row["mention"]) | frozenset(row["neutral"]),
        )
        for row in rows
        if row["half"] == half
    ]


def fired(rules: Sequence[Rule], labelled: Sequence[Item]) -> Fired:
    """Which rules match which items."""
    engine = Engine(rules)
    return {
        item.article.id: frozenset((match.watchlist, match.rule) for match in engine.match(item.article))
        for item in labelled
    }


def f1_by_watchlist(found: Fired, labelled: Sequence[Item], without: tuple[str, str] | None = None) -> dict[str, float]:
    """F1 per watchlist as `score.py` counts it; `without` ignores one rule."""
    right: dict[str, int] = defaultdict(int)
    false: dict[str, int] = defaultdict(int)
    wanted: dict[str, int] = defaultdict(int)
    for item in labelled:
        watchlists = {watchlist for watchlist, rule in found[item.article.id] if (watchlist, rule) != without}
        for watchlist, topic in TOPICS.items():
            wanted[watchlist] += topic in item.main
            right[watchlist] += watchlist in watchlists and topic in item.main
            false[watchlist] += watchlist in watchlists and topic not in item.main | item.either_way
    return {each: 2 * right[each] / max(1, right[each] + false[each] + wanted[each]) for each in TOPICS}


def without_list(texts: RuleTexts, name: str) -> RuleTexts:
    """The rule files with the shared list `name` finding nothing."""
    return replace(texts, shared={path: _blanked(content, name) for path, content in texts.shared.items()})


def _blanked(content: bytes, name: str) -> bytes:
    text = content.decode()
    flat = re.compile(rf"^{re.escape(name)}\s*= \[[^\]]*\]", re.MULTILINE)
    table = re.compile(rf"^\[{re.escape(name)}\]\n.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
    text = flat.sub(f"{name} = {NOWHERE}", text)
    return table.sub(lambda found: re.sub(r"= \[[^\]]*\]", f"= {NOWHERE}", found.group()), text).encode()


def lists_of(texts: RuleTexts) -> Iterator[str]:
    """The names of the shared lists, in the order of the files."""
    for content in texts.shared.values():
        yield from tomllib.loads(content.decode())


def without_file_except(rules: Sequence[Rule], watchlist: str) -> list[Rule]:
    """The rules with no exclusion in one watchlist, neither the file's nor the rules' own."""
    return [replace(rule, except_=None) if rule.watchlist == watchlist else rule for rule in rules]


def changes(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """What an omission costs, as `bans -.12, probes +.01`; nothing below half a hundredth."""
    steps = {each: after[each] - before[each] for each in before}
    told = sorted((step, each) for each, step in steps.items() if abs(step) >= 0.005)
    return ", ".join(f"{each} {step:+.2f}".replace("0.", ".") for step, each in told) or "nothing"


def table(head: str, rows: Iterable[tuple[str, str]]) -> None:
    """Print a Markdown table of two columns."""
    print(f"\n| {head} left out | F1 changes by |\n|---|---|")
    for name, change in rows:
        print(f"| {name} | {change} |", flush=True)


def main(parts: Sequence[str]) -> None:
    """Measure and print the parts asked for."""
    labelled, texts = items(), read_rules([ROOT / "rules"])
    rules = load_texts(texts).rules
    found = fired(rules, labelled)
    before = f1_by_watchlist(found, labelled)
    if "lists" in parts:
        table(
            "list",
            (
                (f"`@{name}`", changes(before, _scores(load_texts(without_list(texts, name)).rules, labelled)))
                for name in lists_of(texts)
            ),
        )
    if "excepts" in parts:
        table(
            "exclusions of",
            ((each, changes(before, _scores(without_file_except(rules, each), labelled))) for each in TOPICS),
        )
    if "rules" in parts:
        each_rule = dict.fromkeys((rule.watchlist, rule.id) for rule in rules)
        table(
            "rule",
            ((" / ".join(key), changes(before, f1_by_watchlist(found, labelled, without=key))) for key in each_rule),
        )


def _scores(rules: Sequence[Rule], labelled: Sequence[Item]) -> dict[str, float]:
    return f1_by_watchlist(fired(rules, labelled), labelled)


if __name__ == "__main__":
    main(sys.argv[1:] or ["lists", "excepts", "rules"])
