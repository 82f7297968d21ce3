"""`monitor doctor`: whatever could keep the monitor from working, and what to do about it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from monitor.app import utc_now
from monitor.diagnosis import Grade, examine, reach, worst
from monitor.terminal import count, say

_SIGNS = {Grade.GOOD: "ok  ", Grade.WARNING: "warn", Grade.WRONG: "BAD "}


def doctor(config: Path, *, network: bool, as_json: bool) -> int:
    """Print what was found; 1 if something is wrong. `network` also asks sources and mail servers."""
    findings, settings = examine(config, utc_now())
    if network and settings is not None:
        findings += asyncio.run(reach(settings, utc_now()))
    if as_json:
        say(json.dumps([asdict(finding) for finding in findings], indent=2))
        return int(worst(findings) is Grade.WRONG)
    for finding in findings:
        say(f"{_SIGNS[finding.grade]} {finding.subject}: {finding.message}")
        if finding.advice:
            say(f"       {finding.advice}")
    bad, warned = (sum(finding.grade is grade for finding in findings) for grade in (Grade.WRONG, Grade.WARNING))
    say(f"{count(bad, 'thing')} to mend, {count(warned, 'warning')}")
    return int(bool(bad))
