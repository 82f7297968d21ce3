"""Objects that are read in two steps: what everybody asks of them at once, the rest when somebody first asks for it.

A restart with 100,000 rules asks each for its name; what it looks for matters when an article calls for it.
"""

from __future__ import annotations

from collections.abc import Iterable
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

    @classmethod
    def made(cls, reader: Reader, number: int, known: Iterable[tuple[str, Any]]) -> Any:
        """One with the fields that are `known`."""
        new = object.__new__(cls)
        for name, value in known:
            _set(new, name, value)
        _set(new, "_reader", reader)
        _set(new, "_number", number)
        return new

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


def unread(kind: type) -> type[Unread]:
    """The kind of an object that is read in two steps, and is one of `kind` all the same."""
    return type(f"Unread{kind.__name__}", (Unread, kind), {"__slots__": ("_number", "_reader"), "_kind": kind})
