"""The log of a running daemon, and the file that a bug leaves behind."""

from __future__ import annotations

import logging
import os
import platform
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from monitor import __version__
from monitor.terminal import harmless

_PACKAGES = ("pydantic-settings", "typer", "apscheduler", "feedparser", "httpx2", "aiosmtplib", "google-re2", "jinja2")


class _Formatter(logging.Formatter):
    """Times in UTC; nothing in a line can act on a terminal."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record))


def start_logging(level: int = logging.INFO) -> None:
    """Log our own rooms to standard error; of the libraries only warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(level)


def write_bug_report(error: BaseException, arguments: Sequence[str], now: datetime) -> Path | None:
    """Write traceback, versions and context of a bug to a file and return its path; None if nothing can be written.

    The environment is left out: it may hold passwords.
    """
    lines = [
        f"watchlist-monitor {__version__} met a bug at {now.isoformat(timespec='seconds')}",
        f"arguments: {list(arguments)!r}",
        f"folder: {Path.cwd()}",
        f"python {sys.version.split()[0]} ({platform.platform()}), sqlite {sqlite3.sqlite_version}",
        ", ".join(f"{package} {_version_of(package)}" for package in _PACKAGES),
        "",
        "".join(traceback.format_exception(error)),
    ]
    name = f"bug-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
    for folder in _folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / name
            path.write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None


def _folders() -> list[Path]:
    """Where a bug report may go: the user's state folder (XDG Base Directory), else the folder of temporary files."""
    state = os.environ.get("XDG_STATE_HOME")
    home = os.environ.get("HOME")
    chosen = Path(state) if state else Path(home) / ".local" / "state" if home else None
    folders = [chosen / "watchlist-monitor"] if chosen and chosen.is_absolute() else []
    return [*folders, Path(tempfile.gettempdir())]


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
