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
from collections.abc import Sequence
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


class _Masked(logging.Formatter):
    """Times in UTC, and no secret in a line: neither those given nor the password of an address."""

    converter = staticmethod(time.gmtime)

    def __init__(self, form: str | None = None, secrets: Sequence[str] = ()) -> None:
        super().__init__(form, _TIME)
        forms = {form for secret in secrets if secret for form in self._forms(secret)}
        self._secrets = sorted(forms, key=len, reverse=True)

    @staticmethod
    def _forms(secret: str) -> Sequence[str]:
        """How a secret may stand in a line: as it is, as `repr` quotes it, as a part of an address."""
        return secret, repr(secret)[1:-1], quote(secret, safe="")

    def masked(self, text: str) -> str:
        """`text` with every secret as three stars."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _USERINFO.sub("***@", text)


class TextFormatter(_Masked):
    """A line for people. Nothing in it can act on a terminal, nor look like a line of its own."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", secrets)

    def format(self, record: logging.LogRecord) -> str:
        return harmless(self.masked(super().format(record))).replace("\n", "\n    | ")


class JsonFormatter(_Masked):
    """A line of JSON for machines: time, level, room, message, the ids that the message speaks of, and a traceback."""

    @staticmethod
    def _forms(secret: str) -> Sequence[str]:
        """The same forms, with what JSON escapes in them."""
        return [json.dumps(form)[1:-1] for form in _Masked._forms(secret)]

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
        return self.masked(json.dumps(values, default=str))


def start_logging(
    level: int = logging.INFO, *, as_json: bool = False, levels: Sequence[str] = (), secrets: Sequence[str] = ()
) -> None:
    """Log our own rooms to standard error; of the libraries only warnings.

    `levels` are wishes as people write them: `debug`, `deliver=debug`. `secrets` never appear in a line. Raises
    ConfigError for a wish that cannot be read.
    """
    wishes = dict(_wish(written) for written in levels)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets=secrets) if as_json else TextFormatter(secrets))
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
