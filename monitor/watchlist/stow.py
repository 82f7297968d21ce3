"""What a rule file was found to be, as bytes to keep over a restart, and back.

Every object is a row of one list, after the rows that it refers to by their numbers; what is the same object is one
row. Rows are JSON and can name nothing but the kinds of `_KINDS`, so that foreign bytes do no more than not fit. A
spelling is kept as it is written and compiled again; the list that a query refers to is the one that is at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
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
from monitor.watchlist.inhibits import Muting
from monitor.watchlist.locate import Stretch
from monitor.watchlist.nouns import Case, Expect, Moment, RuleNotes, Watchlist
from monitor.watchlist.raw import Written
from monitor.watchlist.whens import InhibitDraft

Former = tuple[tuple[str, tuple[str, ...]], ...]
"""Names of a list with the names that they had before."""


@dataclass(frozen=True, slots=True)
class Stowed:
    """A sound file: the watchlist, what its rules mute, and what it rests on.

    `uses` are the shared lists that it refers to, with a digest of each; `former` has the former names of its own
    lists, `hides` the shared ones that these win over, with their files; `problems` are the warnings of the file.
    """

    watchlist: Watchlist
    muting: tuple[Muting, ...]
    uses: Mapping[str, str]
    former: Mapping[str, Former]
    hides: Mapping[str, str]
    problems: tuple[Problem, ...]


_KINDS: tuple[type, ...] = (
    *(Term, Regex, ListRef, OpenSlot, And, Or, AndNot, AndMaybe, Part, Distance, Chain, NotNear, AtLeast, First),
    *(SomeOf, Scoped, RuleRef, Spelling, TermList, Rule, Fact, Case, When, Expect, Moment, Inhibition, Stretch),
    *(RuleNotes, Written, InhibitDraft, Muting, Problem, Watchlist, Stowed),
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


# to bytes


def stow(file: Stowed) -> bytes:
    """The file as bytes."""
    writer = _Writer()
    for terms in file.watchlist.lists:  # before the queries that refer to them
        writer.row(terms)
    writer.row(file)
    return json.dumps(writer.rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


class _Writer:
    """Rows, and what was written already; objects are held so that no other takes their identity."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
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
            case _:
                return [self._value(way, getattr(value, name)) for name, way in _FIELDS[type(value)].items()]

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

    Raises ValueError where the bytes are not what `stow` makes, or a list is not there.
    """
    try:
        rows = json.loads(content.decode("utf-8", "surrogatepass"))
        made = _Reader(lists).read(rows)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"these are no stowed rules: {error!r}") from error
    if not isinstance(made, Stowed):
        raise ValueError("these rows are no rule file")
    return made


class _Reader:
    """Objects made one after the other; a row refers to those before it only."""

    def __init__(self, lists: Mapping[str, TermList]) -> None:
        self._shared = lists
        self._own: dict[str, TermList] = {}
        self._made: list[Any] = []

    def read(self, rows: Iterable[list[Any]]) -> Any:
        """The object of the last row."""
        makers: list[Callable[[list[Any]], Any]] = [self._maker(kind) for kind in _KINDS]
        add = self._made.append
        for row in rows:
            add(makers[row[0]](row))
        return self._made[-1]

    def _maker(self, kind: type) -> Callable[[list[Any]], Any]:
        special = {Spelling: _spelling, TermList: self._term_list, ListRef: self._list_ref}
        return special[kind] if kind in special else self._plain_maker(kind)

    def _plain_maker(self, kind: type) -> Callable[[list[Any]], Any]:
        ways = ((at, self._reader(way)) for at, way in enumerate(_FIELDS[kind].values(), start=1))
        steps = [(at, read) for at, read in ways if read is not None]

        def make(row: list[Any]) -> Any:
            for at, read in steps:
                if row[at] is not None:
                    row[at] = read(row[at])
            return kind(*row[1:])

        return make

    def _reader(self, way: _Way | type[StrEnum]) -> Callable[[Any], Any] | None:
        """How a value of this way is read; None for one that is as it is."""
        made = self._made
        readers: dict[object, Callable[[Any], Any]] = {
            _Way.ROW: made.__getitem__,
            _Way.ROWS: lambda numbers: tuple([made[number] for number in numbers]),
            _Way.TUPLE: _tuple,
            _Way.SET: frozenset,
            _Way.TEXTS: lambda texts: MappingProxyType(texts) if texts else _NO_TEXTS,
            _Way.TABLE: lambda table: {name: _tuple(each) for name, each in table.items()},
            _Way.SPAN: lambda parts: timedelta(*parts),
            _Way.TIME: datetime.fromisoformat,
            _Way.DAY: date.fromisoformat,
        }
        return readers.get(way) if isinstance(way, _Way) else way

    def _term_list(self, row: list[Any]) -> TermList:
        names = tuple((name, tuple(_compiled(text) for text in texts)) for name, texts in row[2])
        self._own[row[1]] = TermList(row[1], names)
        return self._own[row[1]]

    def _list_ref(self, row: list[Any]) -> ListRef:
        _, start, end, name, chosen, slot = row
        return ListRef(start, end, name, chosen, slot, self._own.get(name) or self._shared[name])


_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def _spelling(row: list[Any]) -> Spelling:
    return _compiled(row[1])


@lru_cache(maxsize=100_000)
def _compiled(text: str) -> Spelling:
    spelling, _ = parse_spelling(text)
    if spelling is None:
        raise ValueError(f"{text!r} is no spelling")
    return spelling
