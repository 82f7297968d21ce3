"""`make bench`, the second half: engines built and changed; rule files read, changed and taken from the cache.

    python -m benchmarks.building [rules ...]

Times are process time. Memory is what the process grew by, each measured in a process of its own: `engine` without the
trees of the rules, as built; `all called` after every rule was called for once and compiled; `trees` the rules given.
Written to benchmarks/building.md.
"""

from __future__ import annotations

import gc
import multiprocessing
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.workload import VERBS, Corpus, articles, corpus, rules
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.rulebook.cache import RuleCache
from monitor.rulebook.prepare import Preparer, keep
from monitor.store import Database, Store

RESULTS = Path(__file__).parent / "building.md"
SIZES = (1_000, 10_000, 100_000)
SKIPPED = {1_000: 2_000, 10_000: 15_000}
FILES, RULES_OF_A_FILE = 200, 50
RESTARTED = (10_000, 100_000)
"""Rules in so many files, without cases, that a process begins with."""

REPEATED = 5
NEXT = """\
In a quiet profile of a restart with 100,000 rules the names of the rules and what becomes of their matches are the
largest part, then the first match, which loads the dictionary of word forms and reads the rules that it calls for, then
their last good versions from the database. What a rule looks for is read when an article first calls for it. The next
factor of two would take the names of a whole file in columns instead of two objects for every rule."""


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Milliseconds of process time."""
    begin = time.process_time()
    yield
    into.append((time.process_time() - begin) * 1000)


def resident() -> int:
    """Memory of this process in bytes."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * 4096


@dataclass(frozen=True, slots=True)
class Built:
    """Figures of one size: seconds, bytes for each rule, and milliseconds for each change."""

    build: float
    trees: float
    engine: float
    all_called: float
    one: float
    file: float


def built(count: int) -> Built:
    """Build an engine, change it, and call for every rule."""
    made_of = corpus(articles(5_000))
    before = resident()
    stored = list(rules(made_of, count, skip=SKIPPED.get(count, 20_000)))
    gc.collect()
    given, times = resident(), list[float]()
    with timed(times):
        engine = Engine(stored)
    gc.collect()
    after = resident()
    gc.freeze()
    one, file = changed(engine, stored, made_of)
    gc.collect()
    unused = resident()
    for number in range(count):
        engine.stored(number)
    called = resident() - unused + after
    return Built(
        times[0] / 1000, (given - before) / count, (after - given) / count, (called - given) / count, one, file
    )


def changed(engine: Engine, stored: Sequence[Rule], made_of: Corpus) -> tuple[float, float]:
    """Milliseconds to replace one rule, and a file of a hundred."""
    others = list(rules(made_of, 100 * REPEATED, skip=2_000, seed=99))
    one, file = list[float](), list[float]()
    for turn in range(REPEATED):
        for times, many in ((one, 1), (file, 100)):
            at = random.Random(turn).randrange(len(stored) - many)
            new = [
                replace(other, id=rule.id)
                for other, rule in zip(others[100 * turn :], stored[at : at + many], strict=False)
            ]
            with timed(times):
                Engine([*stored[:at], *new, *stored[at + many :]], engine)
    return statistics.median(one), statistics.median(file)


def write_files(folder: Path, files: int = FILES, many: int = RULES_OF_A_FILE, *, cases: bool = True) -> None:
    """Rule files with lists of their own and shared lists, with cases or without."""
    chance, made_of = random.Random(5), corpus(articles(2_000))
    names = [name for name in made_of.names if name.isascii() and name.replace(" ", "").isalpha()][3_000:]
    phrases = [phrase for phrase in made_of.phrases if phrase.isascii() and phrase.replace(" ", "").isalpha()]
    (folder / "terms").mkdir(parents=True)
    (folder / "terms" / "shared.toml").write_text('place = ["Italy", "Spain", "Malta"]\n', encoding="utf-8")
    for number in range(files):
        head = f'title = "File {number}"\n[terms]\nverb = ["{VERBS[0]}", "{VERBS[1]}"]\n'
        written = [
            _written(at, chance.choices(names, k=chance.randint(1, 5)), chance, phrases, cases=cases)
            for at in range(many)
        ]
        (folder / f"file-{number}.toml").write_text(head + "".join(written), encoding="utf-8")


def _written(number: int, names: Sequence[str], chance: random.Random, phrases: Sequence[str], *, cases: bool) -> str:
    verbs = chance.sample(sorted(set(VERBS)), 5)
    any_name, any_verb = " OR ".join(f'"{name}"' for name in names), " OR ".join(verbs)
    rule = (
        f'[[rule]]\nid = "r-{number}"\n'
        f"query = '({any_name}) NEAR/10 (@verb OR @place OR {any_verb})'\n"
        f"except = '\"{chance.choice(phrases)}\"'\n"
    )
    if not cases:
        return rule
    return rule + (
        f'match = ["Today {names[0]} will {verbs[0]} it.", "They {verbs[1]} what {names[0]} has."]\n'
        'no_match = ["Nothing of the kind."]\n'
    )


def began(scratch: Path) -> tuple[float, float]:
    """Seconds of process time from the start of this process to the first match, and those of them spent on rules."""
    before = time.process_time()
    with Database.open(scratch / "bench.sqlite", create=True) as database:
        store = Store(database, lambda: datetime.now(UTC))
        with store.transaction():
            prepared = Preparer(store, RuleCache(scratch / "cache")).prepare([scratch / "rules"])
            keep(prepared, store)
        ready = time.process_time()
        prepared.engine.match(articles(1)[0])
        return time.process_time(), ready - before


def restart(count: int) -> str:
    """A row of the table: a process that reads so many rules for the first time, and the next one."""
    with tempfile.TemporaryDirectory() as scratch:
        write_files(Path(scratch) / "rules", many=count // FILES, cases=False)
        first, _ = apart(began, Path(scratch))
        whole, rules_only = apart(began, Path(scratch))
    return f"| {count:,} | {first:.2f} | {whole:.2f} | {rules_only:.2f} |"


@dataclass(frozen=True, slots=True)
class Read:
    """Seconds for rule files: for the first time, one changed, and after a restart."""

    first: float
    reload: float
    restart: float
    restarted: float


def read_files() -> Read:
    """Prepare rule files as the daemon does, with everything that it stores."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "rules"
        write_files(folder)
        with Database.open(Path(scratch) / "bench.sqlite", create=True) as database:
            store = Store(database, lambda: datetime.now(UTC))

            def take(preparer: Preparer) -> float:
                times = list[float]()
                with timed(times), store.transaction():
                    keep(preparer.prepare([folder]), store)
                return times[0] / 1000

            def fresh() -> Preparer:
                return Preparer(store, RuleCache(Path(scratch) / "cache"))

            preparer = fresh()
            first = take(preparer)
            gc.freeze()
            again = [take(_touched(preparer, folder, turn)) for turn in range(REPEATED)]
            restart = statistics.median(take(fresh()) for _ in range(3))
            no_cache = take(Preparer(store))
    return Read(first, statistics.median(again), restart, no_cache)


def _touched(preparer: Preparer, folder: Path, turn: int) -> Preparer:
    path = folder / f"file-{turn}.toml"
    path.write_text(path.read_text("utf-8").replace("Nothing of the kind", f"Nothing {turn}"), encoding="utf-8")
    return preparer


Answer = TypeVar("Answer")


def apart(work: Callable[..., Answer], *args: object) -> Answer:
    """Done in a process of its own, so that no measurement has the memory of another."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def report(sizes: Sequence[int]) -> str:
    """All tables."""
    lines = [
        "# Building the engine, in figures\n",
        f"Python {platform.python_version()}, process time; see benchmarks/building.py.\n",
        "| rules | build, s | engine, bytes a rule | all called, bytes a rule | trees, bytes a rule | "
        "one rule replaced, ms | 100 replaced, ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        b = apart(built, size)
        sizes_of = f"{b.engine:,.0f} | {b.all_called:,.0f} | {b.trees:,.0f}"
        lines.append(f"| {size:,} | {b.build:.2f} | {sizes_of} | {b.one:.1f} | {b.file:.1f} |")
    read = apart(read_files)
    lines += [
        f"\n{FILES * RULES_OF_A_FILE:,} rules in {FILES} files, with their cases and all that is stored:\n",
        "| read for the first time, s | one file changed, s | restart, s | restart without the cache, s |",
        "|---|---|---|---|",
        f"| {read.first:.2f} | {read.reload:.3f} | {read.restart:.2f} | {read.restarted:.2f} |",
        f"\nRules in {FILES} files without cases, in a process of its own, from its start to the first match of an "
        "article:\n",
        "| rules | nothing is known, s | restart, s | of it the rules, s |",
        "|---|---|---|---|",
        *map(restart, RESTARTED),
        f"\n{NEXT}",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    RESULTS.write_text(report(sizes), encoding="utf-8")
    sys.stdout.write(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
