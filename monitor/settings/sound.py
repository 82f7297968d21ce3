"""What is sound in a broken configuration: enough for commands that only look, while the operator mends the rest."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from contextlib import suppress
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

_STORE = re.compile(r"\s*\[?\s*[\"']?store\b")
_MOST_TRIED = 20
"""Tables before the slip that are tried as an end of what can be read: it may have begun earlier, with a quote."""


class _Sound(Settings):
    """Settings of which any part may be missing."""

    source: tuple[SourceSettings, ...] = ()
    channel: dict[str, Channel] = Field(default_factory=dict)
    subscription: tuple[SubscriptionSettings, ...] = ()


def sound_settings(path: Path) -> tuple[Settings, Sequence[Problem]]:
    """The settings of the file at `path` without the entries that are broken, and what is wrong with those.

    An entry is a source, a channel, a subscription, a key of another table; where the file is no TOML, it is whatever
    begins before. Secrets are not read. Raises ConfigError as `load_config` does where there is no file, nothing
    before the slip, or no telling which database is meant.
    """
    try:
        return load_config(path).settings, ()
    except ConfigError as error:
        if not error.problems:
            raise
        settings = _sound(_readable(path, error.problems))
        if settings is None:
            raise
        return anchor(_without_strays(settings), path.absolute().parent), error.problems


def _readable(path: Path, problems: Sequence[Problem]) -> dict[str, Any] | None:
    """What the file says; where it is no TOML, the tables before the slip, unless `[store]` may stand behind it."""
    try:
        return ConfigFile(path).data
    except ConfigError:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    heads = [at for at, line in enumerate(lines[: problems[0].line]) if line.startswith("[")]
    for at in heads[: -_MOST_TRIED - 1 : -1]:
        with suppress(tomllib.TOMLDecodeError):
            data = tomllib.loads("".join(lines[:at]))
            return data if data and ("store" in data or not any(map(_STORE.match, lines[at:]))) else None
    return None


def _sound(data: dict[str, Any] | None) -> Settings | None:
    while data is not None:
        try:
            return _Sound(**data)
        except ValidationError as error:
            if not _leave_out_broken(data, error):
                return None
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
