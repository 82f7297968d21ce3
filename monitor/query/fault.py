"""What is wrong with a query, by offsets in its text; the watchlist room makes a problem with file and line of it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import ProblemSeverity


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A finding about one query or spelling; `start` and `end` are half-open offsets in its text."""

    start: int
    end: int
    code: str
    message: str
    hint: str = ""
    severity: ProblemSeverity = ProblemSeverity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is ProblemSeverity.ERROR
