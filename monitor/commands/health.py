"""`monitor health`: does the daemon get on with its work?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from monitor.commands._looking import settings_to_look
from monitor.health import complaints, health_file, read_health
from monitor.store import is_held
from monitor.terminal import complain, say


def health(config: Path, *, as_json: bool) -> int:
    """Print the signs of life of the daemon; 1 if it is not at work, or a loop of it makes no progress.

    Raises ConfigError.
    """
    database = settings_to_look(config).store.path
    report = read_health(health_file(database))
    found = complaints(report, datetime.now(UTC), held=is_held(database))
    if as_json:
        say(json.dumps({"healthy": not found, "complaints": found, "report": report}, indent=2))
        return int(bool(found))
    for line in found:
        complain(f"monitor: {line}")
    if report and not found:
        loops = ", ".join(f"{name} {loop['progress']}" for name, loop in report["loops"].items())
        say(f"healthy: process {report['process']} since {report['started']}; last progress: {loops}")
    return int(bool(found))
