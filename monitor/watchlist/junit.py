"""The cases of rule files as JUnit XML, which every build server shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from monitor.watchlist.cases import CaseOutcome, CaseResult
from monitor.watchlist.nouns import Watchlist

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Suite:
    """The results of one watchlist, each with the lines that say why."""

    watchlist: Watchlist
    results: Sequence[tuple[CaseResult, Sequence[str]]]


def junit(suites: Iterable[Suite]) -> str:
    """The whole document. Known gaps are skipped tests, cases of a broken rule are errors."""
    found = list(suites)
    every = [result for suite in found for result, _ in suite.results]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="monitor" {_run(every)}>']
    for suite in found:
        name = _value(suite.watchlist.name)
        counts = _counts([result for result, _ in suite.results])
        lines.append(f'  <testsuite name="{name}" {counts}>')
        for result, why in suite.results:
            lines += _case(suite.watchlist, result, why)
        lines.append("  </testsuite>")
    return "\n".join((*lines, "</testsuites>", ""))


def _counts(results: Sequence[CaseResult]) -> str:
    skipped = sum(result.outcome is CaseOutcome.KNOWN_GAP for result in results)
    return f'{_run(results)} skipped="{skipped}"'


def _run(results: Sequence[CaseResult]) -> str:
    """The numbers that the schema lets stand at the root, where it knows no `skipped`."""
    broken = sum(result.outcome is CaseOutcome.RULE_BROKEN for result in results)
    failed = sum(not result.ok for result in results) - broken
    return f'tests="{len(results)}" failures="{failed}" errors="{broken}"'


def _case(watchlist: Watchlist, result: CaseResult, why: Sequence[str]) -> list[str]:
    case = result.case
    text = " ".join(f"{case.title} {case.text}".split())
    name = _value(f"{case.kind.value} {case.line}: {text}"[:_LONGEST_NAME])
    head = f'    <testcase classname="{_value(f"{watchlist.name}.{case.rule}")}" name="{name}"'
    head += f' file="{_value(watchlist.file)}" line="{case.line}"'
    if result.outcome is CaseOutcome.PASSED:
        return [f"{head}/>"]
    kind = {CaseOutcome.KNOWN_GAP: "skipped", CaseOutcome.RULE_BROKEN: "error"}.get(result.outcome, "failure")
    said = _value("\n".join((f"{watchlist.file}:{case.line}:{case.column}", text, *why)))
    return [f"{head}>", f'      <{kind} message="{_value(result.outcome.value)}">{said}</{kind}>', "    </testcase>"]


def _value(text: str) -> str:
    """Fit for XML 1.0, which knows no control characters."""
    return escape(_NO_XML.sub("\ufffd", text), quote=True)
