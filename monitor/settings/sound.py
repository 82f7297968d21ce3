"""What is sound in a broken configuration: enough for commands that only look, while the operator mends the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from monitor.errors import ConfigError
from monitor.model import Problem
from monitor.settings.channels import Channel
from monitor.settings.load import ConfigFile, anchor, load_config
from monitor.settings.models import Settings, SourceSettings
from monitor.settings.subscriptions import SubscriptionSettings
from monitor.settings.wording import Keys, path_of


class _Sound(Settings):
    """Settings of which any part may be missing."""

    source: tuple[SourceSettings, ...] = ()
    channel: dict[str, Channel] = Field(default_factory=dict)
    subscription: tuple[SubscriptionSettings, ...] = ()


def sound_settings(path: Path) -> tuple[Settings, Sequence[Problem]]:
    """The settings of the file at `path` without the entries that are broken, and what is wrong with those.

    An entry is a source, a channel, a subscription, a key of another table. Secrets are not read. Raises ConfigError
    as `load_config` does where there is no file, no TOML, or no telling which database is meant.
    """
    try:
        return load_config(path).settings, ()
    except ConfigError as error:
        if not error.problems:
            raise
        data = ConfigFile(path).data
        settings = _sound(data)
        if settings is None:
            raise
        return anchor(_without_strays(settings), path.absolute().parent), error.problems


def _sound(data: dict[str, Any]) -> Settings | None:
    while True:
        try:
            return _Sound(**data)
        except ValidationError as error:
            if not _leave_out_broken(data, error):
                return None


def _leave_out_broken(data: dict[str, Any], error: ValidationError) -> bool:
    """Leave out the entries that are refused; False if the database is among them, or nothing can be left out."""
    broken = {path_of(details)[:2] for details in error.errors(include_url=False, include_input=False)}
    known = [keys for keys in sorted(broken, key=_from_behind, reverse=True) if keys and keys[0] in data]
    if not known or any(keys[0] == "store" for keys in known):
        return False
    for keys in known:
        _leave_out(data, *keys)
    return True


def _from_behind(keys: Keys) -> tuple[str, int]:
    """Entries of a list from the last to the first, so that their numbers hold."""
    return str(keys[0]), keys[1] if len(keys) > 1 and isinstance(keys[1], int) else 0


def _leave_out(data: dict[str, Any], table: Any, entry: Any = None) -> None:
    inside: Any = data.get(table)
    held = range(len(inside)) if isinstance(inside, list) else inside
    if isinstance(inside, list | dict) and entry in held:
        del inside[entry]
    else:
        data.pop(table, None)


def _without_strays(settings: Settings) -> Settings:
    """Without the subscriptions whose channel is not there."""
    kept = tuple(each for each in settings.subscription if each.channel in settings.channel)
    return settings.model_copy(update={"subscription": kept})
