"""What a rule file was found to be, as bytes to keep over a restart, and back.

Every object is a row of one list, after the rows that it refers to by their numbers; what is the same object is one
row. Rows are JSON and can name nothing but the kinds of `_KINDS`, so that foreign bytes do no more than not fit. A
spelling is kept as it is written and compiled again; the list that a query refers to is the one that is at hand.

The first line holds the file as far as a restart asks for it. Each further line holds the rest of one object, and is
read when somebody asks for that (see `monitor.watchlist.unread`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import getitem
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from monitor.model import Fact, Inhibition, Problem, When
from monitor.query.lists import TermList
from monitor.query.rule import Rule
from monitor.query.spelling import Spelling, parse_spelling
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    Distance,
    First,
    ListRef,
    NotNear,
    OpenSlot,
    Or,
    Part,
    Regex,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
)
from monitor.watchlist.inhibits import Muting, Mutings
from monitor.watchlist.locate import Stretch
from monitor.watchlist.nouns import Case, Expect, Moment, RuleNotes, Watchlist
from monitor.watchlist.raw import Written
from monitor.watchlist.unread import unread
from monitor.watchlist.whens import InhibitDraft

Former = tuple[tuple[str, tuple[str, ...]], ...]
"""Names of a list with the names that they had before."""


@dataclass(frozen=True, slots=True)
class Stowed:
    """A sound file: the watchlist, what its rules mute, and what it rests on.

    `uses` are the shared lists that it refers to, with a digest of each; `former` has the former names of its own
    lists, `hides` the shared ones that these win over, with their files; `problems` are the warnings of the file;
    `states` the lists that its rules look for only to tell a state by them.
    """

    watchlist: Watchlist
    muting: Mutings
    uses: Mapping[str, str]
    former: Mapping[str, Former]
    hides: Mapping[str, str]
    problems: tuple[Problem, ...]
    states: frozenset[str]


_KINDS: tuple[type, ...] = (
    *(Term, Regex, ListRef, OpenSlot, And, Or, AndNot, AndMaybe, Part, Distance, Chain, NotNear, AtLeast, First),
    *(SomeOf, Scoped, RuleRef, Spelling, TermList, Rule, Fact, Case, When, Expect, Moment, Inhibition, Stretch),
    *(RuleNotes, Written, InhibitDraft, Muting, Mutings, Problem, Watchlist, Stowed),
)
_EQUAL = (Spelling, Distance, When, Expect)
"""Kinds of which equal ones are one row."""


class _Way(StrEnum):
    """How the value of a field is written in a row; nothing stays nothing."""

    PLAIN = "as it is"
    ROW = "the number of a row"
    ROWS = "numbers of rows"
    TUPLE = "lists within lists, of plain values"
    SET = "a list of texts"
    TEXTS = "a table of texts"
    TABLE = "a table of tuples"
    SPAN = "days, seconds and microseconds"
    TIME = "a time in ISO 8601"
    DAY = "a day in ISO 8601"


_SIMPLE: Mapping[Any, _Way] = {
    **dict.fromkeys((str, int, float, bool), _Way.PLAIN),
    **dict.fromkeys(_KINDS, _Way.ROW),
    frozenset[str]: _Way.SET,
    Mapping[str, str]: _Way.TEXTS,
    timedelta: _Way.SPAN,
    datetime: _Way.TIME,
    date: _Way.DAY,
}


def _way(hint: Any) -> _Way | type[StrEnum]:
    """How values of a type are written. Raises TypeError for a type that nobody thought of."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    arguments = [each for each in get_args(hint) if each not in (NoneType, Ellipsis)]
    ways = {_way(each) for each in arguments}
    if get_origin(hint) is tuple and ways == {_Way.ROW}:
        return _Way.ROWS
    if get_origin(hint) is tuple and ways <= {_Way.PLAIN, _Way.TUPLE}:
        return _Way.TUPLE
    if get_origin(hint) is Mapping:
        return _Way.TABLE
    if get_origin(hint) in (Union, UnionType) and len(ways) == 1:
        return ways.pop()
    raise TypeError(f"no way to write {hint}")


def _ways(kind: type) -> dict[str, _Way | type[StrEnum]]:
    """The fields of a kind in order, and how they are written."""
    return {name: _way(hint) for name, hint in get_type_hints(kind).items()}


_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_WHOLE = (Spelling, TermList, ListRef)
"""Kinds that are written and read in a way of their own."""

_FIELDS = {kind: _ways(kind) for kind in _KINDS if kind not in _WHOLE}
_ASKED_FIRST = {
    Rule: ("watchlist", "id", "about"),
    RuleNotes: ("id", "was", "when", "inhibits"),
    Watchlist: tuple(name for name in _FIELDS[Watchlist] if name != "cases"),
    Mutings: ("any",),
}
"""Kinds that are read in two steps, and what of them stands in the first line."""

_FIRST = {kind: {name: _FIELDS[kind][name] for name in names} for kind, names in _ASKED_FIRST.items()}
_LATER = {
    kind: {name: way for name, way in _FIELDS[kind].items() if name not in names}
    for kind, names in _ASKED_FIRST.items()
}
_UNREAD = {kind: unread(kind, names) for kind, names in _ASKED_FIRST.items()}


# to bytes


def stow(file: Stowed) -> bytes:
    """The file as bytes."""
    lines = [b""]
    writer = _Writer(lines)
    for terms in file.watchlist.lists:  # before the queries that refer to them
        writer.row(terms)
    writer.row(file)
    lines[0] = _dumps(writer.rows)
    return b"\n".join(lines)


def _dumps(rows: list[Any]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


class _Writer:
    """Rows, and what was written already; objects are held so that no other takes their identity.

    With `lines`, what can be read later is added to these.
    """

    def __init__(self, lines: list[bytes] | None = None) -> None:
        self.rows: list[list[Any]] = []
        self._lines = lines
        self._written: dict[int, tuple[int, object]] = {}
        self._equal: dict[object, int] = {}

    def row(self, value: Any) -> int:
        """The number of the row that an object has."""
        equal = isinstance(value, _EQUAL)
        known = self._equal.get(value) if equal else self._written.get(id(value), (None,))[0]
        if known is not None:
            return known
        row = [_NUMBERS[type(value)], *self._parts(value)]
        self.rows.append(row)
        number = len(self.rows) - 1
        if equal:
            self._equal[value] = number
        else:
            self._written[id(value)] = (number, value)
        return number

    def _parts(self, value: Any) -> list[Any]:
        match value:
            case Spelling():
                return [value.text]
            case TermList():
                return [value.name, [[name, [each.text for each in spellings]] for name, spellings in value.names]]
            case ListRef():
                return [value.start, value.end, value.list, value.name, value.slot]
            case _ if self._lines is not None and type(value) in _LATER:
                return [*self._values(value, _FIRST[type(value)]), self._line(value)]
            case _:
                return self._values(value, _FIELDS[type(value)])

    def _line(self, value: Any) -> int:
        """The number of the line that the rest of an object has."""
        assert self._lines is not None
        rest = _Writer()
        values = rest._values(value, _LATER[type(value)])
        self._lines.append(_dumps([*rest.rows, values]))
        return len(self._lines) - 1

    def _values(self, value: Any, ways: Mapping[str, _Way | type[StrEnum]]) -> list[Any]:
        return [self._value(way, getattr(value, name)) for name, way in ways.items()]

    def _value(self, way: _Way | type[StrEnum], value: Any) -> Any:
        if value is None:
            return None
        match way:
            case _Way.ROW:
                return self.row(value)
            case _Way.ROWS:
                return [self.row(each) for each in value]
            case _Way.SET:
                return sorted(value)
            case _Way.TEXTS | _Way.TABLE:
                return dict(value)
            case _Way.SPAN:
                return [value.days, value.seconds, value.microseconds]
            case _Way.TIME | _Way.DAY:
                return value.isoformat()
            case _:
                return value


# and back


def unstow(content: bytes, lists: Mapping[str, TermList]) -> Stowed:
    """The file again, its queries referring to its own lists, and to `lists`.

    Raises ValueError where the first line is not what `stow` makes, or a list is not there.
    """
    with _no_other_error():
        lines = content.split(b"\n")
        made = _File(lines, lists).read(_loads(lines[0]))[-1]
    if not isinstance(made, Stowed):
        raise ValueError("these rows are no rule file")
    return made


@contextmanager
def _no_other_error() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"these are no stowed rules: {error!r}") from error


def _loads(line: bytes) -> Any:
    return json.loads(line.decode("utf-8", "surrogatepass"))


class _File:
    """One file while it is read, and as long as there is something that was not."""

    def __init__(self, lines: list[bytes], lists: Mapping[str, TermList]) -> None:
        self._lines = lines
        self._shared = lists
        self._own: dict[str, TermList] = {}

    def read(self, rows: Iterable[list[Any]], *, whole: bool = False) -> list[Any]:
        """The objects of rows, made one after the other; a row refers to those before it only."""
        made: list[Any] = []
        own_way: dict[type, Callable[..., Any]] = {
            Spelling: _compiled,
            TermList: self._term_list,
            ListRef: self._list_ref,
        }
        for number, *values in rows:
            kind = _KINDS[number]
            if kind in own_way:
                made.append(own_way[kind](*values))
            elif whole or kind not in _UNREAD:
                made.append(kind(*_read(_WHOLE_STEPS[kind], values, made)))
            else:
                line = values.pop()
                made.append(_UNREAD[kind](self, line, _read(_FIRST_STEPS[kind], values, made)))
        return made

    def rest(self, kind: type, number: int) -> Iterable[tuple[str, Any]]:
        """The fields of an object that stand in its line. Raises ValueError where they do not."""
        with _no_other_error():
            *rows, values = _loads(self._lines[number])
            return zip(_LATER[kind], _read(_LATER_STEPS[kind], values, self.read(rows, whole=True)), strict=True)

    def _term_list(self, name: str, written: list[Any]) -> TermList:
        names = tuple((each, tuple(map(_compiled, texts))) for each, texts in written)
        self._own[name] = TermList(name, names)
        return self._own[name]

    def _list_ref(self, start: int, end: int, name: str, chosen: str, slot: str) -> ListRef:
        return ListRef(start, end, name, chosen, slot, self._own.get(name) or self._shared[name])


_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


_READERS: Mapping[_Way, Callable[[Any], Any]] = {
    _Way.TUPLE: _tuple,
    _Way.SET: frozenset,
    _Way.TEXTS: lambda texts: MappingProxyType(texts) if texts else _NO_TEXTS,
    _Way.TABLE: lambda table: {name: _tuple(each) for name, each in table.items()},
    _Way.SPAN: lambda parts: timedelta(*parts),
    _Way.TIME: datetime.fromisoformat,
    _Way.DAY: date.fromisoformat,
}
"""What makes a value of what was written; an enum makes its own."""

_Step = tuple[int, Callable[[list[Any], Any], Any]]
"""The place of a value, and what makes it of what was written and of the objects before it."""


def _steps(ways: Iterable[_Way | type[StrEnum]]) -> list[_Step]:
    """How values are read that are written in these ways; those that are as they are need no step."""
    return [(at, _step(way)) for at, way in enumerate(ways) if way is not _Way.PLAIN]


def _step(way: _Way | type[StrEnum]) -> Callable[[list[Any], Any], Any]:
    if way is _Way.ROW:
        return getitem
    if way is _Way.ROWS:
        return lambda made, numbers: tuple([made[number] for number in numbers])
    read = _READERS[way] if isinstance(way, _Way) else way
    return lambda made, value: read(value)  # noqa: ARG005  (it refers to nothing)


_WHOLE_STEPS = {kind: _steps(ways.values()) for kind, ways in _FIELDS.items()}
_FIRST_STEPS = {kind: _steps(ways.values()) for kind, ways in _FIRST.items()}
_LATER_STEPS = {kind: _steps(ways.values()) for kind, ways in _LATER.items()}


def _read(steps: Iterable[_Step], values: list[Any], made: list[Any]) -> list[Any]:
    for at, read in steps:
        if values[at] is not None:
            values[at] = read(made, values[at])
    return values


@lru_cache(maxsize=100_000)
def _compiled(text: str) -> Spelling:
    spelling, _ = parse_spelling(text)
    if spelling is None:
        raise ValueError(f"{text!r} is no spelling")
    return spelling
