"""One monitor per database: a lock file beside it that says who holds it (case 76).

The lock is the kernel's (`flock`), so it ends with its process, however that ends; the file itself stays and means
nothing. It is taken by whatever ingests or sends; commands that only look need none.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from monitor.errors import StoreError


class Lock:
    """Held from `acquire` to `release`, or to the end of a `with` block."""

    def __init__(self, descriptor: int) -> None:
        """Use `Lock.acquire`."""
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, database: Path, started: datetime) -> Self:
        """Take the lock of the database at `database`, with our pid and the time `started` for others to read.

        Raises StoreError, naming the holder, if another process has it.
        """
        path = lock_of(database)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"the lock file {path} cannot be opened: {error.strerror}") from error
        try:
            _take(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()}, started {started.isoformat(' ', 'seconds')}\n".encode(), 0)
        except BlockingIOError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise StoreError(
                f"another monitor works with {database} ({holder}): stop it first, or use another database"
            ) from error
        except OSError as error:
            os.close(descriptor)
            raise StoreError(f"the lock file {path} cannot be written: {error.strerror}") from error
        return cls(descriptor)

    def release(self) -> None:
        """Let the next one in. The file stays: to delete it would let two processes lock two files of one name."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_of(database: Path) -> Path:
    """The lock file of a database."""
    return database.with_name(database.name + ".lock")


def is_held(database: Path) -> bool:
    """Is a process at work with the database now? That of a container counts, whose number means nothing here."""
    try:
        descriptor = os.open(lock_of(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:  # not ours to look at: then its signs of life have to do
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _take(descriptor: int) -> None:
    """Take the lock; `is_held` may have it for the blink of an eye. Raises BlockingIOError."""
    for _ in range(5):
        with suppress(BlockingIOError):
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(0.02)
    return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(descriptor: int) -> str:
    written = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip()
    return written or "it does not say which"
