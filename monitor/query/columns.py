"""Columns of numbers and texts as bytes, and back: how what was worked out for many rules is kept on disk.

A head in JSON names the columns, their types and lengths; then they follow, one after the other, in the byte order of
this machine. Nothing in them can be more than a number or a text.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

Row = TypeVar("Row")
Value = TypeVar("Value")
_TEXTS = "texts"
_NUMBERS = frozenset("BIqd")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by their names."""

    numbers: dict[str, array[Any]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)


def dumps(parts: Mapping[str, Columns]) -> bytes:
    """Several sets of columns as bytes."""
    head, content = list[tuple[str, str, str, int]](), list[bytes]()
    for part, columns in parts.items():
        for name, numbers in columns.numbers.items():
            content.append(numbers.tobytes())
            head.append((part, name, numbers.typecode, len(content[-1])))
        for name, texts in columns.texts.items():
            content.append(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass"))
            head.append((part, name, _TEXTS, len(content[-1])))
    return b"\n".join((json.dumps(head).encode(), b"".join(content)))


def loads(content: bytes) -> dict[str, Columns]:
    """The columns again. Raises ValueError or TypeError where these bytes are none."""
    start = content.index(b"\n") + 1
    parts: dict[str, Columns] = {}
    for part, name, kind, length in json.loads(content[:start]):
        columns, column = parts.setdefault(part, Columns()), content[start : start + length]
        start += length
        if kind == _TEXTS:
            columns.texts[name] = json.loads(column.decode("utf-8", "surrogatepass"))
        elif kind in _NUMBERS:
            columns.numbers[name] = array(kind, column)
        else:
            raise ValueError(f"{kind!r} is no type of a column")
    if start != len(content):
        raise ValueError("there is more or less than the head says")
    return parts


def ragged(rows: Iterable[Sequence[int]]) -> tuple[array[int], array[int]]:
    """Rows of different lengths as two columns: how many each has, and all of them."""
    lengths, values = array("I"), array("I")
    for row in rows:
        lengths.append(len(row))
        values.extend(row)
    return lengths, values


def rows(lengths: Iterable[int], values: Iterable[Value], make: Callable[[Iterable[Value]], Row]) -> Iterator[Row]:
    """The rows again."""
    rest = iter(values)
    return (make(islice(rest, length)) for length in lengths)
