"""Numbered changes of the schema, each applied once and as a whole.

A migration is a file `sql/migrations/NNNN_what.sql`. It is applied in one transaction together with the record of it
and the new `user_version`, so a crash leaves either the old schema or the new one (case 80).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from schema `number - 1` to `number`."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text: a file that is changed after it was applied is found out."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """The single statements; `executescript` would commit behind our back."""
        statement = ""
        for line in self.text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""
        if any(not line.startswith("--") for line in statement.splitlines() if line.strip()):
            raise ValueError(f"migration {self.name} ends in the middle of a statement")


@cache
def shipped() -> tuple[Migration, ...]:
    """The migrations of this version of the program, numbered from 1 without a gap."""
    folder = files("monitor.store").joinpath("sql", "migrations")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".sql"))
    found = tuple(Migration(int(name[:4]), name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations are not numbered from 1 without a gap: {', '.join(names)}")
    return found


def newest(migrations: Sequence[Migration]) -> int:
    """The schema that the last migration leads to."""
    return migrations[-1].number
