"""The log of a running daemon, and the file that a bug leaves behind."""

from __future__ import annotations

import json
import logging
import os
import platform
import re
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from pkgutil import iter_modules
from urllib.parse import quote

import monitor
from monitor import __version__
from monitor.errors import ConfigError
from monitor.terminal import harmless

_PACKAGES = ("pydantic-settings", "typer", "apscheduler", "feedparser", "httpx2", "aiosmtplib", "google-re2", "jinja2")

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_USERINFO = re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*@")
_LEVELS = ("debug", "info", "warning", "error")


class _Hidden:
    """What this process must never write, in every form in which it could; the longest first, which may hold others."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._forms: list[str] = []

    def add(self, secrets: Iterable[str]) -> None:
        self._known.update(secret for secret in secrets if secret)
        plain = {form for each in self._known for form in (each, repr(each)[1:-1], quote(each, safe=""))}
        self._forms = sorted(plain | {json.dumps(form)[1:-1] for form in plain}, key=len, reverse=True)

    def masked(self, text: str) -> str:
        """`text` with three stars in the place of every secret, and of whoever logs in at an address."""
        for form in self._forms:
            text = text.replace(form, "***")
        return _USERINFO.sub("***@", text)


_hidden = _Hidden()


def hide(secrets: Iterable[str]) -> None:
    """From now on none of these stands in a line of the log or in a bug report."""
    _hidden.add(secrets)


class _InUtc(logging.Formatter):
    converter = staticmethod(time.gmtime)


class TextFormatter(_InUtc):
    """A line for people. Nothing in it can act on a terminal, nor look like a line of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", _TIME)

    def format(self, record: logging.LogRecord) -> str:
        return harmless(_hidden.masked(super().format(record))).replace("\n", "\n    | ")


class JsonFormatter(_InUtc):
    """A line of JSON for machines: time, level, room, message, the ids that the message speaks of, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, object] = {
            "time": self.formatTime(record, _TIME),
            "level": record.levelname.lower(),
            "room": record.name.removeprefix("monitor."),
            "message": record.getMessage(),
            **getattr(record, "ids", {}),
        }
        if record.exc_info:
            values["traceback"] = self.formatException(record.exc_info)
        return _hidden.masked(json.dumps(values, default=str))


def start_logging(level: int = logging.INFO, *, as_json: bool = False, levels: Sequence[str] = ()) -> None:
    """Log our own rooms to standard error; of the libraries only warnings.

    `levels` are wishes as people write them: `debug`, `deliver=debug`. Raises ConfigError for one that cannot be read.
    """
    wishes = dict(_wish(written) for written in levels)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(level)
    for name, wish in wishes.items():
        logging.getLogger(name).setLevel(wish)


def _wish(written: str) -> tuple[str, int]:
    """`deliver=debug` as the name of a logger and its level."""
    room, _, level = written.rpartition("=")
    if level.lower() not in _LEVELS:
        raise ConfigError(f"--log-level {written}: a level is one of {', '.join(_LEVELS)}: `debug`, `deliver=debug`")
    if room and room not in (rooms := sorted(module.name for module in iter_modules(monitor.__path__))):
        raise ConfigError(f"--log-level {written}: there is no room `{room}`; there are {', '.join(rooms)}")
    return f"monitor.{room}" if room else "monitor", logging.getLevelName(level.upper())


def write_bug_report(error: BaseException, arguments: Sequence[str], now: datetime) -> Path | None:
    """Write traceback, versions and context of a bug to a file and return its path; None if nothing can be written.

    The environment is left out, for it may hold passwords, and what is hidden from the log is hidden here.
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
            path.write_text(_hidden.masked("\n".join(lines)), encoding="utf-8", errors="backslashreplace")
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
