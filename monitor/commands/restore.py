"""`monitor restore`: a copy in the place of the database, and nothing mailed before it is released."""

from __future__ import annotations

from pathlib import Path

from monitor.app import utc_now
from monitor.checks import setting_faults
from monitor.settings import load_config
from monitor.store import Lock
from monitor.store.backup import restore as put_back
from monitor.terminal import say


def restore(file: Path, config: Path) -> int:
    """Restore, while no daemon works here. Raises ConfigError, StoreError; then nothing has changed."""
    database = load_config(config, setting_faults).settings.store.path
    with Lock.acquire(database, utc_now()):
        aside = put_back(file, database)
    say(f"{database} is {file} now" + (f"; what was there before is {aside}" if aside else ""))
    say("Nothing is mailed until you say what happens to what waits: `monitor outbox release --send` or `--as-told`.")
    return 0
