"""Files and folders read once, without any memory: for `monitor match` and `monitor learn`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from monitor.errors import SourceError
from monitor.ingest.article import Setting
from monitor.ingest.files import UnreadableFileError, VanishedFileError, list_folder, open_regular, safe_name
from monitor.ingest.formats import READ_FORMATS, articles_in, format_of
from monitor.model import Article, Rejection


def read_paths(paths: Sequence[Path], now: datetime, source: str = "files") -> Iterator[Article | Rejection]:
    """The articles of files and folders in the order given, a folder's files by name. `now` becomes their arrival.

    Raises SourceError for a path that is not there: the user named it.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path, now, source)
        elif path.is_file():
            yield from _file(path.resolve() if path.is_symlink() else path, safe_name(path), now, source)
        else:
            raise SourceError(f"{safe_name(path)}: there is no such file or folder")


def _folder(root: Path, now: datetime, source: str) -> Iterator[Article | Rejection]:
    try:
        for listed in list_folder(root):
            origin = safe_name(listed.path)
            yield from [Rejection(origin, listed.fault)] if listed.fault else _file(listed.path, origin, now, source)
    except OSError as error:
        raise SourceError(f"{safe_name(root)} cannot be read: {error.strerror}") from error


def _file(path: Path, origin: str, now: datetime, source: str) -> Iterator[Article | Rejection]:
    kind = format_of(path)
    if not kind:
        yield Rejection(origin, f"its format is not read here; read are {' '.join(READ_FORMATS)}")
        return
    try:
        with open_regular(path) as file:
            yield from articles_in(file, kind, Setting(source, origin, now))
    except UnreadableFileError as error:
        yield Rejection(origin, str(error))
    except VanishedFileError:
        yield Rejection(origin, "is gone")
