"""What a check of rule files has found, and what was found of the same files before.

Apart from what does the checking, which takes several times as long to import as to look here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from monitor.model import Problem, ProblemSeverity
from monitor.rulecache import RuleCache
from monitor.rulefiles import RuleTexts


@dataclass(frozen=True, slots=True)
class Checked:
    """Every problem, and how many watchlists, sound rules and cases there are."""

    problems: tuple[Problem, ...] = ()
    watchlists: int = 0
    rules: int = 0
    cases: int = 0


def recall(cache: RuleCache | None, texts: RuleTexts) -> Checked | None:
    """What a check of the same texts has found; None where nobody knows."""
    entry = cache.get(_key(texts)) if cache else None
    try:
        if entry is None:
            return None
        found = json.loads(entry)
        return Checked(problems_of(found["problems"]), *(int(found[name]) for name in ("watchlists", "rules", "cases")))
    except (ValueError, TypeError, KeyError):
        return None


def remember(cache: RuleCache | None, texts: RuleTexts, checked: Checked) -> None:
    """Keep what a check has found."""
    if cache:
        found = {
            "problems": rows_of(checked.problems),
            "watchlists": checked.watchlists,
            "rules": checked.rules,
            "cases": checked.cases,
        }
        cache.put(_key(texts), json.dumps(found).encode())


def rows_of(problems: Iterable[Problem]) -> list[tuple[object, ...]]:
    """Problems as JSON can hold them."""
    return [astuple(problem) for problem in problems]


def problems_of(rows: object) -> tuple[Problem, ...]:
    """Problems again. Raises ValueError or TypeError where these are no rows of problems."""
    if not isinstance(rows, list):
        raise TypeError("no rows")
    return tuple(map(_problem, rows))


def _problem(row: Sequence[str | int]) -> Problem:
    file, line, column, code, severity, message, hint, length, source = row
    place = (str(file), int(line), int(column))
    return Problem(*place, str(code), ProblemSeverity(str(severity)), str(message), str(hint), int(length), str(source))


def _key(texts: RuleTexts) -> str:
    digest = hashlib.sha256()
    for files in (texts.files, texts.shared):
        for path, content in files.items():
            digest.update(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest())
            digest.update(hashlib.sha256(content).digest())
        digest.update(b"\n")
    digest.update("\n".join(sorted(texts.whole)).encode("utf-8", "surrogateescape"))
    return f"checked\n{digest.hexdigest()}"
