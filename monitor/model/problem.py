"""A lint finding, as the analyst reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemSeverity(StrEnum):
    """An error keeps its rule out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, exactly where, and what to write instead.

    `line` and `column` count characters from 1; 0 means that the finding concerns the whole file.
    `length` is the number of characters to underline, `source` the line of the file that they stand in.
    """

    file: str
    line: int
    column: int
    code: str
    severity: ProblemSeverity
    message: str
    hint: str = ""
    length: int = 1
    source: str = ""

    def __str__(self) -> str:
        """One line in the form that editors jump to: `file:line:column: code message; hint`."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}: {self.code} {self.message}{hint}"
