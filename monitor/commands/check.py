"""`monitor check`: the configuration and the rules, with their own cases."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from monitor import __version__
from monitor.model import Problem, ProblemSeverity
from monitor.query.engine import Engine
from monitor.rulefiles import load_rules
from monitor.terminal import count, say
from monitor.watchlist.cases import CaseOutcome, case_problem, run_cases
from monitor.watchlist.formats import github_lines, sarif
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.render import render_problems


class Format(StrEnum):
    """How problems are printed: for people, for programs, for GitHub's workflows, for viewers of SARIF."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def check(
    paths: Sequence[Path], config: Path, on: Sequence[Path] = (), since: str | None = None, *, form: Format
) -> int:
    """Check rule files at `paths`, or the configuration and its rules; print every problem. 1 if one is an error.

    With files (`on`) or the archive (`since`) it also tells what only past articles can show. Raises RuleError,
    ConfigError, and there SourceError and StoreError.
    """
    with _hurried():
        loaded, problems = (load_rules(paths), ()) if paths else _examine(config)
        found = [*problems, *loaded.problems, *case_problems(loaded)]
    if on or since is not None:
        found += _past_problems(paths, config, on, since)
    match form:
        case Format.TEXT:
            _print_text(found, loaded)
        case Format.JSON:
            say(json.dumps([asdict(problem) for problem in found], indent=2))
        case Format.GITHUB:
            for line in github_lines(found):
                say(line)
        case Format.SARIF:
            say(json.dumps(sarif(found, __version__), indent=2))
    return int(any(problem.severity is ProblemSeverity.ERROR for problem in found))


def case_problems(loaded: Loaded) -> Iterable[Problem]:
    """The cases that do not come out as their files say. Why those of a broken rule do not run is told already."""
    engine = Engine(loaded.rules)
    for watchlist in loaded.watchlists:
        for result in run_cases(watchlist, engine.within(watchlist.name)):
            if not result.ok and result.outcome is not CaseOutcome.RULE_BROKEN:
                yield case_problem(watchlist, result)


def _examine(config: Path) -> tuple[Loaded, Sequence[Problem]]:
    """Imported late: with settings and all rooms it takes several times as long to load as to check a rule file."""
    from monitor.checks import examine

    return examine(config)


def _past_problems(paths: Sequence[Path], config: Path, on: Sequence[Path], since: str | None) -> list[Problem]:
    """Imported late, for the same reason."""
    from monitor.commands.backtest import look_back_on

    return look_back_on(paths, on, since, config)


@contextmanager
def _hurried() -> Iterator[None]:
    """Rules are trees that stay until the end: to search them for garbage again and again takes a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _print_text(problems: Sequence[Problem], loaded: Loaded) -> None:
    if problems:
        say(render_problems(problems).rstrip("\n"))
    cases = sum(len(watchlist.cases) for watchlist in loaded.watchlists)
    watchlists, rules = count(len(loaded.watchlists), "watchlist"), count(len(loaded.rules), "rule")
    say(f"{watchlists}, {rules}, {count(cases, 'case')}")
