"""Feeds per second: 304, the same bytes, and changed feeds of 50 entries; beside lemon24/reader where it is installed.

    .venv/bin/python -m benchmarks.feeds [--reader PYTHON] [--feeds 200] [--memory 10000]

Both sides fetch from one loopback server in a process of its own, on one core (the parser workers included), into their
own SQLite store. `reader` is no dependency: PYTHON is an interpreter of a scratch environment that has it, and
sgmllib3k, which it needs and does not name. Peak memory is that of a process that reads many small feeds once and
again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path

from monitor.digest.freeze import Letterhead
from monitor.ingest.feed import FeedSource
from monitor.ingest.http import HttpClient
from monitor.ingest.parsing import ParserPool
from monitor.model import Article, Match
from monitor.pipeline import Pipeline
from monitor.rounds import ingest_round
from monitor.store import Database, Store
from monitor.stories.kept import KeptStories
from monitor.stories.novelty import NoveltySettings

ENTRIES = 50
MODES = ("first", "304", "same", "changed")
WORDS = [
    "".join(pair)
    for pair in product(
        "ba ce di fo gu ka le mi no pu ra se ti vo zu".split(), "bel der fin gor mas nit pol ren sul tan".split()
    )
] + "the company said that it would and".split()
"""Words of no language: articles of them are as different as articles are."""

THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from reader import make_reader
base, feeds, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
reader = make_reader(path)
for number in range(feeds):
    reader.add_feed(f"{base}/{number}")
import urllib.request
def to(mode):
    urllib.request.urlopen(f"{base}/mode/{mode}").read()
result = {}
for mode in ("first", "304", "same", "changed"):
    to(mode)
    wall, cpu = time.perf_counter(), time.process_time()
    reader.update_feeds(scheduled=False)
    result[mode] = [feeds / (time.perf_counter() - wall), feeds / (time.process_time() - cpu)]
result["entries"] = reader.get_entry_counts().total
result["peak"] = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps(result))
"""


class NoRules:
    """Nothing is matched: the engine has benchmarks of its own."""

    def match(self, article: Article) -> Sequence[Match]:
        return ()


def body(number: int, entries: int, edition: int) -> bytes:
    """A feed of `entries`; every edition has as many new ones."""
    now, dice = datetime.now(UTC), random.Random(number + 1_000_000 * edition)
    items = "".join(
        f"<item><title>{' '.join(dice.choices(WORDS, k=8))}</title><link>https://f{number}.example/{edition}/{item}</link>"
        f"<guid isPermaLink='false'>{number}-{edition}-{item}</guid>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=item))}</pubDate>"
        f"<description>{' '.join(dice.choices(WORDS, k=40))}.</description></item>"
        for item in range(entries)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


def serve(pipe: Connection, feeds: int, entries: int) -> None:
    """The server's process: `/mode/MODE` says how it answers."""
    asyncio.run(_serve(pipe, [body(number, entries, 0) for number in range(feeds)], entries))


async def _serve(pipe: Connection, bodies: list[bytes], entries: int) -> None:
    mode = "first"

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal mode, bodies
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ")[1].removeprefix("/")
        if path.startswith("mode/"):
            mode = path.removeprefix("mode/")
            if mode in ("first", "changed"):
                bodies = [body(number, entries, int(mode == "changed")) for number in range(len(bodies))]
            answer, content = b"200 OK", b"ok"
        elif mode == "304" and "if-none-match" in head.lower():
            answer, content = b"304 Not Modified", b""
        else:
            answer, content = b"200 OK", bodies[int(path)]
        lines = [b"HTTP/1.1 " + answer, b'ETag: "' + mode.encode() + b'"', b"Content-Type: application/rss+xml"]
        lines += [b"Connection: close", b"Content-Length: %d" % len(content), b"", b""]
        writer.write(b"\r\n".join(lines) + content)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=512)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def ours(base: str, feeds: int, path: Path, modes: Sequence[str]) -> dict[str, object]:
    """Feeds per second of wall and of processor time in each mode."""
    result: dict[str, object] = {}
    began = datetime.now(UTC)
    client, pool = HttpClient(), ParserPool(workers=1)
    store = Store(Database.open(path, create=True), lambda: began)
    pipeline = Pipeline(
        store, NoRules(), [], {"mail": Letterhead("bench", "w@example.org")}, NoveltySettings(), KeptStories(store)
    )
    sources = [_source(f"feed {number}", f"{base}/{number}", client, pool) for number in range(feeds)]
    for number, mode in enumerate(modes):
        now = began + timedelta(days=2 * number)
        await client.get(f"{base}/mode/{mode}", now, allow_private=True)
        wall, cpu = time.perf_counter(), _cpu()
        await ingest_round(pipeline, sources, partial(_the_time, now), lambda report: None)
        result[mode] = [feeds / (time.perf_counter() - wall), feeds / (_cpu() - cpu)]
    result["entries"] = store.totals()["articles"]
    await client.close()
    await pool.close()
    store.close()
    result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def _the_time(now: datetime) -> datetime:
    return now


def _source(name: str, url: str, client: HttpClient, pool: ParserPool) -> FeedSource:
    return FeedSource(name, url=url, client=client, allow_private=True, every=3600.0, parse=pool.parse)


def _cpu() -> float:
    """Seconds of processor time of this process and of the parser workers, which are still alive."""
    total = time.process_time()
    for child in multiprocessing.active_children():
        if child.name == "monitor-parser":
            fields = Path(f"/proc/{child.pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def measured(feeds: int, entries: int, modes: Sequence[str], reader: str) -> dict[str, dict[str, object]]:
    """The results of ours, and of reader's where an interpreter for it is named."""
    results: dict[str, dict[str, object]] = {}
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there, feeds, entries), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{here.recv()}"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
        os.sched_setaffinity(server.pid or 0, {1 % (os.cpu_count() or 1)})
    with tempfile.TemporaryDirectory() as folder:
        results["monitor"] = asyncio.run(ours(base, feeds, Path(folder) / "ours.db", modes))
        if reader:
            command = [reader, "-c", THEIRS, base, str(feeds), str(Path(folder) / "theirs.db")]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            results["reader"] = json.loads(done.stdout)
    server.kill()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", default="", help="an interpreter that has lemon24/reader")
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument(
        "--memory", type=int, default=0, help="read so many feeds of 5 entries twice; 10000 for the note"
    )
    given = parser.parse_args()
    logging.disable()
    if given.memory:
        found = measured(given.memory, 5, ("first", "304"), "")["monitor"]
        print(f"{given.memory:,} feeds, {found['entries']:,} articles: peak {found['peak']:.0f} MiB; "
              f"{found['first'][0]:.0f} feeds/s at first, {found['304'][0]:.0f} with 304")  # fmt: skip
        return
    print(f"{given.feeds} feeds of {ENTRIES} entries, one core; feeds per second of wall time (of processor time)")
    for name, found in measured(given.feeds, ENTRIES, MODES, given.reader).items():
        rates = "  ".join(f"{mode}: {found[mode][0]:.0f} ({found[mode][1]:.0f})" for mode in MODES)
        print(f"{name:8} {rates}  peak {found['peak']:.0f} MiB, {found['entries']:,} articles")


if __name__ == "__main__":
    sys.exit(main())
