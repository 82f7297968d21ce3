"""Rule files checked: loaded, and their cases run. What was found of unchanged files is taken from a shelf."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import suppress

from monitor import __version__
from monitor.model import Problem, RuleVersion
from monitor.query.engine import Engine
from monitor.rulebook.checked import Checked, kept, recalled
from monitor.rulebook.files import RuleTexts
from monitor.rulebook.load import collector_paused, load_texts
from monitor.watchlist.cases import CaseOutcome, case_problem, run_cases
from monitor.watchlist.load import Shelf, file_key
from monitor.watchlist.nouns import Loaded, Watchlist
from monitor.watchlist.render import in_order

RULES_AT_ONCE = 400
"""An engine of more finds more candidates for each case; one of fewer has to learn the same words again."""
WORTH_PROCESSES = 500_000
"""Characters of rule files that nobody has read: for fewer, other processes are not begun."""
_PARTS_EACH = 2


def check_texts(texts: RuleTexts, shelf: Shelf | None) -> Checked:
    """Load rule files and run their cases; `shelf` keeps over runs what each file was found to be."""
    with collector_paused():
        if shelf is not None:
            _prove_beside(texts, shelf)
        loaded = load_texts(texts, shelf)
        failed = case_problems(loaded, texts, shelf)
    cases = sum(len(watchlist.cases) for watchlist in loaded.watchlists)
    return Checked(tuple(in_order((*loaded.problems, *failed))), len(loaded.watchlists), len(loaded.rules), cases)


def case_problems(loaded: Loaded, texts: RuleTexts, shelf: Shelf | None) -> list[Problem]:
    """The cases that do not come out as their files say. Why those of a broken rule do not run is told already."""
    keys = {watchlist.name: _key(watchlist, texts) for watchlist in loaded.watchlists}
    known = {name: recalled(shelf.get(key)) if shelf is not None else None for name, key in keys.items()}
    for group in _groups([watchlist for watchlist in loaded.watchlists if known[watchlist.name] is None]):
        engine = Engine(rule for watchlist in group for rule in watchlist.rules)
        for watchlist in group:
            found = known[watchlist.name] = Checked(_failed(watchlist, engine))
            if shelf is not None:
                shelf.put(keys[watchlist.name], kept(found))
    return [problem for found in known.values() if found for problem in found.problems]


def _groups(watchlists: Sequence[Watchlist]) -> Iterator[list[Watchlist]]:
    """Watchlists whose cases one engine runs."""
    group: list[Watchlist] = []
    for watchlist in watchlists:
        group.append(watchlist)
        if sum(len(each.rules) for each in group) >= RULES_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _failed(watchlist: Watchlist, engine: Engine) -> tuple[Problem, ...]:
    return tuple(
        case_problem(watchlist, result)
        for result in run_cases(watchlist, engine.within(watchlist.name))
        if not result.ok and result.outcome is not CaseOutcome.RULE_BROKEN
    )


def _key(watchlist: Watchlist, texts: RuleTexts) -> str:
    """All that the cases of a watchlist depend on."""
    version = RuleVersion(texts.files[watchlist.file], {path: texts.shared[path] for path in watchlist.terms})
    return f"cases\n{watchlist.file}\n{version.digest(__version__)}"


class _Entries(dict[str, bytes]):
    """A shelf in memory."""

    def put(self, key: str, entry: bytes) -> None:
        self[key] = entry


def _prove_beside(texts: RuleTexts, shelf: Shelf) -> None:
    """Put on the shelf, by all cores, what many files are that are not there; what has an error is not put there.

    Where no processes can be had, or one is killed, the files are read afterwards like any others.
    """
    unread = {path: content for path, content in texts.files.items() if shelf.get(file_key(path, content)) is None}
    if sum(map(len, unread.values())) < WORTH_PROCESSES:
        return
    processes = os.cpu_count() or 1
    parts = [RuleTexts(part, texts.shared) for part in _parts(unread, _PARTS_EACH * processes)]
    with suppress(BrokenExecutor, OSError), ProcessPoolExecutor(processes, initializer=_ignore_interrupts) as pool:
        for entries in pool.map(_proven, parts):
            for key, entry in entries.items():
                shelf.put(key, entry)


def _parts(files: Mapping[str, bytes], number: int) -> list[dict[str, bytes]]:
    """The files in so many parts of about the same size."""
    parts: list[dict[str, bytes]] = [{} for _ in range(min(number, len(files)))]
    sizes = [0] * len(parts)
    for path, content in sorted(files.items(), key=lambda file: -len(file[1])):
        smallest = sizes.index(min(sizes))
        parts[smallest][path] = content
        sizes[smallest] += len(content)
    return parts


def _proven(texts: RuleTexts) -> dict[str, bytes]:
    """What a process finds out about its part of the files."""
    entries = _Entries()
    with collector_paused():
        case_problems(load_texts(texts, entries), texts, entries)
    return entries


def _ignore_interrupts() -> None:
    """Ctrl-C is for the process that was started: its parts end in a moment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
