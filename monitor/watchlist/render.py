"""One problem as an analyst sees it: the place, what is wrong, and the line with a caret under the exact characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from monitor.model import Problem, ProblemSeverity

_WIDEST = 100
_BEFORE = 40


_CONSEQUENCES = {"E205", "E223", "E224"}
"""Codes of what is broken only because something else is: told after it."""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, and there first what is wrong, then what that breaks, then the warnings, each by its place."""
    return sorted(problems, key=_place)


def _place(problem: Problem) -> tuple[str, int, int, int, str, str]:
    return problem.file, _rank(problem), problem.line, problem.column, problem.code, problem.message


def _rank(problem: Problem) -> int:
    if problem.severity is ProblemSeverity.WARNING:
        return 2
    return int(problem.code in _CONSEQUENCES)


def render_problem(problem: Problem) -> str:
    """The text of one problem, in lines. Hostile characters of the source are shown as \N{REPLACEMENT CHARACTER}."""
    head = _clean(str(problem))
    if not problem.line or not problem.source or problem.source.isspace():
        return head
    number = str(problem.line)
    margin = " " * len(number)
    source, indent, width = _excerpt(problem)
    return "\n".join((head, f" {number} | {source}", f" {margin} | {' ' * indent}{'^' * width}"))


def render_problems(problems: Iterable[Problem]) -> str:
    """All problems with an empty line between them, and the account; empty where there are none."""
    found = list(problems)
    if not found:
        return ""
    errors = sum(problem.severity is ProblemSeverity.ERROR for problem in found)
    account = ", ".join(_count(number, word) for number, word in ((errors, "error"), (len(found) - errors, "warning")))
    return "\n\n".join((*map(render_problem, found), account)) + "\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _excerpt(problem: Problem) -> tuple[str, int, int]:
    """A window of the source line around the span, the caret's indent and its width, in terminal columns."""
    start = problem.column - 1
    left = start - _BEFORE if start + problem.length > _WIDEST else 0
    left = max(0, left)
    window = problem.source[left : left + _WIDEST]
    shown = _clean(window)
    before, under = shown[: start - left], shown[start - left : start - left + problem.length]
    opening = "…" if left else ""
    closing = "…" if left + _WIDEST < len(problem.source) else ""
    return opening + shown.rstrip() + closing, len(opening) + _columns(before), max(1, _columns(under))


def _clean(text: str) -> str:
    """The text fit for a terminal, one character for each of its own."""
    return "".join(" " if c == "\t" else c if _is_shown(c) else "\ufffd" for c in text)


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: East Asian wide characters two, combining marks none."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
