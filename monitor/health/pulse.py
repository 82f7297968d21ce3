"""Is the daemon getting on with its work? Every loop leaves a sign of life whenever it gets anywhere.

The signs are kept in memory, and written every few seconds into a small file beside the database, which `monitor
health` reads. A loop that has not moved for longer than it may is late; a process with a late loop is not healthy,
however alive it is. Within the process ages are measured by the steady clock: neither a changed wall clock nor a
machine that slept makes a loop late.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.health.report import forget_health, write_health

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(slots=True)
class _Loop:
    """Since when a loop has not moved, by both clocks; `failing` if its steps come to nothing since then."""

    allowed: timedelta
    steady: float
    at: datetime
    failing: bool = False


class Pulse:
    """The signs of life of one process, and how long each kind of work took. Safe to use from several threads."""

    def __init__(self, clock: Clock, steady: Callable[[], float] = time.monotonic) -> None:
        """`clock` dates the signs for readers; `steady` measures, in seconds."""
        self._clock = clock
        self._steady = steady
        self._loops: dict[str, _Loop] = {}
        self.started = clock()
        self.counts: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self.notes: dict[str, int] = {}

    def expect(self, loop: str, allowed: timedelta) -> None:
        """From now on `loop` has to move at least once every `allowed`."""
        self._loops[loop] = _Loop(allowed, self._steady(), self._clock())

    def tick(self, loop: str) -> None:
        """`loop` got somewhere. One that nobody expects needs no sign, and one that fails gives none."""
        known = self._loops.get(loop)
        if known and not known.failing:
            known.steady, known.at = self._steady(), self._clock()

    def ended(self, loop: str, *, well: bool) -> None:
        """A step of `loop` came to its end. Where it failed, what it does is no progress before a step ends well."""
        if known := self._loops.get(loop):
            known.failing = not well
        self.tick(loop)

    def clock_of(self, loop: str) -> Clock:
        """The clock, for a worker that asks for the time with every piece of work: each question is a sign of life."""

        def look() -> datetime:
            self.tick(loop)
            return self._clock()

        return look

    def spend(self, stage: str, seconds: float, count: int = 1) -> None:
        """`stage` did `count` pieces of work in so many seconds."""
        self.counts[stage] += count
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    def ages(self) -> dict[str, float]:
        """Seconds since each loop last moved."""
        now = self._steady()
        return {name: max(0.0, now - loop.steady) for name, loop in list(self._loops.items())}

    def late(self) -> list[str]:
        """The loops that have not moved for longer than they may."""
        ages = self.ages()
        return [name for name, loop in list(self._loops.items()) if ages[name] > loop.allowed.total_seconds()]

    def report(self) -> dict[str, Any]:
        """What the file says."""
        loops = {
            name: {"progress": _written(loop.at), "allowed": loop.allowed.total_seconds()}
            for name, loop in list(self._loops.items())
        }
        late = self.late()
        for name in late:
            loops[name]["late"] = True
        return {
            "process": os.getpid(),
            "started": _written(self.started),
            "written": _written(self._clock()),
            "loops": loops,
            **self.notes,
        }


async def show_life(
    pulse: Pulse, path: Path | None, alive: Callable[[], None], every: float, stop: asyncio.Event
) -> None:
    """Every so many seconds until `stop`: write the signs of life to `path`, and call `alive` if no loop is late."""
    complained: list[str] = []
    while not stop.is_set():
        late = pulse.late()
        if late and late != complained:
            log.error("no progress: %s", ", ".join(late))
        complained = late
        if not late:
            alive()
        if path is not None:
            with suppress(OSError):  # a full disk: whoever reads the file finds it stale, and that is right
                write_health(path, pulse.report())
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await stop.wait()
    if path is not None:
        forget_health(path)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
