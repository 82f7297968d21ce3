"""`make crash`: a thousand deaths at random instants, on a bad network, a full disk and a failing one; then the books.

Every life is a child that gets an article and does its round; it is killed after a random time, at a random point, or
when the server hears a random word of SMTP. Meanwhile the server refuses, drops and falls silent, the database may not
grow, files may not grow, and fsync fails (strace, where it may trace). At random instants the life is stopped and its
files are copied, once whole and once with the end of the write-ahead log torn off: each copy must open, and hold whole
transactions only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from monitor.store import Database
from tests.deliver.bench import DROP, HANG, serving
from tests.e2e.crash_bench import (
    DOUBT,
    REPOSITORY,
    START,
    Books,
    Nursery,
    Server,
    aftermath,
    books,
    in_doubt,
    kill,
    new_house,
    steps,
    structure,
    write_article,
)
from tests.e2e.crash_child import Job, line_of
from tests.e2e.test_crash_points import POINTS, SMTP

PHASES = [phase.removeprefix("smtp: ") for phase in SMTP]
REPLIES = ("421 later", "451 later", "452 full", DROP, DROP, "hello?", HANG)
PATIENCE = 0.3


@dataclass
class Tally:
    """What was done to the monitor."""

    lives: int = 0
    kills: int = 0
    doubts: int = 0
    full_disks: int = 0
    failing_disks: int = 0
    copies: int = 0
    bad_copies: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)


class Soak:
    """The lives of one database."""

    def __init__(self, folder: Path, nursery: Nursery, server: Server, port: int, seed: int) -> None:
        self.folder, self.nursery, self.server, self.port = folder, nursery, server, port
        self.chance = random.Random(seed)
        self.titles: list[str] = []
        self.allowed: Counter[str] = Counter()
        self.now = START
        self.tally = Tally()
        self._traces = shutil.which("strace") is not None

    async def live(self) -> None:
        """One life and its end; what is in doubt after it must have a cause."""
        chance, since = self.chance, len(self.server.fate)
        if chance.random() < 0.7:
            self.titles.append(write_article(self.folder, chance, len(self.titles)))
        morning, self.now = self.now + timedelta(minutes=chance.randint(1, 20)), self.now + timedelta(minutes=30)
        self.server.script = self._weather()
        job = self._job(morning)
        ended = await (self._fail_disk(job) if self._traces and chance.random() < 0.02 else self._fork(job))
        self.server.on_phase = None
        await self.server.silence()
        killed = ended == -signal.SIGKILL
        self.tally.lives += 1
        self.tally.kills += killed
        doubtful = in_doubt(self.folder, self.server, since)
        self.tally.doubts += len(doubtful)
        self.allowed.update(doubtful)
        blind = {name for name, answer in self.server.fate[since:] if answer in DOUBT}
        if not killed and not self._disk_fails(job, ended) and set(doubtful) - blind:
            self.tally.unexplained.append(f"life {self.tally.lives} ended with {ended}: {set(doubtful) - blind}")
        if wrong := structure(self.folder / "state" / "monitor.db"):
            self.tally.bad_copies.append(f"after life {self.tally.lives}: {wrong}")

    async def balance(self) -> Books:
        """Fair weather until all that can leave has left; then the books."""
        self.server.script, self.server.on_phase = {}, None
        for hours in (1, 7, 13):
            job = Job(str(self.folder), self.port, aftermath(self.now + timedelta(hours=hours)))
            assert await self.nursery.live(job) == 0
        return books(self.folder, self.server, self.titles, self.allowed)

    def _weather(self) -> dict[str, str]:
        if self.chance.random() < 0.6:
            return {}
        phase = self.chance.choice(PHASES)
        # A server that answers in the middle of a message, and then takes it, lies: no client could tell.
        return {phase: DROP if phase == "body" else self.chance.choice(REPLIES)}

    def _job(self, morning: object) -> Job:
        chance = self.chance
        whole = steps(morning, "ingest") + steps(self.now, "compose", "send", "tidy")  # type: ignore[arg-type]
        job = Job(str(self.folder), self.port, whole, patience=PATIENCE)
        fate = chance.random()
        if fate < 0.05:
            self.tally.full_disks += 1
            return Job(job.folder, job.port, whole, patience=PATIENCE, pages=chance.randint(0, 3))
        if fate < 0.1:
            self.tally.full_disks += 1
            size = (self.folder / "state" / "monitor.db").stat().st_size + chance.randint(0, 200_000)
            return Job(job.folder, job.port, whole, patience=PATIENCE, file_size=size)
        if fate < 0.6:
            point = chance.choice([point for point in POINTS if point not in SMTP])
            return Job(job.folder, job.port, whole, patience=PATIENCE, kill_at=point, nth=chance.randint(1, 3))
        return job

    async def _fork(self, job: Job) -> int:
        """A life that dies at its point, at a word of SMTP, or by the clock."""
        chance, deaths = self.chance, []

        def born(pid: int) -> None:
            if job.kill_at or job.pages is not None or job.file_size is not None:
                return
            if chance.random() < 0.4:
                phase = chance.choice(PHASES)
                self.server.on_phase = lambda reached: kill(pid) if reached == phase else None
            else:
                deaths.append(asyncio.create_task(self._die(pid, chance.random() * 0.4)))

        ended = await self.nursery.live(job, born)
        for death in deaths:
            death.cancel()
        await asyncio.gather(*deaths, return_exceptions=True)
        return ended

    async def _die(self, pid: int, after: float) -> None:
        """Stop a life at a random instant, sometimes take a picture of its files, and kill it."""
        await asyncio.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            if self.chance.random() < 0.3:
                self._picture()
            os.kill(pid, signal.SIGKILL)

    def _picture(self) -> None:
        state = self.folder / "state"
        for torn in (False, True):
            with tempfile.TemporaryDirectory(dir=self.folder) as place:
                copy = Path(place) / "monitor.db"
                for ending in ("", "-wal"):
                    with suppress(FileNotFoundError):
                        shutil.copyfile(f"{state / 'monitor.db'}{ending}", f"{copy}{ending}")
                wal = Path(f"{copy}-wal")
                if torn and wal.exists():
                    os.truncate(wal, self.chance.randint(0, wal.stat().st_size))
                self.tally.copies += 1
                try:
                    Database.open(copy, create=False).close()
                    wrong = structure(copy)
                except Exception as error:
                    wrong = [f"{type(error).__name__}: {error}"]
                if wrong:
                    self.tally.bad_copies.append(f"a copy in life {self.tally.lives + 1} (torn: {torn}): {wrong}")

    async def _fail_disk(self, job: Job) -> int:
        """A life whose fsync fails from some call on."""
        self.tally.failing_disks += 1
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(line_of(Job(job.folder, job.port, job.steps, patience=PATIENCE)))
            file.flush()
            fault = f"inject=fsync,fdatasync:error=EIO:when={self.chance.randint(1, 25)}+"
            process = await asyncio.create_subprocess_exec(
                *("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", fault),
                *(sys.executable, "-m", "tests.e2e.crash_child", file.name),
                cwd=REPOSITORY,
                stderr=subprocess.DEVNULL,
            )
            return 100 + await process.wait()

    @staticmethod
    def _disk_fails(job: Job, ended: int) -> bool:
        return job.pages is not None or job.file_size is not None or ended >= 100


async def soak(kills: int, seed: int) -> bool:
    """Live until so many lives were killed; say what came of it, and whether the books balance."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        new_house(Path(place) / "house")
        server = Server(patience=2 * PATIENCE)
        async with Nursery.open() as nursery, serving(server.converse) as port:
            family = Soak(Path(place) / "house", nursery, server, port, seed)
            while family.tally.kills < kills:
                await family.live()
                if family.tally.lives % 100 == 0:
                    print(f"  {family.tally.lives} lives, {family.tally.kills} killed", flush=True)
            found = await family.balance()
    report(family, found, time.monotonic() - began)
    return found.balanced and not family.tally.bad_copies and not family.tally.unexplained


def report(family: Soak, found: Books, seconds: float) -> None:
    tally = family.tally
    print(f"{tally.lives} lives in {seconds:.0f} s, {tally.kills} killed; {len(family.titles)} articles")
    print(f"full disks {tally.full_disks}, failing disks {tally.failing_disks}, ends in doubt {tally.doubts}")
    print(f"copies of the files opened {tally.copies}, bad ones {len(tally.bad_copies)}")
    print(f"messages sent {found.sent}, parked {found.parked}")
    print(f"lost {len(found.lost)}, repeated {found.repeats}, repeated without a doubt {len(found.doubled)}")
    print(f"not byte-identical {len(found.altered)}")
    for line in (*found.lost, *found.doubled, *found.broken, *tally.bad_copies, *tally.unexplained):
        print(f"  {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    return 0 if asyncio.run(soak(given.kills, given.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
