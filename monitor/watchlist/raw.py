"""From what tomllib gives (anything) to what the loader takes (typed). Past this module nothing is looked up by key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from monitor.watchlist.locate import Path
from monitor.watchlist.page import Page, did_you_mean, nearest

_SPAN = re.compile(r"([1-9][0-9]{0,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ONE_TEXT = "write one text in quotes, without [ ]"
_TABLES = {
    "default": 'default = { status = "in force" }',
    "expect": 'expect = { per_week = "1..12" }',
    "when": 'when = { kind = "frequency", stories = 3, within = "7d" }',
    "fact": 'fact = { place = "Italy" }',
}
"""How the keys are written that take a table."""
_EARLIEST, _LATEST = 1971, 9000
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the file, and where it stands."""

    text: str
    path: Path


def kind_of(value: object) -> str:
    """What a TOML value is, in the analyst's words."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (str, "text"),
        (bool, "true or false"),
        ((int, float), "a number"),
        ((datetime, date, time), "a date or time"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "nothing")


@dataclass(frozen=True, slots=True)
class Table:
    """One TOML table. Every getter reports what is of the wrong type and then answers as if it were not there."""

    page: Page
    path: Path
    values: Mapping[str, object]

    def only(self, known: Iterable[str]) -> frozenset[str]:
        """Report every key that is not known; the known ones that were meant, which need not be called missing."""
        allowed = list(known)
        meant = {key: nearest(key, allowed) for key in self.values if key not in allowed}
        for key, other in meant.items():
            hint = f"did you mean {other}?" if other else f"known here: {', '.join(allowed)}"
            self.page.report_key("E005", (*self.path, key), f"unknown key `{key}`", hint)
        return frozenset(filter(None, meant.values()))

    def has(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str, *, may_be_empty: bool = False) -> Written | None:
        return self._text((*self.path, key), self.values[key], may_be_empty) if key in self.values else None

    def plain(self, key: str) -> str:
        """The text of a key, or nothing."""
        written = self.text(key)
        return written.text if written else ""

    def texts(self, key: str) -> tuple[Written, ...]:
        """An array of texts."""
        found = (self._text(path, value) for path, value in self.items(key, "a list of texts"))
        return tuple(written for written in found if written)

    def items(self, key: str, wanted: str) -> list[tuple[Path, object]]:
        """The members of an array with their paths; `wanted` says in a complaint what should stand there."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self._wrong((*self.path, key), wanted, value)
            return []
        return [((*self.path, key, index), member) for index, member in enumerate(value)]

    def table(self, key: str) -> Table | None:
        return self.as_table((*self.path, key), self.values[key]) if key in self.values else None

    def tables(self, key: str, wanted: str) -> tuple[Table, ...]:
        """An array of tables."""
        found = (self.as_table(path, value, wanted) for path, value in self.items(key, wanted))
        return tuple(table for table in found if table)

    def as_table(self, path: Path, value: object, wanted: str = "a table") -> Table | None:
        if isinstance(value, dict):
            return Table(self.page, path, value)
        self._wrong(path, wanted, value)
        return None

    def number(self, key: str, *, whole: bool = False) -> float:
        """A number of zero or more; 0 where there is none."""
        value = self.values.get(key, 0)
        wanted = "a whole number" if whole else "a number"
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            self._wrong((*self.path, key), wanted, value)
            return 0
        if not 0 <= value < 1e9:
            self.page.report("E008", (*self.path, key), f"`{key}` is out of range", f"{wanted} from 0 up")
            return 0
        return value

    def choice(self, key: str, kinds: type[_Choice], default: _Choice) -> _Choice:
        written = self.text(key)
        if written is None:
            return default
        known = [kind.value for kind in kinds]
        if written.text not in known:
            hint = did_you_mean(written.text.lower(), known) or f"one of {', '.join(known)}"
            self.page.report("E008", written.path, f"`{key}` cannot be `{written.text}`", hint)
            return default
        return kinds(written.text)

    def span(self, key: str) -> timedelta:
        """A span of time such as "90m", "12h", "7d", "2w"; zero where there is none."""
        written = self.text(key)
        if written is None:
            return timedelta()
        parts = _SPAN.fullmatch(written.text)
        if parts is None:
            hint = 'a number and m, h, d or w: "90m", "12h", "7d", "2w"'
            self.page.report("E008", written.path, f"`{key}` is no span of time", hint)
            return timedelta()
        return timedelta(**{_UNITS[parts[2]]: int(parts[1])})

    def moment(self, key: str) -> datetime | None:
        """A time (UTC): one of TOML's own, or such a one as a text; midnight and UTC where it does not say."""
        value = self.values.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                value = None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if isinstance(value, datetime) and _EARLIEST <= value.year <= _LATEST:
            return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
        if key in self.values:
            hint = f"{key} = 2027-01-31, or with a time 2027-01-31T08:00:00Z; between {_EARLIEST} and {_LATEST}"
            self.page.report("E008", (*self.path, key), f"`{key}` is no date or time", hint)
        return None

    def _text(self, path: Path, value: object, may_be_empty: bool = False) -> Written | None:
        if not isinstance(value, str):
            self._wrong(path, "text", value)
            return None
        if not value.strip() and not may_be_empty:
            self.page.report("E007", path, f"{_name(path)} is empty")
            return None
        return Written(value, path)

    def _wrong(self, path: Path, wanted: str, value: object) -> None:
        hint = _remedy(path[-1], wanted, value)
        self.page.report("E006", path, f"{_name(path)} must be {wanted}, not {kind_of(value)}", hint)


def _remedy(key: str | int, wanted: str, value: object) -> str:
    """How to write a value that is of the wrong type."""
    if wanted == "text":
        return "" if isinstance(value, dict) else _ONE_TEXT if isinstance(value, list) else "write it in quotes"
    if wanted.startswith("a list"):
        return "put [ ] around it" if isinstance(value, str | dict) else ""
    if wanted.startswith("[["):
        return f"write {wanted.split()[0]} with two brackets on both sides" if isinstance(value, dict) else ""
    return _TABLES.get(str(key), "")


def _name(path: Path) -> str:
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    return f"`{key}`" if isinstance(path[-1], str) else f"member {path[-1] + 1} of `{key}`"
