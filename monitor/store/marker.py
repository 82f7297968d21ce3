"""The marker beside the database: it says that a database was here, which one, and how far it had come.

`x.db.instance` holds the instance id of `x.db` and its generation, the count of its sendings. The count is raised in
the database first and then here, so a database that knows less than its marker is an old one: restored from a backup,
it has forgotten what was mailed since, and would mail it again (case 77). The marker must therefore not be part of the
backup. It is written without waiting for the disk: a marker that is behind only notices less.
"""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from monitor.errors import StoreError

_DIGITS = 20
_FORM = re.compile(rf"([0-9a-f]{{32}})\n([0-9]{{{_DIGITS}}})\n")
_PLACE_OF_COUNT = 33
"""Where the count stands: after 32 digits and a line end. It is always as wide, so it is overwritten in place."""

_WORDS = "A database of the monitor lies beside this file. Keep this file here, also when you restore the database.\n"


class HoldReason(StrEnum):
    """Why a database that was opened must not send anything until an operator has looked at it."""

    OLDER = "it is older than the last mail that was sent from here: it was restored from a backup"
    ALONE = "the marker beside it is missing: it was restored from a backup, or moved without its .instance file"
    STRANGER = "another database was here before"
    UNREADABLE = "the marker beside it cannot be read"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a marker says; without an instance if nobody can read it."""

    instance: str = ""
    generation: int = 0


def marker_of(path: Path) -> Path:
    """The file that says that a database was here."""
    return path.with_name(path.name + ".instance")


def read_mark(path: Path) -> Mark | None:
    """The marker of the database at `path`; None if there is none."""
    try:
        found = _FORM.match(marker_of(path).read_bytes().decode("ascii", "replace"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"the marker {marker_of(path)} cannot be read: {error.strerror}") from error
    return Mark(found[1], int(found[2])) if found else Mark()


def hold_reason(mark: Mark | None, instance: str, generation: int) -> HoldReason | None:
    """Decide whether a database with this instance and generation is the one that its marker speaks of.

    A database that has never sent anything may be without a marker: a crash came between the two.
    """
    if mark is None:
        return HoldReason.ALONE if generation else None
    if not mark.instance:
        return HoldReason.UNREADABLE
    if mark.instance != instance:
        return HoldReason.STRANGER
    return HoldReason.OLDER if mark.generation > generation else None


def write_mark(path: Path, mark: Mark) -> None:
    """Make or replace the marker of the database at `path`, durably. Raises StoreError where that is not possible."""
    marker = marker_of(path)
    part = part_of(marker)
    try:
        part.write_text(f"{mark.instance}\n{mark.generation:0{_DIGITS}d}\n{_WORDS}", encoding="ascii")
        flush(part)
        part.replace(marker)
    except OSError as error:
        raise StoreError(f"the marker {marker} cannot be written: {error.strerror}") from error


def advance_mark(path: Path, generation: int) -> None:
    """Overwrite the count in the marker of the database at `path`. Raises StoreError where that is not possible."""
    marker = marker_of(path)
    try:
        descriptor = os.open(marker, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, f"{generation:0{_DIGITS}d}".encode(), _PLACE_OF_COUNT)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreError(f"the marker {marker} cannot be written: {error.strerror}") from error


def part_of(path: Path) -> Path:
    """Where a file is written before it takes its name; each process and thread has its own."""
    return path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")


def flush(path: Path) -> None:
    """Wait until the file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
