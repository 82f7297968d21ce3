"""The engine against the reference over any number of random pairs of a rule and an article.

    python -m tests.query.bulk 1000000 --seed 7

prints every difference, small enough to read, and exits 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from tests.query.reference import Reference, read
from tests.query.worlds import article, rules

_RULES, _ARTICLES, _POOL = 8, 16, 64


@dataclass(frozen=True, slots=True)
class Difference:
    """What the two evaluators say of one set of rules and one article."""

    rules: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    found: str

    def __str__(self) -> str:
        return "\n".join([*self.rules, f"    {dict(self.fields)}", f"    {self.found}"])


def comparable(matches: Sequence[Match]) -> list[tuple[Any, ...]]:
    """Matches in an order of their own: of one rule they come in any."""
    return sorted((m.rule, m.title, m.fact, m.state, m.shown, m.evidence, m.about) for m in matches)


def difference(rules: Sequence[Rule], article: Article) -> str:
    """What an engine of these rules does other than the reference; empty if nothing."""
    return compared(Engine(rules), Reference(rules), article)


def compared(engine: Engine, reference: Reference, article: Article) -> str:
    """What the engine does other than the reference; empty if nothing."""
    called = {(rule.watchlist, rule.id) for rule in engine.candidates(engine.read(article))}
    missed = reference.matching(article) - called
    if missed:
        return f"no candidates: {sorted(missed)}"
    mine, theirs = comparable(engine.match(article)), comparable(reference.match(article))
    if mine == theirs:
        return ""
    if reference.too_many(article):
        return ""  # of more than fifty facts the engine tells fifty, and says so
    only = [f"only the engine: {m}" for m in mine if m not in theirs]
    return "\n    ".join(only + [f"only the reference: {m}" for m in theirs if m not in mine])


def smallest(texts: Sequence[str], rules: Sequence[Rule], article: Article) -> Difference:
    """The same difference with as few rules as show it."""
    kept = list(zip(texts, rules, strict=True))
    for each in list(kept):
        fewer = [other for other in kept if other is not each]
        try:
            differs = bool(difference([rule for _, rule in fewer], article))
        except KeyError:  # a %rule that is gone
            differs = False
        if differs:
            kept = fewer
    fields = tuple((f, t) for f in ("title", "summary", "body", "publisher", "lang") if (t := article.text_of(f)))
    return Difference(tuple(t for t, _ in kept), fields, difference([rule for _, rule in kept], article))


def differences(pairs: int, seed: int) -> Iterator[Difference]:
    """All differences among so many pairs. The articles are few and read once, the rules always others."""
    random = Random(seed)
    articles = [article(random) for _ in range(_POOL)]
    texts_of = {id(each): read(each) for each in articles}
    while pairs > 0:
        made, texts = rules(random, _RULES)
        engine, reference = Engine(made), Reference(made, lambda each: texts_of[id(each)])
        for found in random.sample(articles, _ARTICLES):
            pairs -= len(made)
            if compared(engine, reference, found):
                yield smallest(texts, made, found)


def _batch(task: tuple[int, int]) -> list[Difference]:
    return list(differences(*task))


def main() -> int:
    """Run so many pairs on all processors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=10, help="differences to print")
    asked = parser.parse_args()
    size = max(1, min(5_000, asked.pairs // asked.processes))
    tasks = [(size, asked.seed * 1_000_000 + number) for number in range(-(-asked.pairs // size))]
    begun, wrong = time.monotonic(), 0
    with ProcessPoolExecutor(asked.processes) as pool:
        for done, found in enumerate(pool.map(_batch, tasks), 1):
            for each in found[: max(0, asked.show - wrong)]:
                print(each, end="\n\n", flush=True)
            wrong += len(found)
            if sys.stderr.isatty():
                print(f"{done * size} pairs, {wrong} differences", end="\r", file=sys.stderr)
    seconds = time.monotonic() - begun
    print(f"{len(tasks) * size} pairs, {wrong} differences, {seconds:.0f} s, seed {asked.seed}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
