"""`monitor health`: does the daemon get on with its work?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from monitor.commands._looking import settings_to_look
from monitor.health import condition
from monitor.terminal import complain, say


def health(config: Path, *, as_json: bool) -> int:
    """Print the signs of life of the daemon; 1 if it is not at work, or a loop of it makes no progress.

    Raises ConfigError.
    """
    database = settings_to_look(config).store.path
    found = condition(database, datetime.now(UTC))
    report = found.report
    if as_json:
        told = {"healthy": not found.complaints, "complaints": found.complaints, "report": report}
        say(json.dumps(told, indent=2))
        return int(bool(found.complaints))
    for line in found.complaints:
        complain(f"monitor: {line}")
    if report and not found.complaints:
        loops = ", ".join(f"{name} {loop['progress']}" for name, loop in report["loops"].items())
        say(f"healthy: process {report['process']} since {report['started']}; last progress: {loops}")
    return int(bool(found.complaints))
