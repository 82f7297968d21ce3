"""`monitor backup`: a sound copy of the database, beside a running daemon."""

from __future__ import annotations

from pathlib import Path

from monitor.app import look
from monitor.checks import setting_faults
from monitor.errors import StoreError
from monitor.settings import load_config
from monitor.terminal import say


def backup(file: Path, config: Path) -> int:
    """Write the copy, readable by its owner only: it holds articles, recipients and mails.

    The marker beside the database is no part of it (see `monitor.store.marker`). Raises ConfigError, StoreError.
    """
    settings = load_config(config, setting_faults).settings
    if file.exists() and file.samefile(settings.store.path):
        raise StoreError(f"{file} is the database itself")
    store = look(settings)
    try:
        store.copy_to(file)
    finally:
        store.close()
    say(f"{file}: {file.stat().st_size / 1_000_000:.1f} MB")
    return 0
