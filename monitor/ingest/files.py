"""Files of a folder, opened so that none of them can block us, lead us away or fill our memory (cases 42 to 45)."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file that is read whole (all formats but JSONL, which is streamed)."""

_CHUNK = 1024 * 1024
_UNFINISHED = (".tmp", ".swp", ".swx", ".part", ".partial", ".crdownload", ".download", "~")
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


class UnreadableFileError(Exception):
    """A file that is not read, and why; its reason goes into a `Rejection`."""


class VanishedFileError(Exception):
    """A file that was listed and is gone now: no fault, it comes back under another name or not at all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a folder. `key` names it below the root, fit to be stored; `fault` says why it is not read.

    `kind` is its format where that does not stand in its name.
    """

    path: Path
    key: str
    size: int = 0
    mtime_ns: int = 0
    fault: str = ""
    kind: str = ""


def is_ignored(name: str) -> bool:
    """Hidden files, and those that an editor, a browser or a copy still works on, by their names."""
    return name.startswith((".", "~", "#")) or name.lower().endswith(_UNFINISHED)


def safe_name(path: str | Path) -> str:
    """A path as text that can be stored and shown: bytes that are no UTF-8, and controls, are escaped (case 44)."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) > 255 else f"\\x{ord(c):02x}" for c in text)


def list_folder(root: Path) -> Iterator[Listed]:
    """Every file below `root`, by name, folder by folder; links are not followed. Raises OSError for the root."""
    stack = [root]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted((entry for entry in entries if not is_ignored(entry.name)), key=lambda entry: entry.name)
        except FileNotFoundError:
            if folder == root:
                raise
            continue
        except OSError as error:
            if folder == root:
                raise
            yield Listed(folder, _key(folder, root), fault=f"a folder that cannot be read: {error.strerror}")
            continue
        folders = []
        for entry in found:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif (listed := _listed(path, root)) is not None:
                yield listed
        stack.extend(reversed(folders))


def list_maildir(root: Path) -> Iterator[Listed]:
    """The mails of a Maildir, delivered (`new`) and seen (`cur`); what is in `tmp` is not finished. Raises OSError.

    A mail keeps its name when it is read or answered, but for the flags after the colon, which are no part of its key.
    """
    for folder in (root / "new", root / "cur"):
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        for name in names:
            if (listed := _listed(folder / name, root)) is not None:
                yield replace(listed, key=safe_name(name.partition(":")[0]), kind=".eml")


def _key(path: Path, root: Path) -> str:
    return safe_name(path.relative_to(root))


def _listed(path: Path, root: Path) -> Listed | None:
    try:
        seen = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return Listed(path, _key(path, root), fault=f"cannot be looked at: {error.strerror}")
    kind = "" if stat.S_ISREG(seen.st_mode) else _KINDS.get(stat.S_IFMT(seen.st_mode), "no regular file")
    fault = f"{kind}; only regular files are read" if kind else ""
    return Listed(path, _key(path, root), seen.st_size, seen.st_mtime_ns, fault)


def open_regular(path: Path) -> BinaryIO:
    """A regular file, opened without following a link and without waiting.

    Raises UnreadableFileError and VanishedFileError.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise VanishedFileError(str(path)) from error
    except OSError as error:
        raise UnreadableFileError(f"cannot be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFileError("only regular files are read")
    return os.fdopen(descriptor, "rb")


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of an open file, in hex; leaves it at its beginning."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
