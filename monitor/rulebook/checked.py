"""What a check of rule files has found, and what was found of the same files before.

Apart from what does the checking, which takes several times as long to import as to look here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from monitor.model import Problem, ProblemSeverity
from monitor.rulebook.files import RuleTexts


@dataclass(frozen=True, slots=True)
class Checked:
    """Every problem, and how many watchlists, sound rules and cases there are."""

    problems: tuple[Problem, ...] = ()
    watchlists: int = 0
    rules: int = 0
    cases: int = 0


def recalled(entry: bytes | None) -> Checked | None:
    """What a check found, from what was kept of it; None where nothing was, or nothing that can be read."""
    if entry is None:
        return None
    try:
        problems, *numbers = json.loads(entry)
        return Checked(tuple(map(_problem, problems)), *map(int, numbers))
    except (ValueError, TypeError):
        return None


def kept(checked: Checked) -> bytes:
    """What a check found, to be kept."""
    rows = [astuple(problem) for problem in checked.problems]
    return json.dumps([rows, checked.watchlists, checked.rules, checked.cases]).encode()


def _problem(row: Sequence[str | int]) -> Problem:
    file, line, column, code, severity, message, hint, length, source = row
    place = (str(file), int(line), int(column))
    return Problem(*place, str(code), ProblemSeverity(str(severity)), str(message), str(hint), int(length), str(source))


def key_of(texts: RuleTexts) -> str:
    """What the check of rule files is called on a shelf."""
    digest = hashlib.sha256()
    for files in (texts.files, texts.shared):
        for path, content in files.items():
            digest.update(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest())
            digest.update(hashlib.sha256(content).digest())
        digest.update(b"\n")
    digest.update("\n".join(sorted(texts.whole)).encode("utf-8", "surrogateescape"))
    return f"checked\n{digest.hexdigest()}"
