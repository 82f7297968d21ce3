"""`monitor check`: the configuration and the rules, with their own cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from monitor import __version__
from monitor.model import Problem, ProblemSeverity
from monitor.rulebook.cache import user_cache
from monitor.rulebook.checked import Checked, kept, key_of, recalled
from monitor.rulebook.files import RuleTexts, read_rules
from monitor.terminal import count, say
from monitor.watchlist.formats import github_lines, sarif
from monitor.watchlist.render import in_order, render_problems


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
    problems, texts = ((), read_rules(paths)) if paths else _examine(config)
    checked = _check(texts)
    past = _past_problems(paths, config, on, since) if on or since is not None else []
    found = [*problems, *in_order((*checked.problems, *past))]
    match form:
        case Format.TEXT:
            _print_text(found, checked)
        case Format.JSON:
            say(json.dumps([asdict(problem) for problem in found], indent=2))
        case Format.GITHUB:
            for line in github_lines(found):
                say(line)
        case Format.SARIF:
            say(json.dumps(sarif(found, __version__), indent=2))
    return int(any(problem.severity is ProblemSeverity.ERROR for problem in found))


def _check(texts: RuleTexts) -> Checked:
    """What is known of these texts, or else found out; what finds it out is imported only then."""
    cache, key = user_cache(), key_of(texts)
    known = recalled(cache.get(key)) if cache else None
    if known is None:
        from monitor.rulebook.check import check_texts

        known = check_texts(texts, cache)
        if cache is not None:
            cache.put(key, kept(known))
            cache.sweep()
    return known


def _examine(config: Path) -> tuple[Sequence[Problem], RuleTexts]:
    """Imported late: with settings and all rooms it takes several times as long to load as to check a rule file."""
    from monitor.checks import examine

    return examine(config)


def _past_problems(paths: Sequence[Path], config: Path, on: Sequence[Path], since: str | None) -> list[Problem]:
    """Imported late, for the same reason."""
    from monitor.commands.backtest import look_back_on

    return look_back_on(paths, on, since, config)


def _print_text(problems: Sequence[Problem], checked: Checked) -> None:
    if problems:
        say(render_problems(problems).rstrip("\n"))
    watchlists, rules = count(checked.watchlists, "watchlist"), count(checked.rules, "rule")
    say(f"{watchlists}, {rules}, {count(checked.cases, 'case')}")
