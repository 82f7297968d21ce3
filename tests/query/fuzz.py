"""Hostile rule files, queries and articles, for as long as one likes: each ends in a match or a diagnostic.

    python -m tests.query.fuzz --minutes 10 --seed 3

One input at a time, under a limit of memory for the process and of seconds for the input (20, large ones 120);
whatever raises, hangs or eats is printed with what is needed to see it again. Inputs that reach code which none before
reached are kept and bent further (the lines of monitor/ that an input runs are its signature), so the run walks into
the corners by itself.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any

import monitor
from monitor.query.engine import Engine
from monitor.query.syntax import parse
from monitor.watchlist.load import load
from tests.query.worlds import LISTS, Writer, an_article, text

ROOM = str(Path(monitor.__file__).parent)
LARGE = ("huge", "list", "long text")
SECONDS, MEGABYTES = 20, 1500
ALPHABET = [
    *"""AND OR NOT NEAR/3 NEAR/S NEAR/P BEFORE/2 NEAR/ NEAR/99999999999 NEAR/0 MAYBE ATLEAST/3 ATLEAST/999999 FIRST/50
    FIRST/0 2 OF AS NAME MONEY @place @nosuch @place:Italy @place: %other % title: lead: nosuch: ( ) , " “ ” /a+/
    /(a*)*b/ /[/ /\\\\/ /(?P<x>a)/ /(?=a)/ /.{1000}{1000}/ /\\C/ /a{1001}/ // / = * # a* abc* =ban U.S. A.B.C.D.E.F.G.
    GPT-4o-5p-6q-7r-8s-9t-0u 封禁 é w/5 adj5 & && | || -ban +ban ~ ! { } [ ] ： （ ） ， ' '' 1,000 1.5 Ⅷ ﬁ""".split(),
    *("Opus #", "9 OF (", "AS x", "NAME AS p", "AND NOT", "NOT NEAR/5", "\r", "\r\n", "\n", "\t", "\x00", "\ud800"),
    *("\u0301", "\u200b", "\ufeff", "\u202e", "\u2028", "\U0001f600", "\u0130\u0307", "a\u0300\u0301\u0302"),
]
MONOTONOUS = ("ban ", "ban app ", "Italy, ", "a", "'", "U.S.", "封", "e\u0301", "\u200b", '"', "《", "$1 ", "\n")
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\xff")


class TooSlowError(Exception):
    """An input took longer than it may."""


@contextmanager
def guarded(seconds: int) -> Iterator[None]:
    """Raise where the work takes too long. (A hang in C code ends the process with a traceback a little later.)"""

    def late(number: int, frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    faulthandler.dump_traceback_later(seconds * 3, exit=True)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        faulthandler.cancel_dump_traceback_later()


@dataclass(frozen=True, slots=True)
class Input:
    """What is tried: a query (or the bytes of a whole rule file) against a text."""

    kind: str
    query: str
    body: str
    file: str | bytes = ""

    def shown(self) -> str:
        query, body = (f"{text[:300]!r} ({len(text)})" for text in (self.query, self.body))
        return f"{self.kind}: query {query}, body {body}"


def toml_string(value: str) -> str:
    """Any text as a TOML string, as far as TOML can hold it."""
    return json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")


def rule_file(query: str, lists: dict[str, Any] | None = None) -> str:
    lines: list[str] = []
    for name, names in (LISTS if lists is None else lists).items():
        lines.append(f"[terms.{name}]")
        lines += [f"{json.dumps(each)} = {json.dumps(written)}" for each, written in names.items()]
    terms = "\n".join(lines)
    rules = f'[[rule]]\nid = "r"\nquery = {toml_string(query)}\n[[rule]]\nid = "other"\nquery = "ban"\n'
    return f'title = "t"\n{terms}\n{rules}'


def attempt(tried: Input) -> str:
    """Parse, load and match. Returns what came of it; anything but a match or a diagnostic raises."""
    _, faults = parse(tried.query)
    for fault in faults:
        assert 0 <= fault.start < fault.end <= len(tried.query) + 1, fault
        assert fault.message and fault.code, fault
    loaded = load({"fuzz.toml": tried.file or rule_file(tried.query)})
    for problem in loaded.problems:
        assert problem.message and str(problem.code), problem
    if tried.kind != "file" and not faults:
        known = {rule.id for rule in loaded.rules}
        assert "other" in known, "a broken rule took a sound one along"
    assert loaded.rules or loaded.problems
    article = an_article(title=tried.body[:80], body=tried.body, lang="zh" if len(tried.body) % 3 == 0 else "")
    matches = Engine(loaded.rules).match(article)
    for match in matches:
        for evidence in match.evidence:
            length, last = len(article.text_of(evidence.field)), 0
            for start, end in evidence.spans:
                assert last <= start < end <= length, match
                last = end
    if faults or loaded.errors:
        return "refused"
    return "matched" if matches else "silent"


# inputs


def nested(random: Random, many: int) -> str:
    opening = random.choice(("(", "title: (", "1 OF (", "FIRST/5 (", "(a OR ", "ATLEAST/2 ("))
    return opening * many + "ban" + ")" * random.choice((many, many, many - 1, 0))


def repeated(random: Random, many: int) -> str:
    joint = random.choice(
        (" AND ", " OR ", " NEAR/S ", " NEAR/3 ", " BEFORE/P ", " NEAR/9999 ", " AND NOT ", " ", ", ")
    )
    parts = random.choice((("ban",), ("ban", "app"), ("@place", "@ban"), ("NAME AS a", "ban"), ("MAYBE @place", "ban")))
    return joint.join(random.choice(parts) for _ in range(many))


def soup(random: Random, many: int) -> str:
    return random.choice(("", " ")).join(random.choice(ALPHABET) for _ in range(many))


def bent(random: Random, query: str) -> str:
    for _ in range(random.randint(1, 4)):
        at, length, piece = random.randint(0, len(query)), random.choice((0, 0, 1, 5)), random.choice(ALPHABET)
        query = query[:at] + random.choice((piece, f" {piece} ")) + query[at + length :]
    return query


def hostile_text(random: Random, many: int) -> str:
    kind = random.random()
    if kind < 0.5:
        return text(random, many)
    if kind < 0.6:
        return random.choice(MONOTONOUS) * many
    return "".join(random.choice(ALPHABET) + random.choice((" ", "", " ban ", " app ")) for _ in range(many))


def queries(random: Random, kept: list[Input], large: bool) -> Input:
    kind = random.random()
    size = random.choice((3, 8, 20, 60))
    body = hostile_text(random, random.choice((5, 40, 40, 300)))
    if kind < 0.3 and kept:
        base = random.choice(kept)
        return Input("bent", bent(random, base.query), random.choice((base.body, body)))
    if kind < 0.55:
        return Input("written", Writer(random, ("other",)).query(random.choice((2, 3, 4))), body)
    if kind < 0.75:
        return Input("soup", soup(random, random.randint(1, size)), body)
    if kind < 0.85:
        return Input("repeated", repeated(random, random.choice((2, 5, 12, 40))), body)
    if kind < 0.97:
        return Input("nested", nested(random, random.choice((5, 59, 60, 61, 2_000))), body)
    return rare(random, body, random.randint(0 if large else 3, 6))


def rare(random: Random, body: str, choice: int) -> Input:
    """Large (0 to 2) or odd whole files."""
    query = Writer(random).query(2)
    if choice == 0:
        huge = random.choice(("ban OR ", "(", "a" * 50 + " ", "\x00", "/a/ ", "@place ", "ban NEAR/S "))
        return Input("huge", huge * (random.choice((100_000, 1_000_000, 10_000_000)) // len(huge)), body)
    if choice == 1:
        many = random.choice((1_000, 1_000, 1_000, 10_000, 100_000))
        names = {f"n{number}": [f"word{number} app"] for number in range(many)}
        return Input("list", "@huge", body, rule_file("@huge", {"huge": names}))
    if choice == 2:
        return Input("long text", query, hostile_text(random, 20_000))
    file = rule_file(query)
    ends = file.replace("\n", random.choice(("\r\n", "\r", "\n\r", "\u2028", "\n\n")))
    if choice == 3:
        return Input("file", query, body, ends)
    if choice == 4:
        return Input("file", query, body, random.choice(MARKS) + file.encode("utf-8", "replace"))
    if choice == 5:
        return Input("file", query, body, bent(random, bent(random, file)))
    raw = bytearray(file.encode("utf-8", "replace"))
    for _ in range(random.randint(1, 6)):
        raw[random.randrange(len(raw))] = random.randrange(256)
    return Input("file", query, body, bytes(raw))


# the run


@dataclass(slots=True)
class Fuzz:
    """One run: what was tried, what was reached, what went wrong."""

    random: Random
    seconds: int = SECONDS
    kept: list[Input] = field(default_factory=list)
    reached: set[tuple[CodeType, int]] = field(default_factory=set)
    came: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    watching: bool = True
    large: bool = True

    def once(self) -> None:
        tried = queries(self.random, self.kept, self.large)
        begun, before = time.perf_counter(), len(self.reached)
        try:
            with guarded(self.seconds * (6 if tried.kind in LARGE else 1)):
                came = self._watched(attempt, tried) if self.watching else attempt(tried)
        except Exception:
            came = "wrong"
            self.findings.append(f"{tried.shown()}\n{traceback.format_exc(limit=-6)}")
        taken = time.perf_counter() - begun
        self.slowest = max(self.slowest, (taken, tried.shown()))
        self.came[f"{tried.kind}: {came}"] += 1
        if len(self.reached) > before and len(tried.query) < 2_000:
            self.kept.append(tried)

    def _watched(self, work: Callable[[Input], str], tried: Input) -> str:
        """Note the lines of monitor/ that the work runs: cheap, since a line is watched only until it is reached."""

        def trace(frame: FrameType, event: str, arg: object) -> Any:
            if not frame.f_code.co_filename.startswith(ROOM):
                return None
            if event == "line":
                self.reached.add((frame.f_code, frame.f_lineno))
            return trace

        sys.settrace(None if tried.kind in LARGE else trace)
        try:
            return work(tried)
        finally:
            sys.settrace(None)


def limit_memory(megabytes: int) -> None:
    """More memory than this raises MemoryError, in this process only."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> int:
    """Fuzz for some minutes, then tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES, help="memory that the process may use")
    asked = parser.parse_args()
    limit_memory(asked.megabytes)
    fuzz = Fuzz(Random(asked.seed))
    end = time.monotonic() + asked.minutes * 60
    while time.monotonic() < end:
        known = len(fuzz.findings)
        fuzz.once()
        if known == len(fuzz.findings) - 1 < 3:
            print(fuzz.findings[-1], flush=True)
    for line, count in sorted(fuzz.came.items()):
        print(f"{count:8} {line}")
    inputs = sum(fuzz.came.values())
    print(f"{inputs} inputs, {len(fuzz.reached)} lines reached, {len(fuzz.kept)} kept; seed {asked.seed}")
    print(f"slowest {fuzz.slowest[0]:.2f} s: {fuzz.slowest[1]}")
    print(f"{len(fuzz.findings)} findings", *fuzz.findings[:20], sep="\n\n")
    return 1 if fuzz.findings else 0


if __name__ == "__main__":
    sys.exit(main())
