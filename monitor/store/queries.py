"""Loads the named statements of `sql/*.sql`: the only place where SQL is written.

A statement is a block of three parts: `-- name: find_article`, a comment that says in a sentence what it is for, and
the SQL itself. Parameters are named (`:identity`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"(?:--[^\n]*\n)+")


@cache
def queries() -> Mapping[str, str]:
    """Every statement by its name, without its comment."""
    statements: dict[str, str] = {}
    for path in sorted(files("monitor.store").joinpath("sql").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".sql"):
            _add(statements, path.name, path.read_text(encoding="utf-8"))
    return MappingProxyType(statements)


def _add(statements: dict[str, str], file: str, text: str) -> None:
    _, *parts = _NAME.split(text)
    for name, block in zip(parts[::2], parts[1::2], strict=True):
        comment = _COMMENT.match(block)
        if comment is None:
            raise ValueError(f"{file}: the statement {name} has no comment")
        if name in statements:
            raise ValueError(f"{file}: there are two statements named {name}")
        statements[name] = block[comment.end() :].strip()
