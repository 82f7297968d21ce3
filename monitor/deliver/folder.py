"""Files that others read while they are written: whole or not at all, and on the disk when this returns."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(folder: Path, name: str, content: bytes) -> Path:
    """Write a file under a name of its own, then give it its name. Raises OSError."""
    path, part = folder / name, folder / f".{name}.part"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, 0o644), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def flush(folder: Path) -> None:
    """Make new names durable: a rename is only safe once its folder is on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
