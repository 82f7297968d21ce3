"""Turns what SQLite says into what an operator can do: every refusal of the database becomes one StoreError."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from monitor.errors import StoreError

REFUSALS = (sqlite3.Error, UnicodeEncodeError, OverflowError)
"""What a statement can raise: SQLite's own errors, text that is no text (lone surrogates), numbers beyond 64 bits."""

_ADVICE = {
    "SQLITE_BUSY": "another process holds the database {path}: stop it, or try again later",
    "SQLITE_LOCKED": "another process holds the database {path}: stop it, or try again later",
    "SQLITE_FULL": "no room is left for the database {path}: free some disk space; what was being stored was undone",
    "SQLITE_READONLY": "the database {path} cannot be written: check the permissions of the file and its folder",
    "SQLITE_CANTOPEN": "the database {path} cannot be opened: check that the folder exists and may be written",
    "SQLITE_PERM": "the database {path} cannot be opened: check its permissions",
    "SQLITE_IOERR": "the disk failed while the database {path} was used ({error}): check the disk and the system log",
    "SQLITE_CORRUPT": "the database {path} is damaged ({error}): restore it from a backup",
    "SQLITE_NOTADB": "{path} is no database of the monitor: name another file in the configuration",
}


def store_error(path: Path, error: Exception) -> StoreError:
    """The StoreError for what a statement raised; extended codes (SQLITE_IOERR_FSYNC) count as their family."""
    code = getattr(error, "sqlite_errorname", None) or ""
    family = "_".join(code.split("_")[:2])
    advice = _ADVICE.get(family, "the database {path} refused: {error}")
    return StoreError(advice.format(path=path, error=_one_line(error)))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).encode("ascii", "backslashreplace").decode().split())
