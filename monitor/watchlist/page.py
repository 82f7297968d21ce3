"""One rule or terms file while it is being read: its text, where everything stands, and the problems found so far."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

from monitor.model import Problem, ProblemSeverity
from monitor.query.fault import Fault
from monitor.watchlist.locate import Lines, Locations, Path, Span, Stretch, StringMap, decode, locate
from monitor.watchlist.unparsed import complaint

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MOST_COMPARED = 1000


@dataclass(slots=True)
class Page:
    """Text with `\\n` line ends, spans and problems of one file.

    Lines and strings that problems speak of are kept: a hostile file has a hundred thousand problems in one line.
    """

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    readable: bool = False
    _lines: Lines | None = None
    _locations: Locations | None = None
    _sources: dict[int, str] = field(default_factory=dict)
    _strings: dict[Path, StringMap | None] = field(default_factory=dict)

    @property
    def lines(self) -> Lines:
        """Where the lines begin."""
        if self._lines is None:
            self._lines = Lines.of(self.text)
        return self._lines

    @property
    def locations(self) -> Locations:
        """Where everything stands; nothing stands anywhere in what is no TOML."""
        if self._locations is None:
            self._locations = locate(self.text) if self.readable else Locations()
        return self._locations

    def rest(self) -> None:
        """Keep only the text and the problems: the rest is found again where somebody asks for it."""
        self._lines = self._locations = None
        self._sources.clear()
        self._strings.clear()

    def report(self, code: str, path: Path, message: str, hint: str = "") -> None:
        """A problem with the value at `path`, or with the nearest thing above that stands in the file."""
        self.report_span(code, self._near(path, self.locations.values), message, hint)

    def report_key(self, code: str, path: Path, message: str, hint: str = "") -> None:
        """A problem with the key at `path` itself."""
        self.report_span(code, self._near(path, self.locations.keys), message, hint)

    def report_within(self, code: str, path: Path, start: int, end: int, message: str, hint: str = "") -> None:
        """A problem with the characters start..end of the (decoded) string at `path`."""
        self.report_span(code, self._inside(path, start, end), message, hint)

    def report_fault(self, path: Path, fault: Fault) -> None:
        """What the query room found in the string at `path`."""
        span = self._inside(path, fault.start, fault.end)
        self._add(fault.code, fault.severity, span, fault.message, fault.hint)

    def report_span(self, code: str, span: Span | None, message: str, hint: str = "") -> None:
        """A problem with a stretch of the file, or with all of it (None)."""
        severity = ProblemSeverity.WARNING if code.startswith("W") else ProblemSeverity.ERROR
        self._add(code, severity, span, message, hint)

    def stretch(self, path: Path) -> Stretch:
        """Where a value stands, for whoever finds something about it later."""
        span = self._near(path, self.locations.values)
        return self._stretch(span)[0] if span else Stretch()

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column of a value, from 1; zeros if it stands nowhere."""
        span = self._near(path, self.locations.values)
        return self.lines.place(span.start) if span else (0, 0)

    def _near(self, path: Path, spans: dict[Path, Span]) -> Span | None:
        if path in spans:
            return spans[path]
        above = (self.locations.values.get(path[:length]) for length in range(len(path), 0, -1))
        return next((span for span in above if span), None)

    def _inside(self, path: Path, start: int, end: int) -> Span | None:
        span = self._near(path, self.locations.values)
        if path not in self._strings:
            self._strings[path] = decode(self.text, span) if span else None
        string = self._strings[path]
        return string.span(start, end) if string else span

    def _add(self, code: str, severity: ProblemSeverity, span: Span | None, message: str, hint: str) -> None:
        self.errors += severity is ProblemSeverity.ERROR
        if span is None:
            self.problems.append(Problem(self.file, 0, 0, code, severity, message, hint))
            return
        at, source = self._stretch(span)
        self.problems.append(Problem(self.file, at.line, at.column, code, severity, message, hint, at.length, source))

    def _stretch(self, span: Span) -> tuple[Stretch, str]:
        """The stretch of the first line of a span, and that line."""
        line, column = self.lines.place(span.start)
        if line not in self._sources:
            self._sources[line] = self.lines.line(line)
        source = self._sources[line]
        return Stretch(line, column, max(1, min(span.end - span.start, len(source) - column + 1))), source


def open_page(file: str, content: str | bytes) -> tuple[Page, dict[str, object] | None]:
    """Read one file: its page and what TOML makes of it; None, and a problem that says why, if that is nothing."""
    text, complaint = _text_of(content)
    marked = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    page = Page(file, text)
    if marked:
        page.report_span("W001", None, "the file begins with a byte order mark", "save it as UTF-8 without BOM")
    if complaint:
        page.report_span("E001", None, complaint, "save the file as UTF-8")
        return page, None
    if forbidden := _FORBIDDEN.search(text):
        name = "NUL" if forbidden.group() == "\0" else f"U+{ord(forbidden.group()):04X}"
        message = f"the control character {name} stands here"
        page.report_span("E002", Span(*forbidden.span()), message, "delete it, or save the file as UTF-8")
        return page, None
    return page, _parse(page)


def page_at_rest(file: str, content: str | bytes, problems: Iterable[Problem]) -> Page:
    """The page of a file that was read before, with the problems that it had."""
    text, _ = _text_of(content)
    return Page(file, text.removeprefix("\ufeff"), list(problems), readable=True)


def _text_of(content: str | bytes) -> tuple[str, str]:
    """The text with `\\n` line ends, and what is wrong with it as text."""
    if isinstance(content, bytes):
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "", "the file is UTF-16 text"
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            return "", f"the file is no UTF-8 text: byte 0x{content[error.start]:02X} in line {line}"
    else:
        text = content
    if text[:64].count("\0") * 3 >= len(text[:64]) > 1:
        return "", "the file is UTF-16 text"
    return text.replace("\r\n", "\n"), ""


def _parse(page: Page) -> dict[str, object] | None:
    try:
        parsed = tomllib.loads(page.text)
        page._locations = locate(page.text)
    except tomllib.TOMLDecodeError as error:
        message, hint, offset = complaint(page.text, str(error))
        page.report_span("E003", Span(offset, offset + 1), f"this is no TOML: {message}", hint)
    except RecursionError:
        page.report_span("E004", None, "brackets nest too deep", "a rule file needs three levels at most")
    except ValueError:
        page.report_span("E003", None, "a number in this file has too many digits", "text wants quotes")
    else:
        page.readable = True
        return parsed
    return None


def nearest(word: str, known: Iterable[str]) -> str:
    """The most similar of the known words; empty where none is near."""
    close = get_close_matches(word[:100], list(islice(known, _MOST_COMPARED)), n=1, cutoff=0.6)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str], mark: str = "") -> str:
    """A hint that offers the most similar of the known words; empty where none is near."""
    close = nearest(word, known)
    return f"did you mean {mark}{close}?" if close else ""
