"""The file of signs of life beside the database: the daemon writes it, everybody else looks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.store import is_held

STALE = timedelta(minutes=1)
"""How old the file may be: it is written every five seconds, by the event loop that does all the work."""

_AHEAD = timedelta(minutes=5)
"""How far into the future a sign may lie before the clock counts as changed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How the daemon of a database is: its last report, if there is one, and why it is not healthy."""

    report: Mapping[str, Any] | None
    complaints: tuple[str, ...]


def condition(database: Path, now: datetime) -> Condition:
    """How the daemon that works with `database` is as of `now`, as its signs of life and its lock tell."""
    report = read_health(health_file(database))
    return Condition(report, tuple(complaints(report, now, held=is_held(database))))


def health_file(database: Path) -> Path:
    """Where the signs of life of the daemon of a database are written."""
    return database.with_name(database.name + ".health")


def write_health(path: Path, report: Mapping[str, Any]) -> None:
    """Replace the file; raises OSError. It may be lost with the machine: it is about this moment only."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(report), encoding="utf-8")
    part.replace(path)


def forget_health(path: Path) -> None:
    """A daemon that ended in order leaves no sign of life."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def read_health(path: Path) -> Mapping[str, Any] | None:
    """What the daemon last wrote; None where there is nothing that can be read."""
    try:
        report = json.loads(path.read_bytes()[:100_000])
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) else None


def complaints(report: Mapping[str, Any] | None, now: datetime, *, held: bool = True) -> list[str]:
    """Why the daemon that wrote `report` is not healthy as of `now`; nothing if it is.

    `held` says whether a process holds the lock of the database: a dead one leaves its last sign of life behind.
    """
    if report is None:
        return ["no daemon is at work here"]
    written = _read(report.get("written"))
    if written is None:
        return ["the sign of life cannot be read"]
    if not held:
        return [f"process {report.get('process')} ended without a word after {_shown(written)}"]
    found = []
    if now - written > STALE:
        found.append(f"no sign of life since {_shown(written)}")
    if written - now > _AHEAD:
        found.append(f"the last sign of life is of the future ({_shown(written)}): the clock was changed")
    loops = report.get("loops")
    for name, loop in loops.items() if isinstance(loops, dict) else ():
        progress = _read(loop.get("progress"))
        allowed = timedelta(seconds=float(loop.get("allowed", 0)))
        if loop.get("late") or progress is None:
            found.append(f"{name}: no progress since {_shown(progress)}, allowed are {_span(allowed)}")
    return found


def _read(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _shown(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "ever"


def _span(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:g} min"
