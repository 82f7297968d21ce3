"""What rule files were found to be, kept on disk over a restart: a folder beside the database, an entry for each file.

For `monitor check` there is a folder of the user's own. An entry is named after all that it depends on: the program,
the packages that decide of words, the schema of the entries, the file's path and content. It is used only where its
checksum holds and nobody but this user could have written it. Whatever is wrong with the cache, the rules are read
again, and nobody hears of it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from monitor import __version__

log = logging.getLogger(__name__)
_SCHEMA = 1
_ROOMS = ("model", "query", "text", "watchlist")
_LANGUAGE_PACKAGES = ("simplemma", "google-re2")
"""What else decides of the inflection of words, and of the patterns that are sound."""

_LARGEST = 200_000_000
_MADE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
_UNUSED_FOR = 7 * 86_400
"""Seconds after which an entry goes that nothing asked for: a checkout of another branch comes back before."""


class RuleCache:
    """Entries in `folder`, which is made at the first one. Nothing here raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """The entry of a key; None where there is none that can be trusted."""
        try:
            content = self._read(self._path(key))
        except OSError:
            return None
        checksum, _, entry = content.partition(b"\n")
        return entry if checksum == _checksum(entry) else None

    def put(self, key: str, entry: bytes) -> None:
        """Keep an entry. Where that fails, there is none."""
        path = self._path(key)
        part = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(part, _MADE, 0o600), "wb") as file:  # noqa: PTH123  (readable by its owner from the start)
                file.write(_checksum(entry) + b"\n" + entry)
            part.replace(path)
        except OSError as error:
            log.info("the rule cache in %s cannot be written: %s", self._folder, error.strerror)
            with suppress(OSError):
                part.unlink()

    def sweep(self) -> None:
        """Delete what nothing has asked for in a week."""
        with suppress(OSError):
            for path in list(self._folder.iterdir()):
                if time.time() - path.stat().st_mtime > _UNUSED_FOR:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(f"{_SCHEMA}\n{program()}\n{key}".encode()).hexdigest()

    def _read(self, path: Path) -> bytes:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            mine = state.st_uid == os.geteuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            if not mine or state.st_size > _LARGEST:
                raise PermissionError(f"{path} is not ours")
            if time.time() - state.st_mtime > _UNUSED_FOR / 2:
                os.utime(file.fileno())
            return file.read()


@cache
def program() -> str:
    """The program that reads rules and runs their cases, down to its text: another one may find something else."""
    versions = [version(package) for package in _LANGUAGE_PACKAGES]
    digest = hashlib.sha256(repr((__version__, sys.version, versions)).encode())
    for path in _sources():
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def user_cache() -> RuleCache | None:
    """The cache of the user's own (XDG Base Directory), for commands on rule files; None where there is no home."""
    chosen, home = os.environ.get("XDG_CACHE_HOME"), os.environ.get("HOME")
    folder = Path(chosen) if chosen else Path(home) / ".cache" if home else None
    return RuleCache(folder / "watchlist-monitor" / "rules") if folder and folder.is_absolute() else None


def _sources() -> Iterator[Path]:
    package = Path(__file__).parents[1]
    for room in _ROOMS:
        yield from sorted((package / room).rglob("*.py"))


def _checksum(entry: bytes) -> bytes:
    return hashlib.sha256(entry).hexdigest().encode()
