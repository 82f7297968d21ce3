"""Where every key and value of a TOML file stands: `tomllib` gives meaning but no positions, this gives positions.

`locate` wants text that `tomllib` has accepted, with `\\n` line ends; what it is given otherwise it may place wrongly,
but never hangs on. One pass over the text, driven by regular expressions that cannot backtrack.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

Path = tuple[str | int, ...]
"""The way to a value, as one would index what tomllib returns: ("rule", 3, "query"), ("terms", "ban", 2)."""


class Span(NamedTuple):
    """A half-open range of offsets in the file's text."""

    start: int
    end: int


class Stretch(NamedTuple):
    """Where something stands in the file: line and column from 1, and how many characters of that line it takes."""

    line: int = 0
    column: int = 0
    length: int = 1


_GAP = re.compile(r"(?:[ \t\r\n]++|\#[^\n]*+)*+")
_BLANK = re.compile(r"[ \t]*+")
_NEXT = re.compile(rf"{_GAP.pattern},?{_GAP.pattern}")
_BARE_PAIR = re.compile(r"([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+")
_KEY = re.compile(r"""[A-Za-z0-9_-]++ | "(?:[^"\\\n]++|\\.)*+" | '[^'\n]*+'""", re.VERBOSE)
STRING = re.compile(
    r'''
      """ (?: [^"\\]++ | \\[\s\S] | "(?!"") )*+ """ "{0,2}
    | \'\'\' (?: [^']++ | '(?!\'\') )*+ \'\'\' '{0,2}
    | " (?: [^"\\\n]++ | \\. )*+ "
    | ' [^'\n]*+ '
    ''',
    re.VERBOSE,
)
"""Any TOML string, verbose."""

_SCALAR = re.compile(r"\d{4}-\d\d-\d\d[ ]\d[^,\]}\#\s]*+ | [^,\]}\#\s]++", re.VERBOSE)
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*+\n[ \t\n]*+|[\s\S])")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Locations:
    """The spans of one file. A table's value is its header, an implied table's is its key."""

    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)


class StringMap:
    """A string value, and the way back from its decoded characters to those of the file.

    A hostile string has millions of escapes: they are looked at only as far as somebody asks, each once, and of each
    two numbers are kept.
    """

    def __init__(self, source: str, inside: Span, *, escaped: bool) -> None:
        """`inside` leaves out the quotes; `escaped`: a backslash means something there."""
        self._source = source
        self._inside = inside
        self._escaped = escaped
        self._ahead = _ESCAPE.finditer(source, *inside) if escaped else iter(())
        self._decoded = array("q", [0])
        """Where the decoded text goes on after each escape (at first: where it begins), and where its source does."""
        self._written = array("q", [inside.start])
        self._starts = array("q", [inside.start])
        """Where the source of each escape begins."""
        self._ended = False

    @property
    def text(self) -> str:
        """The string decoded."""
        written = self._source[self._inside.start : self._inside.end]
        return _ESCAPE.sub(_unescape, written) if self._escaped else written

    def span(self, start: int, end: int) -> Span:
        """The file's range for the half-open range of the decoded text; at least one character where there is one."""
        length = self._look_until(end)
        start = max(0, min(start, length))
        end = max(start, min(end, length))
        first = self._of(start)
        return Span(first.start, max(first.start, self._of(end - 1).end if end > start else first.end))

    def _look_until(self, offset: int) -> int:
        """Look at the escapes before a decoded offset; as much of the decoded length as is known then."""
        while not self._ended and self._decoded[-1] <= offset:
            escape = next(self._ahead, None)
            if escape is None:
                self._ended = True
                break
            before = escape.start() - self._written[-1]
            self._decoded.append(self._decoded[-1] + before + len(_unescape(escape)))
            self._written.append(escape.end())
            self._starts.append(escape.start())
        return self._decoded[-1] + (self._inside.end - self._written[-1] if self._ended else 0)

    def _of(self, offset: int) -> Span:
        """The source of one decoded character: an escape, or the character itself."""
        index = bisect_right(self._decoded, offset) - 1
        if (
            index + 1 < len(self._decoded)
            and offset >= self._decoded[index] + self._starts[index + 1] - self._written[index]
        ):
            return Span(self._starts[index + 1], self._written[index + 1])
        start = min(self._written[index] + offset - self._decoded[index], self._inside.end)
        return Span(start, min(start + 1, self._inside.end))


def locate(text: str) -> Locations:
    """The span of every key and value. Raises RecursionError where arrays nest too deep, as tomllib does."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


def decode(text: str, span: Span) -> StringMap | None:
    """The string that stands at `span`, decoded; None if it is no string."""
    quote = text[span.start : span.start + 3]
    if quote not in ('"""', "'''"):
        quote = quote[:1]
    if quote[:1] not in ('"', "'"):
        return None
    start, end = span.start + len(quote), span.end - len(quote)
    if len(quote) == 3 and text.startswith("\n", start):
        start += 1
    return StringMap(text, Span(start, end), escaped=quote[0] == '"')


def _unescape(found: re.Match[str]) -> str:
    escape = found[0]
    if escape[1] in "uU" and len(escape) > 2:
        return chr(int(escape[2:], 16))
    return "" if "\n" in escape else _ESCAPED.get(escape[1], "")


class _Scanner:
    """Walks the text once and notes spans."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Locations()
        self.counts: dict[Path, int] = {}
        self.here: Path = ()

    def document(self) -> None:
        while True:
            self._gap()
            if self.at >= len(self.text):
                return
            before = self.at
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.here)
            if self.at == before:
                return

    def _gap(self) -> None:
        if gap := _GAP.match(self.text, self.at):
            self.at = gap.end()

    def _skip(self, character: str) -> bool:
        """Past blanks and the character, if it comes next."""
        blank = _BLANK.match(self.text, self.at)
        at = blank.end() if blank else self.at
        if self.text.startswith(character, at):
            self.at = at + len(character)
            return True
        return False

    def _dotted(self) -> list[tuple[str, Span]]:
        parts: list[tuple[str, Span]] = []
        while True:
            self._skip("")
            key = _KEY.match(self.text, self.at)
            if key is None:
                return parts
            self.at = key.end()
            span = Span(*key.span())
            string = decode(self.text, span)
            parts.append((string.text if string else key.group(), span))
            if not self._skip("."):
                return parts

    def _header(self) -> None:
        start = self.at
        array = self.text.startswith("[[", self.at)
        closing = "]]" if array else "]"
        self.at += len(closing)
        parts = self._dotted()
        self._skip(closing)
        header = Span(start, self.at)
        self.here = ()
        for number, (key, span) in enumerate(parts, start=1):
            self._note((*self.here, key), span, header if number == len(parts) else span)
            self._enter(key, array and number == len(parts), header)

    def _enter(self, key: str, new_element: bool, header: Span) -> None:
        self.here = (*self.here, key)
        if new_element:
            self.counts[self.here] = self.counts.get(self.here, 0) + 1
        if self.here in self.counts:
            self.here = (*self.here, self.counts[self.here] - 1)
        if new_element:
            self.found.values[self.here] = header

    def _note(self, path: Path, key: Span, value: Span) -> None:
        self.found.keys.setdefault(path, key)
        self.found.values.setdefault(path, value)

    def _pair(self, table: Path) -> None:
        if bare := _BARE_PAIR.match(self.text, self.at):
            path, span = (*table, bare[1]), Span(*bare.span(1))
            self._note(path, span, span)
            self.at = bare.end()
            self._value(path)
            return
        path = table
        for key, span in self._dotted():
            path = (*path, key)
            self._note(path, span, span)
        if path != table and self._skip("="):
            self._skip("")
            self._value(path)

    def _value(self, path: Path) -> None:
        start = self.at
        opening = self.text[start : start + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif value := (STRING if opening in ('"', "'") else _SCALAR).match(self.text, start):
            self.at = value.end()
        self.found.values[path] = Span(start, self.at)

    def _array(self, path: Path) -> None:
        self.at += 1
        self._gap()
        index = 0
        while not self._closes("]"):
            before = self.at
            self._value((*path, index))
            index += 1
            if not self._goes_on(before):
                return

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._gap()
        while not self._closes("}"):
            before = self.at
            self._pair(path)
            if not self._goes_on(before):
                return

    def _closes(self, bracket: str) -> bool:
        """Past the bracket, if it stands here; or at the text's end."""
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        return self.at >= len(self.text)

    def _goes_on(self, before: int) -> bool:
        """Past a comma and what is blank around it; False if the scan is stuck."""
        if following := _NEXT.match(self.text, self.at):
            self.at = following.end()
        return self.at > before


@dataclass(frozen=True, slots=True)
class Lines:
    """Turns offsets into lines and columns, both counted from 1 in characters."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        return cls(text, (0, *(newline.end() for newline in re.finditer("\n", text))))

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of one line, without its end; empty where there is no such line."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)]
