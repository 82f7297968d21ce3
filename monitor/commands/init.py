"""`monitor init`: a folder to begin with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from monitor.errors import ConfigError
from monitor.rulebook.files import shipped
from monitor.terminal import say

CONFIG = "config.toml"
INBOX = "inbox"

_EXAMPLE_FEED = re.compile(
    r'\[\[source\]\]\nname = "Example Post"\npath = [^\n]+\n# (feed = [^\n]+)\n# (every = [^\n]+)\n'
)


def init(directory: Path) -> int:
    """Write config.toml, the shipped rules and an empty inbox into `directory`; overwrite nothing.

    Raises ConfigError where something is there already, or nothing can be written.
    """
    files = dict(_files(directory))
    taken = [path for path in files if path.exists()]
    if taken:
        raise ConfigError(f"{taken[0]} is there already, and `init` overwrites nothing; choose another folder")
    try:
        (directory / INBOX).mkdir(parents=True, exist_ok=True)
        for path, source in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path) if isinstance(source, Path) else path.write_text(source, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{directory}: cannot write there: {error.strerror}") from error
    say(f"Written to {directory}: {CONFIG}, rules/ and an empty {INBOX}/.")
    say(f"Put articles into {directory / INBOX}, then: monitor run --once --config {directory / CONFIG}")
    return 0


def _files(directory: Path) -> Iterator[tuple[Path, str | Path]]:
    """Each file to write, with its text or the file to copy."""
    yield directory / CONFIG, starter_config(shipped("config.example.toml").read_text(encoding="utf-8"))
    rules = shipped("rules")
    for source in sorted(rules.rglob("*.toml")):
        yield directory / "rules" / source.relative_to(rules), source


def starter_config(example: str) -> str:
    """The example's configuration for a folder of one's own.

    Its inbox; the feed as a comment to fill in; every watchlist, so that a rule of one's own is in the next digest.
    """
    text = re.sub(r"(?m)^watchlists = ", "# watchlists = ", example.replace("examples/inbox", INBOX))
    return _EXAMPLE_FEED.sub(r'# [[source]]\n# name = "Example Post"\n# \1\n# \2\n', text)
