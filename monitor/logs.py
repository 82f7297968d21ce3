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
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from pkgutil import iter_modules
from urllib.parse import quote

import monitor
from monitor import __version__
from monitor.errors import ConfigError, MonitorError
from monitor.terminal import harmless

log = logging.getLogger(__name__)

_PACKAGES = ("pydantic-settings", "typer", "apscheduler", "feedparser", "httpx2", "aiosmtplib", "google-re2", "jinja2")

_MOST_REPORTS = 20
"""Files that the bugs of one process may leave."""

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
    root.handlers = [handler, _BugReports()]
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


class _BugReports(logging.Handler):
    """A bug that was logged with its traceback, because the daemon goes on, is written to a file too; each place once.

    What people can mend (`MonitorError`) is no bug.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._places: set[tuple[str, int]] = set()

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or error.__traceback__ is None or isinstance(error, MonitorError):
            return
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = (where.filename, where.lineno or 0)
        if place in self._places or len(self._places) >= _MOST_REPORTS:
            return
        self._places.add(place)
        now = datetime.fromtimestamp(record.created, UTC)
        if path := write_bug_report(error, sys.argv[1:], now, record.getMessage()):
            log.error("this is a bug of ours, sorry; the details are in %s", path)


def write_bug_report(
    error: BaseException, arguments: Sequence[str], now: datetime, context: str = "the command broke off"
) -> Path | None:
    """Write traceback, versions and context of a bug to a file and return its path; None if nothing can be written.

    The environment is left out, for it may hold passwords, and what is hidden from the log is hidden here.
    """
    lines = [
        f"watchlist-monitor {__version__} met a bug at {now.isoformat(timespec='seconds')}",
        f"arguments: {list(arguments)!r}",
        f"what was said: {context}",
        f"folder: {Path.cwd()}",
        f"python {sys.version.split()[0]} ({platform.platform()}), sqlite {sqlite3.sqlite_version}",
        ", ".join(f"{package} {_version_of(package)}" for package in _PACKAGES),
        "",
        "".join(traceback.format_exception(error)),
    ]
    name = f"bug-{now:%Y%m%dT%H%M%S}-{os.getpid()}"
    for folder in _folders():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            names = (f"{name}.log", *(f"{name}-{number}.log" for number in range(2, 2 + _MOST_REPORTS)))
            path = next(path for each in names if not (path := folder / each).exists())
            with path.open("x", encoding="utf-8", errors="backslashreplace") as file:  # never through a link of others
                file.write(_hidden.masked("\n".join(lines)))
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
