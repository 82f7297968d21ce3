"""What the verbs of `monitor sources` that change the configuration share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from monitor.errors import ConfigError
from monitor.settings.edit import Value, append_sources
from monitor.settings.load import LARGEST

NewSource = tuple[Mapping[str, Value], str]
"""The keys of a source to be added, and the comment above it."""


def source_name(title: str, url: str, taken: Collection[str]) -> str:
    """A name that the configuration takes: of the feed's title, else its host; with a number where it is in use.

    `taken` holds names in casefold.
    """
    shown = " ".join("".join(character if character.isprintable() else " " for character in title).split())
    stem = shown[:180].strip() or urlsplit(url).hostname or "feed"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} ({number})"
    return name


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of a file in one step, with the file's rights; a link stays one. Raises ConfigError."""
    target = path.resolve()
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(target.stat().st_mode & 0o7777)
        Path(file.name).replace(target)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error


def text_of(path: Path) -> str:
    """The text of the configuration, its line ends as they are. Raises ConfigError."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def write_sources(config: Path, sources: Sequence[NewSource]) -> None:
    """Append sources to the configuration. Raises ConfigError, also where it would become too large to be read."""
    text = append_sources(text_of(config), sources)
    if len(text.encode()) > LARGEST:
        raise ConfigError(f"{config}: with these sources it would be larger than {LARGEST:,} bytes")
    replace_text(config, text)
