"""`monitor sources remove`: a source less in the configuration."""

from __future__ import annotations

from pathlib import Path

from monitor.commands._sources_file import replace_text, text_of
from monitor.settings import load_config
from monitor.settings.edit import remove_source
from monitor.terminal import say


def remove(config: Path, name: str) -> int:
    """Take it out by its name or its feed's address; what was read of it stays. Raises ConfigError."""
    settings = load_config(config).settings
    named = next((source.name for source in settings.source if name in (source.name, source.feed)), name)
    replace_text(config, remove_source(text_of(config), named))
    say(f"removed {named}")
    return 0
