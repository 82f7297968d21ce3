"""Problems for machines that show them beside the lines that they concern: GitHub's annotations, and SARIF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from monitor.model import Problem, ProblemSeverity
from monitor.watchlist.codes import explain

_LEVELS = {ProblemSeverity.ERROR: "error", ProblemSeverity.WARNING: "warning"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_VALUE = {**_IN_TEXT, ":": "%3A", ",": "%2C"}


def github_lines(problems: Iterable[Problem]) -> list[str]:
    """A workflow command for each problem: `::error file=...,line=...::message`, as GitHub's runner reads it."""
    return [_github_line(problem) for problem in problems]


def _github_line(problem: Problem) -> str:
    values = {"file": _posix(problem.file)}
    if problem.line:
        values["line"] = str(problem.line)
        values["col"] = str(problem.column)
        values["endColumn"] = str(problem.column + problem.length)
    values["title"] = problem.code
    told = ",".join(f"{key}={_escaped(value, _IN_VALUE)}" for key, value in values.items())
    return f"::{_LEVELS[problem.severity]} {told}::{_escaped(_message(problem), _IN_TEXT)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)


def _message(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}" if problem.hint else problem.message


def _posix(file: str) -> str:
    return PurePath(file).as_posix()


def sarif(problems: Iterable[Problem], version: str) -> dict[str, Any]:
    """All problems as one run of the tool, SARIF 2.1.0 (OASIS). Columns count Unicode code points, from 1."""
    found = list(problems)
    codes = sorted({problem.code for problem in found})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "monitor", "version": version, "rules": [_rule(code) for code in codes]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, codes.index(problem.code)) for problem in found],
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    known = explain(code)
    if known is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": known.title}, "fullDescription": {"text": known.explanation}}


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": {"uri": quote(_posix(problem.file))}}
    if problem.line:
        where["region"] = {
            "startLine": problem.line,
            "startColumn": problem.column,
            "endColumn": problem.column + problem.length,
        }
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": _message(problem)},
        "locations": [{"physicalLocation": where}],
    }
