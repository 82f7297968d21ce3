"""Rules as the commands for those who write them take them: from the command line, the configuration, or shipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.errors import RuleError
from monitor.query.rule import Rule
from monitor.rulebook.files import shipped_rules
from monitor.rulebook.load import load_rules
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.page import did_you_mean

DEFAULT_CONFIG = Path("config.toml")


def load_configured(paths: Sequence[Path], config: Path | None) -> Loaded:
    """The rules at `paths`; where none are named those of the configuration, and without one those that are shipped.

    Settings are imported late: a command on rule files alone starts in half the time without them.
    """
    if paths:
        return load_rules(paths)
    if config is not None or DEFAULT_CONFIG.exists():
        from monitor.settings import load_config

        return load_rules(load_config(config or DEFAULT_CONFIG).settings.rules.paths)
    return load_rules([shipped_rules()])


def rule_called(loaded: Loaded, name: str) -> Rule:
    """The rule that is meant by `watchlist/rule`, or by the id alone where there is one of it. Raises RuleError."""
    found = [rule for rule in loaded.rules if name in (rule.id, f"{rule.watchlist}/{rule.id}")]
    if len(found) == 1:
        return found[0]
    if found:
        every = " or ".join(f"{rule.watchlist}/{rule.id}" for rule in found)
        raise RuleError(f"there are several rules {name}: say {every}")
    broken = [f"{w.name}/{rule}" for w in loaded.watchlists for rule in w.broken if name in (rule, f"{w.name}/{rule}")]
    if broken:
        raise RuleError(f"the rule {broken[0]} is broken: see monitor check")
    known = [*(rule.id for rule in loaded.rules), *(f"{rule.watchlist}/{rule.id}" for rule in loaded.rules)]
    hint = did_you_mean(name, known)
    raise RuleError(f"there is no rule {name}{f'; {hint}' if hint else ''}")
