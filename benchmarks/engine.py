"""`make bench`: the engine beside its peers, and the matches compared before anything is timed.

Times are medians over the same articles, the contestants in turn, by process time. Written to benchmarks/results.md.
"""

from __future__ import annotations

import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.workload import articles, corpus, rules
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.query.tree import Term, walk

RESULTS = Path(__file__).parent / "results.md"
SIZES = {1_000: 2_000, 10_000: 15_000, 100_000: 20_000}
"""Rules -> how many of the commonest names are left out."""
PEER_AT_MOST = 1_000
ARTICLES = 400


def regex_peer(stored: Sequence[Rule]) -> Callable[[Article], set[str]]:
    """What is done without an engine: a regular expression for each rule over its names, then the engine's verdict."""
    names = [
        (
            rule.id,
            re.compile("|".join(rf"\b{re.escape(t.spelling.text)}\b" for t in walk(rule.query) if isinstance(t, Term))),
        )
        for rule in stored
    ]

    def candidates(article: Article) -> set[str]:
        return {rule for rule, pattern in names if pattern.search(article.body)}

    return candidates


def microseconds(work: Callable[[Article], object], items: Sequence[Article]) -> list[float]:
    """Process time for each article, in µs."""
    taken = []
    for item in items:
        begin = time.process_time()
        work(item)
        taken.append((time.process_time() - begin) * 1e6)
    return taken


def measure(count: int, skip: int) -> str:
    """One row of the table."""
    made_of = corpus(articles(5_000))
    stored = list(rules(made_of, count, skip=skip))
    items = articles(ARTICLES)
    begin = time.process_time()
    engine = Engine(stored)
    built = time.process_time() - begin
    matches = sum(len(engine.match(item)) for item in items) / len(items)
    peer = ""
    if count <= PEER_AT_MOST:
        find = regex_peer(stored)
        missing = [item.id for item in items if not {m.rule for m in engine.match(item)} <= find(item)]
        peer = f"{statistics.median(microseconds(find, items)):,.0f}" + (f" ({len(missing)} differ)" if missing else "")
    ours = statistics.median(microseconds(engine.match, items))
    reading = statistics.median(microseconds(engine.read, items))
    return f"| {count:,} | {matches:.2f} | {ours:,.0f} | {reading:,.0f} | {built:.2f} | {peer or '-'} |"


def main() -> None:
    head = (
        "# The engine in figures\n\n"
        f"Python {platform.python_version()}, {ARTICLES} articles of about 580 words, medians by process time.\n\n"
        "| rules | matches per article | µs per article | of it reading | build, s | `re` per rule, first look, µs |\n"
        "|---|---|---|---|---|---|\n"
    )
    rows = [measure(count, skip) for count, skip in SIZES.items()]
    RESULTS.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    sys.stdout.write(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
