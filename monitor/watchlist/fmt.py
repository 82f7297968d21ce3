"""The canonical layout of a rule or terms file. Only white space, commas and the ends of lines are touched.

Strings, numbers, comments and the order of everything stay as they were written, so the file means the same before
and after. The layout:

- `key = value`; where keys stand directly below each other, each with a value of one line, and are short, their equals
  signs do too.
- An empty line before each table (or before the comments that stand directly above it), at most one anywhere else.
- An array on one line stays there while the line has room; one of several lines keeps its lines, indented by two
  spaces, with a comma after each. An inline table is `{ key = value, key = value }`.
- A comment behind something stands two spaces behind it. Lines end without blanks, the file with one line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from monitor.watchlist.locate import STRING

WIDEST = 120
"""Columns after which an array is broken into lines."""

_INDENT = "  "
_TOKEN = re.compile(
    rf"""
      (?P<newline>\n)
    | (?P<blank>[ \t]++)
    | (?P<comment>\#[^\n]*+)
    | (?P<string>{STRING.pattern})
    | (?P<sign>[\[\]{{}},=])
    | (?P<bare>[^ \t\n\#\[\]{{}},="']++)
    """,
    re.VERBOSE,
)
_ALIGNED = 12
"""Characters of a key that others are aligned with; longer ones would tear names and spellings apart."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(slots=True)
class _Row:
    """What stands in one line of an array; the first row stands behind its bracket."""

    values: list[_Value] = field(default_factory=list)
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.values and not self.comment


@dataclass(slots=True)
class _Array:
    rows: list[_Row]

    @property
    def is_one_line(self) -> bool:
        return len(self.rows) == 1


@dataclass(slots=True)
class _Inline:
    pairs: list[tuple[str, _Value]]


_Value = str | _Array | _Inline


@dataclass(slots=True)
class _Statement:
    """A header, a pair, a comment of its own (neither head nor key) or an empty line (nothing at all)."""

    head: str = ""
    key: str = ""
    value: _Value = ""
    comment: str = ""

    @property
    def is_comment(self) -> bool:
        return bool(self.comment) and not self.head and not self.key

    @property
    def is_empty(self) -> bool:
        return not (self.head or self.key or self.comment)


def format_text(text: str) -> str:
    """The canonical layout of text that `tomllib` has accepted, with `\\n` line ends.

    Raises RecursionError where brackets nest too deep, as tomllib does.
    """
    statements = _Reader([_Token(found.lastgroup or "", found[0]) for found in _TOKEN.finditer(text)]).document()
    lines = [_line(statement) for statement in _spaced(statements)]
    return "".join(f"{line}\n" for line in _aligned(lines))


@dataclass(frozen=True, slots=True)
class _Line:
    """One statement written out; `key` is empty where it has none."""

    key: str
    rest: str

    @property
    def aligns(self) -> bool:
        return bool(self.key) and "\n" not in self.rest


def _line(statement: _Statement) -> _Line:
    comment = statement.comment.rstrip()
    if not statement.key:
        return _Line("", "  ".join(part for part in (statement.head, comment) if part))
    written = _write(statement.value, 0)
    too_long = len(f"{statement.key} = {written}") > WIDEST
    if too_long and isinstance(statement.value, _Array) and statement.value.is_one_line:
        written = _write(_broken(statement.value), 0)
    return _Line(statement.key, written + (f"  {comment}" if comment else ""))


def _aligned(lines: Sequence[_Line]) -> Iterator[str]:
    """The lines, with the keys of each run as wide as its longest."""
    for aligns, run in groupby(lines, key=lambda line: line.aligns):
        together = list(run)
        longest = max(len(line.key) for line in together) if aligns else 0
        width = longest if longest <= _ALIGNED else 0
        for line in together:
            yield f"{line.key:<{width}} = {line.rest}" if line.key else line.rest


def _write(value: _Value, depth: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, _Inline):
        pairs = ", ".join(f"{key} = {_write(inner, depth)}" for key, inner in value.pairs)
        return f"{{ {pairs} }}" if pairs else "{}"
    if value.is_one_line:
        return "[" + ", ".join(_write(inner, depth) for inner in value.rows[0].values) + "]"
    rows = [_write_row(row, depth + 1) for row in _trimmed(value.rows)]
    return "\n".join(("[", *rows, _INDENT * depth + "]"))


def _write_row(row: _Row, depth: int) -> str:
    if row.is_empty:
        return ""
    values = ", ".join(_write(value, depth) for value in row.values)
    parts = (values + "," if values else "", row.comment.rstrip())
    return _INDENT * depth + "  ".join(part for part in parts if part)


def _trimmed(rows: Sequence[_Row]) -> list[_Row]:
    """The rows without empty ones at the ends, and with one at most between two others."""
    kept: list[_Row] = []
    for row in rows:
        if not row.is_empty or (kept and not kept[-1].is_empty):
            kept.append(row)
    while kept and kept[-1].is_empty:
        kept.pop()
    return kept


def _broken(array: _Array) -> _Array:
    """An array that is too long for its line: texts fill lines, anything else gets a line of its own."""
    (row,) = array.rows
    rows = [_Row()]
    used = WIDEST
    for value in row.values:
        width = len(_write(value, 1)) + len(", ")
        if used + width > WIDEST or not isinstance(value, str):
            rows.append(_Row())
            used = len(_INDENT)
        rows[-1].values.append(value)
        used += width
    return _Array([*rows, _Row()])


def _spaced(statements: Sequence[_Statement]) -> list[_Statement]:
    """The statements with empty lines where they belong."""
    kept: list[_Statement] = []
    for statement in statements:
        if statement.is_empty:
            if kept and not kept[-1].is_empty and not kept[-1].head:
                kept.append(statement)
            continue
        if statement.head and kept:
            _part_from_above(kept)
        kept.append(statement)
    while kept and kept[-1].is_empty:
        kept.pop()
    return kept


def _part_from_above(kept: list[_Statement]) -> None:
    """An empty line before the header that comes next, or before the comments directly above it."""
    at = len(kept)
    while at and kept[at - 1].is_comment:
        at -= 1
    if at and not kept[at - 1].is_empty:
        kept.insert(at, _Statement())


class _Reader:
    """Tokens into statements."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = [*(token for token in tokens if token.kind != "blank"), _Token("newline", "\n")]
        self._at = 0

    def document(self) -> list[_Statement]:
        statements = []
        while self._at < len(self._tokens):
            statements.append(self._statement())
        return statements

    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _accepts(self, text: str) -> bool:
        if self._next().text != text:
            return False
        self._at += 1
        return True

    def _statement(self) -> _Statement:
        statement = _Statement()
        if self._next().text == "[":
            statement.head = self._words("]") + self._closing()
        elif self._next().kind in ("bare", "string"):
            statement.key = self._words("=")
            self._take()
            statement.value = self._value()
        if self._next().kind == "comment":
            statement.comment = self._take().text
        self._take()
        return statement

    def _words(self, end: str) -> str:
        """The tokens of a key or header up to a sign, without blanks between them."""
        words = []
        while self._next().text != end:
            words.append(self._take().text)
        return "".join(words)

    def _closing(self) -> str:
        return self._take().text + (self._take().text if self._next().text == "]" else "")

    def _value(self) -> _Value:
        if self._accepts("["):
            return self._array()
        if self._accepts("{"):
            return self._inline()
        if self._next().kind == "string":
            return self._take().text
        words = []
        while self._next().kind == "bare":  # a date and its time may be two words
            words.append(self._take().text)
        return " ".join(words)

    def _array(self) -> _Array:
        rows = [_Row()]
        while not self._accepts("]"):
            if self._next().kind == "newline":
                self._take()
                rows.append(_Row())
            elif self._next().kind == "comment":
                rows[-1].comment = self._take().text
            elif not self._accepts(","):
                rows[-1].values.append(self._value())
        return _Array(rows)

    def _inline(self) -> _Inline:
        pairs = []
        while not self._accepts("}"):
            key = self._words("=")
            self._take()
            pairs.append((key, self._value()))
            self._accepts(",")
        return _Inline(pairs)
