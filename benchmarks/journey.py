"""The whole journey: 5,000 articles in a folder become alerts in SQLite, with 1,000 rules, by `monitor run --once`.

    python -m benchmarks.journey

The time is that of a process of its own, by process time. Where it goes is told by the rooms: 200 times a second all
threads are asked in whose lines they are.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

import monitor
from benchmarks.peers import names_of
from benchmarks.workload import articles, corpus, rules
from monitor.commands.run import run
from monitor.query.rule import Rule
from monitor.query.tree import AndNot, Chain, Node, Term, walk

ARTICLES, RULES, SKIP = 5_000, 1_000, 2_000
EVERY = 0.005
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


def report() -> list[str]:
    """Its part of the results."""
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        seconds, shares = alone.apply(travel, (ARTICLES,))
    return [
        f"## The journey\n\n{ARTICLES:,} articles from a folder to alerts in SQLite with {RULES:,} rules: "
        f"{seconds:.1f} s of process time, {ARTICLES / seconds:,.0f} articles per second on one core. Where it goes:\n",
        "| room | share |",
        "|---|---|",
        *(f"| {room} | {share:.0%} |" for room, share in shares),
    ]


def travel(count: int) -> tuple[float, list[tuple[str, float]]]:
    """Seconds of process time for so many articles, and the share of each room."""
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        config = _laid_out(Path(folder), count)
        sampler = _Sampler()
        begin = time.process_time()
        sampler.start()
        run(config, once=True)
        seconds = time.process_time() - begin
        return seconds, sampler.shares()


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


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
