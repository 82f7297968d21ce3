"""The whole journey: 5,000 articles in a folder become alerts in SQLite, with 1,000 rules, by `monitor run --once`.

    python -m benchmarks.journey [--articles N] [--write]

The time is that of a process of its own, by process time; `steady` is from the first article that is stored to the
last, without start and digest. A second process tells where it goes: 200 times a second all threads are asked in whose
lines they are, and the statements that reach the database are counted. `--write` puts the section into results.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import TypeVar

import monitor
from benchmarks.peers import names_of
from benchmarks.workload import articles, corpus, rules
from monitor.commands.run import run
from monitor.query.rule import Rule
from monitor.query.tree import AndNot, Chain, Node, Term, walk
from monitor.store import Store

ARTICLES, RULES, SKIP = 5_000, 1_000, 2_000
LOOKED_AT = 1_500
"""Articles of the journey that is watched."""

EVERY = 0.005
AT_ONCE = 1e-6
"""Seconds after which the one who watches gets its turn. With Python's own 5 ms it mostly gets it where the other gives
it away, in a call of the database, and finds the store four times as busy as it is."""

T = TypeVar("T")
RESULTS = Path(__file__).parent / "results.md"
NEXT = """\
What the next factor of two would take: ingest, identity, signature, grouping and matching each fold the text of an
article and cut it into words for themselves; one reading that all of them share (its folded text, its words, their
hashes) is the largest thing left. After it comes what is written in Python per word and could be one pass of a regular
expression or a table per distinct word. Of an article the store keeps a row each in article, story, profile, lesson and
signature, two identities and twelve bands; nearly half of its time goes into copies, because some bands are in many
texts, and a tenth into the commit for every hundred articles. To halve it, the bands of a batch would be looked up and
added together."""
_WAITING = ("selectors.py", "threading.py", "queue.py")
_CONFIG = """
[store]
path = "state/monitor.sqlite"
[rules]
paths = ["rules"]
[[source]]
name = "inbox"
folder = "inbox"
[channel.files]
kind = "files"
folder = "out"
[[subscription]]
name = "morning"
to = ["reader@example.org"]
schedule = "0 8 * * *"
zone = "UTC"
channel = "files"
"""


@dataclass(frozen=True, slots=True)
class Trip:
    """Seconds of process time to the first article that is stored, from it to the last, and after that."""

    articles: int
    start: float
    steady: float
    end: float

    @property
    def seconds(self) -> float:
        return self.start + self.steady + self.end


def report(count: int = ARTICLES) -> list[str]:
    """Its part of the results."""
    trip: Trip = _alone(travel, count)
    statements, shares = _alone(watch, min(count, LOOKED_AT))
    each = trip.steady / trip.articles
    return [
        f"## The journey\n\n{trip.articles:,} articles from a folder to alerts in SQLite with {RULES:,} rules: "
        f"{trip.seconds:.1f} s of process time, {trip.articles / trip.seconds:,.0f} articles per second on one core, "
        f"start ({trip.start:.1f} s) and digest ({trip.end:.1f} s) included; {1 / each:,.0f} from the first to the "
        f"last that is stored. {statements:.1f} statements reach the database for an article. Where the time goes:\n",
        "| room | share | µs per article |",
        "|---|---|---|",
        *(f"| {room} | {share:.0%} | {share * trip.seconds / trip.articles * 1e6:,.0f} |" for room, share in shares),
        "",
        NEXT,
    ]


def _alone(what: Callable[[int], T], count: int) -> T:
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        return alone.apply(what, (count,))


def travel(count: int) -> Trip:
    """The journey of so many articles, undisturbed."""
    stored: list[float] = []
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        config = _laid_out(Path(folder), count)
        _tell(stored)
        begin = time.process_time()
        run(config, once=True)
        end = time.process_time()
    return Trip(len(stored), stored[0] - begin, stored[-1] - stored[0], end - stored[-1])


def _tell(stored: list[float]) -> None:
    """Note the process time at each article that is stored."""
    add_article = Store.add_article

    @wraps(add_article)
    def noted(*args: object, **named: object) -> None:
        stored.append(time.process_time())
        add_article(*args, **named)  # type: ignore[arg-type]

    Store.add_article = noted  # type: ignore[method-assign]


def watch(count: int) -> tuple[float, list[tuple[str, float]]]:
    """The statements per article, and the share of each room."""
    statements = _count_statements()
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        config = _laid_out(Path(folder), count)
        sampler = _Sampler()
        sys.setswitchinterval(AT_ONCE)
        sampler.start()
        run(config, once=True)
        return statements.total() / count, sampler.shares()


def _count_statements() -> Counter[str]:
    """Statements by their first word; one that is run for many rows counts for each of them."""
    seen: Counter[str] = Counter()
    connect = sqlite3.connect

    @wraps(connect)
    def counted(*args: object, **named: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **named)  # type: ignore[call-overload]
        connection.set_trace_callback(lambda sql: seen.update([sql[:6]]))
        return connection

    sqlite3.connect = counted  # type: ignore[assignment]
    return seen


class _Sampler(threading.Thread):
    """Notes again and again in which room each thread is at work: the innermost of its frames that is ours."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._seen: Counter[str] = Counter()
        self._done = threading.Event()
        self._home = str(Path(monitor.__file__).parent)

    def run(self) -> None:
        while not self._done.wait(EVERY):
            for thread, frame in sys._current_frames().items():
                if thread != self.ident and not frame.f_code.co_filename.endswith(_WAITING):
                    self._note(frame)

    def _note(self, innermost: FrameType) -> None:
        frame: FrameType | None = innermost
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self._home):
                self._seen[Path(file).relative_to(self._home).parts[0].removesuffix(".py")] += 1
                return
            frame = frame.f_back

    def shares(self) -> list[tuple[str, float]]:
        """The rooms with a hundredth of the time and more."""
        self._done.set()
        self.join()
        total = self._seen.total()
        return [(room, seen / total) for room, seen in self._seen.most_common() if seen >= total / 100]


def _laid_out(folder: Path, count: int) -> Path:
    for name in ("inbox", "rules", "out", "state"):
        (folder / name).mkdir()
    with (folder / "inbox" / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for article in articles(count):
            item = {"id": article.id, "title": article.title, "text": article.body, "lang": article.lang}
            lines.write(json.dumps(item, ensure_ascii=False) + "\n")
    made = rules(corpus(articles(5_000)), RULES, skip=SKIP)
    text = "\n".join(['title = "Bench"\n', *map(_written, made)])
    (folder / "rules" / "bench.toml").write_text(text, encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(_CONFIG, encoding="utf-8")
    return config


def _written(rule: Rule) -> str:
    """A rule of the workload as its file has it."""
    chain = next(node for node in walk(rule.query) if isinstance(node, Chain))
    query = f"({_any(names_of(rule))}) NEAR/10 ({_any(_terms(chain.parts[1].node))})"
    node: Node = rule.query
    while isinstance(node, AndNot):
        query += f" AND NOT ({_any(_terms(node.unwanted))})"
        node = node.wanted
    return f"[[rule]]\nid = {json.dumps(rule.id)}\nquery = '''{query}'''\n"


def _terms(node: Node) -> list[str]:
    return [found.spelling.text for found in walk(node) if isinstance(found, Term)]


def _any(terms: list[str]) -> str:
    return " OR ".join(f'"{term}"' if " " in term else term for term in terms)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--write", action="store_true", help="into results.md, in the place of the section there")
    asked = parser.parse_args()
    section = "\n".join(report(asked.articles)) + "\n"
    sys.stdout.write(section)
    if asked.write:
        written = RESULTS.read_text(encoding="utf-8")
        found = re.search(r"^## The journey\n.*?(?=^## |\Z)", written, re.MULTILINE | re.DOTALL)
        before, after = (written[: found.start()], written[found.end() :]) if found else (f"{written}\n", "")
        RESULTS.write_text(before + section + ("\n" + after if after else ""), encoding="utf-8")


if __name__ == "__main__":
    main()
