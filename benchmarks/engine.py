"""`make bench`: the engine beside its peers, the same matches checked before anything is timed.

    python -m benchmarks.engine [--million] [--only NAME ...]

Every row is measured in a process of its own. 2,000 articles go before, as in a daemon that has run for an hour; then
come 400 that it has never seen (*new*: what a stream costs, with the words and rules that are seen for the first time)
and the same once more (*again*: the engine alone). Contestants take turns over the same articles; figures are medians
by process time. Written to benchmarks/results.md. A million rules take minutes and gigabytes, and so a flag.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import journey
from benchmarks.peers import Names, installed, whole
from benchmarks.workload import adversarial, articles, corpus, rules
from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.query.rule import Rule

RESULTS = Path(__file__).parent / "results.md"
BEFORE, ARTICLES, AT_ONCE = 2_000, 400, 25
BESIDE_PEERS = 50
"""Articles for the first looks: a thousand regular expressions take a tenth of a second for one."""
COLUMNS = (
    "workload | rules | matches per article | new, µs | again, µs | articles/s | of it reading, µs | first look, µs "
    "| whole matches, µs"
)


@dataclass(frozen=True, slots=True)
class Workload:
    """A set of rules: how many of the commonest names they leave out, the share of names that no article has; or that
    they all wait at sixty common words."""

    name: str
    count: int
    skip: int = 0
    unheard: float = 0.0
    common: bool = False

    def rules(self) -> list[Rule]:
        made_of = corpus(articles(5_000))
        if self.common:
            return list(adversarial(made_of, self.count))
        return list(rules(made_of, self.count, skip=self.skip, unheard=self.unheard))


WORKLOADS = (
    Workload("sparse", 100, 1_000),
    Workload("sparse", 1_000, 2_000),
    Workload("sparse", 10_000, 20_000, 0.54),
    Workload("sparse", 100_000, 20_000, 0.32),
    Workload("hot", 100_000, 8_000),
    Workload("adversarial", 1_000, common=True),
)
MILLION = Workload("sparse", 1_000_000, 20_000, 0.82)


def in_turn(contestants: dict[str, Callable[[Article], object]], items: Sequence[Article]) -> dict[str, list[float]]:
    """µs of process time for every article by each, some articles at a time."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for at in range(0, len(items), AT_ONCE):
        for name, work in contestants.items():
            for item in items[at : at + AT_ONCE]:
                begin = time.process_time_ns()
                work(item)
                taken[name].append((time.process_time_ns() - begin) / 1e3)
    return taken


def differing(engine: Engine, other: Callable[[Article], list[Match]], items: Sequence[Article]) -> int:
    """The articles in which a peer's matches are not those of the engine."""
    return sum(engine.match(item) != other(item) for item in items)


def measure(workload: Workload) -> str:
    """One row of the table."""
    stored = workload.rules()
    engine = Engine(stored)
    seen = articles(BEFORE + ARTICLES)
    items = seen[BEFORE:]
    for item in seen[:BEFORE]:
        engine.match(item)
    gc.collect()
    new = statistics.median(in_turn({"engine": engine.match}, items)["engine"])
    matches = sum(len(engine.match(item)) for item in items) / len(items)
    some = items[:BESIDE_PEERS]
    peers = dict(installed(stored, Names(some), sys.stderr.write))
    others = {name: whole(look, engine) for name, look in peers.items()}
    wrong = {name: differing(engine, match, some) for name, match in others.items()}

    def first_look(item: Article) -> object:
        return engine.called(engine.read(item))

    taken = in_turn({"again": engine.match, "reading": engine.read}, items)
    looks = _beside({"ours": first_look, **peers}, some, wrong)
    wholes = _beside({"ours": engine.match, **others}, some, wrong)
    median = {name: statistics.median(each) for name, each in taken.items()}
    cells = (
        workload.name,
        f"{workload.count:,}",
        f"{matches:.2f}",
        f"{new:,.0f}",
        f"{median['again']:,.0f}",
        f"{1e6 / statistics.mean(taken['again']):,.0f}",
        f"{median['reading']:,.0f}",
        looks,
        wholes,
    )
    return f"| {' | '.join(cells)} |"


def _beside(
    contestants: dict[str, Callable[[Article], object]], items: Sequence[Article], wrong: dict[str, int]
) -> str:
    """The medians of ours and of the peers, as ratios too; `wrong` are the articles in which a peer differs."""
    median = {name: statistics.median(each) for name, each in in_turn(contestants, items).items()}
    ours = median.pop("ours")
    told = [
        f"{name} {each:,.0f} ({each / ours:,.1f} times{f', {wrong[name]} articles differ' if wrong[name] else ''})"
        for name, each in median.items()
    ]
    return ", ".join([f"ours {ours:,.0f}", *told])


def table(workloads: Sequence[Workload]) -> Iterator[str]:
    """The table, row by row, each measured in a fresh process."""
    yield f"| {COLUMNS} |"
    yield "|---" * (COLUMNS.count("|") + 1) + "|"
    for workload in workloads:
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            row = alone.apply(measure, (workload,))
        sys.stderr.write(row + "\n")
        yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true", help="a million rules too (minutes, gigabytes)")
    parser.add_argument("--only", nargs="*", default=[], help="these workloads only, and no journey")
    asked = parser.parse_args()
    chosen = [w for w in (*WORKLOADS, *([MILLION] if asked.million else [])) if not asked.only or w.name in asked.only]
    head = (
        "# Matching in figures\n\n"
        f"Python {platform.python_version()}, {ARTICLES} articles of about 580 words, medians by process time (see "
        "benchmarks/engine.py for the terms). Building is in building.md.\n"
    )
    parts = [head, *table(chosen)]
    if not asked.only:
        parts += ["", *journey.report()]
    text = "\n".join(parts) + "\n"
    if not asked.only:
        RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
