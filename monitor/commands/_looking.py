"""What commands share that only look: a broken configuration must not blind the operator who mends it."""

from __future__ import annotations

from pathlib import Path

from monitor.rulebook.load import load_rules
from monitor.settings import Settings
from monitor.settings.sound import sound_settings
from monitor.terminal import complain
from monitor.watchlist.nouns import Loaded


def settings_to_look(config: Path) -> Settings:
    """The settings, or what is sound of them beside a warning. Raises ConfigError where not even that can be told."""
    settings, problems = sound_settings(config)
    if problems:
        complain(f"monitor: {config} is broken, and is looked at without what is: {problems[0].message}")
        complain("  `monitor check` shows all of it; a daemon that runs works on with what it was before")
    return settings


def rules_to_look(config: Path) -> tuple[Settings, Loaded]:
    """Settings as `settings_to_look` has them, and the rules that they name. Raises ConfigError or RuleError."""
    settings = settings_to_look(config)
    return settings, load_rules(settings.rules.paths)
