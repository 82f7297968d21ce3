"""A rule file with one rule mended: another `no_match` case, a further alternative in its `except`. All else stays."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass

from monitor.watchlist.locate import Locations, Span, locate

_NOT_LITERAL = re.compile(r"['\x00-\x08\x0a-\x1f\x7f]")
_DELETE = "\x7f"
_LINE, _LINE_ENDS = "\n", "\r\n"


@dataclass(frozen=True, slots=True)
class NewCase:
    """A text that a rule should not match: title, text, and the fact that it should not find; all may be empty."""

    title: str
    text: str
    fact: tuple[tuple[str, str], ...] = ()

    def written(self) -> str:
        """As a rule file has it."""
        if not self.title and not self.fact:
            return quoted(self.text)
        parts = [f"title = {quoted(self.title)}"] if self.title else []
        if self.text:
            parts.append(f"text = {quoted(self.text)}")
        if self.fact:
            values = ", ".join(f"{_key(slot)} = {quoted(value)}" for slot, value in self.fact)
            parts.append(f"fact = {{ {values} }}")
        return f"{{ {', '.join(parts)} }}"


def with_no_match(text: str, rule: str, case: NewCase) -> str:
    """The text of a sound rule file with a case more for a rule. Raises LookupError where the rule is not in it."""
    place = _place(text, rule)
    span = place.values.get("no_match")
    if span is None:
        return place.with_line(f"no_match = [\n  {case.written()},\n]")
    rest = text[span.start + 1 :]
    return f"{text[: span.start + 1]}\n  {case.written()},{'' if rest[0] in _LINE_ENDS else f'{_LINE}  '}{rest}"


def with_except(text: str, rule: str, query: str) -> str:
    """The text of a sound rule file in which a rule excepts `query` too. Raises LookupError."""
    place = _place(text, rule)
    span = place.values.get("except")
    if span is None:
        return place.with_line(f"except = {quoted(query)}")
    return f"{text[: span.start]}{quoted(f'({place.former_except}) OR ({query})')}{text[span.end :]}"


def query_of(text: str, rule: str) -> str:
    """The query of a rule, as its file has it. Raises LookupError."""
    return _place(text, rule).query


def quoted(text: str) -> str:
    """A text as a TOML string: literal where it may be."""
    if not _NOT_LITERAL.search(text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the values of one rule stand."""

    text: str
    values: dict[str, Span]
    query: str
    former_except: str

    def with_line(self, line: str) -> str:
        """The text with a line more, below the query: what stands at the end may belong to a table within the rule."""
        end = self.text.find("\n", self.values["query"].end)
        end = len(self.text) if end < 0 else end
        return f"{self.text[:end]}\n{line}{self.text[end:]}"


def _place(text: str, rule: str) -> _Place:
    tables = tomllib.loads(text).get("rule", [])
    number = next((at for at, table in enumerate(tables) if table.get("id") == rule), None)
    if number is None:
        raise LookupError(f"the file has no rule {rule}")
    values = _values(locate(text), number)
    return _Place(text, values, str(tables[number].get("query", "")), str(tables[number].get("except", "")))


def _values(found: Locations, number: int) -> dict[str, Span]:
    return {
        str(path[2]): span for path, span in found.values.items() if len(path) == 3 and path[:2] == ("rule", number)
    }


def _key(slot: str) -> str:
    return slot if re.fullmatch(r"[A-Za-z0-9_-]+", slot) else json.dumps(slot, ensure_ascii=False)
