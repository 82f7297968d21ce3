"""Objects that are read in two steps: what everybody asks of them at once, the rest when somebody first asks for it.

A restart with 100,000 rules asks each for its name; what it looks for matters when an article calls for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any, ClassVar, Protocol


class Reader(Protocol):
    """Where the rest stands."""

    def rest(self, kind: type, number: int) -> Iterable[tuple[str, Any]]:
        """The fields that are not read yet of one object of a kind, with their values."""
        ...


class Unread:
    """Mixed into a frozen dataclass with slots, some of them empty: the first that is asked for fills them all.

    It equals an object that was made whole, if that has the same values.
    """

    __slots__ = ()
    _kind: ClassVar[Any]
    _reader: Reader
    _number: int

    def __getattr__(self, name: str) -> Any:
        """Asked for where a slot is empty, and where there is none."""
        if name not in self._kind.__dataclass_fields__:
            raise AttributeError(name)
        for field, value in self._reader.rest(self._kind, self._number):
            _set(self, field, value)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        return _values(self) == _values(other) if isinstance(other, self._kind) else NotImplemented

    def __hash__(self) -> int:
        return hash(_values(self))


_set = object.__setattr__


def _values(of: Any) -> tuple[Any, ...]:
    return tuple(getattr(of, field.name) for field in fields(of))


Make = Callable[[Reader, int, Sequence[Any]], Any]
"""Makes an object by its reader, its number, and the values that are read first."""


def unread(kind: type, first: Iterable[str]) -> Make:
    """Makes objects of a kind of which the fields `first` are read first."""
    made_of = type(f"Unread{kind.__name__}", (Unread, kind), {"__slots__": ("_number", "_reader"), "_kind": kind})
    slots = [getattr(made_of, name).__set__ for name in first]  # past `frozen`, and twice as fast as by name
    set_reader, set_number = (getattr(made_of, name).__set__ for name in ("_reader", "_number"))

    def make(reader: Reader, number: int, values: Sequence[Any]) -> Any:
        made: Any = object.__new__(made_of)
        for put, value in zip(slots, values, strict=True):
            put(made, value)
        set_reader(made, reader)
        set_number(made, number)
        return made

    return make
