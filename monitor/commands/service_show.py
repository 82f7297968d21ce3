"""`monitor service show`: the unit for systemd."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.checks import setting_faults
from monitor.commands._unit import unit
from monitor.settings import load_config
from monitor.terminal import say


def show(config: Path) -> int:
    """Print the unit: root's for the whole system, anybody else's for their own manager. Raises ConfigError."""
    settings = load_config(config, setting_faults).settings
    say(unit(config, settings, system=os.geteuid() == 0).rstrip("\n"))
    return 0
