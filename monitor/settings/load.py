"""Read the configuration once, whole: every problem at once, each with its key, file and line (cases.md 88)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings.exceptions import SettingsError

from monitor.errors import ConfigError
from monitor.model import Problem
from monitor.settings.environment import environment_problems, our_variables, variable_problem
from monitor.settings.models import Settings, SourceSettings
from monitor.settings.subscriptions import SubscriptionSettings
from monitor.settings.wording import (
    Code,
    Fault,
    Keys,
    code_of,
    dotted,
    inside,
    is_type,
    is_unknown,
    known_keys,
    offer,
    path_of,
    say,
)
from monitor.watchlist.page import nearest, open_page

LARGEST = 8_000_000
"""Bytes of a configuration; ten thousand feeds are less than two million."""

_NO_ENVIRONMENT = "="  # a prefix that no variable can have
_MAY_BE_SECRET = re.compile(r"password|secret|token|://", re.IGNORECASE)
_NO_FILE = "there is no such file; `monitor init DIR` writes one there, `--config FILE` names another"

Value = TypeVar("Value")


def no_faults(settings: Settings) -> Iterable[Fault]:  # noqa: ARG001 - any check is given the settings
    """The check that finds nothing."""
    return ()


class ConfigFile:
    """The text of config.toml, what it means, and where each key stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.page, parsed = open_page(str(path), _read(path))
        if parsed is None:
            raise ConfigError(f"{path}: this is no TOML", self.problems)
        self.data: dict[str, Any] = parsed

    @property
    def problems(self) -> list[Problem]:
        """What was found, in the order of the file; a line that may hold a secret is not shown (cases.md 47)."""
        return sorted(
            replace(problem, source="") if _MAY_BE_SECRET.search(problem.source) else problem
            for problem in self.page.problems
        )

    def report(self, keys: Keys, code: Code, message: str, hint: str = "") -> None:
        """A problem at the place of `keys`, or of what they lie in."""
        if keys in self.page.locations.keys:
            self.page.report_key(code, keys, message, hint)
        else:
            self.page.report(code, keys, message, hint)

    def name(self, keys: Keys) -> str:
        """The dotted name of a key, as messages say it."""
        return dotted(keys, self.data)

    def value(self, keys: Keys) -> Any:
        """What the file says at `keys`; None if nothing."""
        value: Any = self.data
        for key in keys:
            value = inside(value, key)
        return value

    def take_out_options(self) -> None:
        """Remove keys that pydantic-settings would take as options of its own (`_env_file`, `_cli_parse_args`)."""
        for key in [key for key in self.data if key.startswith("_")]:
            del self.data[key]
            self.report((key,), Code.UNKNOWN_KEY, f"`{key}` is no key that we know")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings that are sound, and the file that they came from."""

    settings: Settings
    file: ConfigFile

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Raise ConfigError if there are faults, each with its place in the file."""
        for fault in faults:
            self.file.report(*fault)
        if problems := self.file.problems:
            raise _refusal(self.file.path, problems)


def load_config(path: Path, check: Callable[[Settings], Iterable[Fault]] = no_faults) -> Configuration:
    """The settings of the file at `path`, overridden by `MONITOR_*` variables; every path in them is absolute.

    Relative paths are relative to the file's folder. Files with secrets are read here. `check` looks at settings that
    are otherwise sound, or would be without the keys that are wrong by themselves. Raises ConfigError with every
    problem found: no or no readable file, no TOML, unknown keys and variables, wrong types and values, names that are
    used twice, channels that do not exist.
    """
    file = ConfigFile(path)
    file.take_out_options()
    variables = list(environment_problems(os.environ))
    settings, wrong = _validate(file, variables)
    if settings is None:
        settings = _settings_without(file, wrong)
    if settings is not None:
        settings = anchor(settings, path.absolute().parent)
        _check_names(settings, file)
        settings = _with_secrets(settings, file)
        for fault in check(settings):
            if fault.keys not in wrong:
                file.report(*fault)
    problems = file.problems + variables
    if settings is None or problems:
        raise _refusal(path, problems)
    return Configuration(settings, file)


def _refusal(path: Path, problems: Sequence[Problem]) -> ConfigError:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ConfigError(f"{path}: {count}", problems)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            why = "this is no file" if path.exists() else _NO_FILE
        elif path.stat().st_size > LARGEST:
            why = "the file is larger than eight megabytes"
        else:
            return path.read_bytes()
    except OSError as error:
        why = f"the file cannot be read: {error.strerror}"
    raise ConfigError(f"{path}: {why}")


def _validate(file: ConfigFile, variable_problems: list[Problem]) -> tuple[Settings | None, dict[Keys, str]]:
    """The validated settings, or None and the keys that are wrong, with the keys that unknown ones may have meant.

    What is wrong is reported in the file or added to the variables' problems.
    """
    variables = our_variables(os.environ)
    try:
        try:
            return Settings(**file.data), {}
        except SettingsError:  # a variable that cannot be read; `environment_problems` has said so
            variables = {}
            return Settings(**{**file.data, "_env_prefix": _NO_ENVIRONMENT}), {}
    except ValidationError as error:
        every = error.errors(include_url=False, include_input=False)
        errors = [details for details in every if not _is_of_entries(details, every)]
        misspelt = _misspelt(errors, file.data)
        meant = {(*path[:-1], key) for path, key in misspelt.items()}
        for details in errors:
            if details["type"] != "missing" or path_of(details) not in meant:  # it is there, misspelt
                variable_problems += _report(details, file, variables)
        return None, {path: misspelt.get(path, "") for path in map(path_of, errors)}


def _misspelt(errors: Sequence[ErrorDetails], data: Mapping[str, Any]) -> dict[Keys, str]:
    """The unknown keys, and which known ones of their tables they are most like."""
    unknown = [path_of(error) for error in errors if is_unknown(error)]
    return {path: nearest(str(path[-1]), known_keys(path[:-1], data)) for path in unknown}


def _settings_without(file: ConfigFile, wrong: Mapping[Keys, str]) -> Settings | None:
    """What the settings would be without the keys that are wrong, so that these hide nothing else; None if nothing.

    A key that is only misspelt counts as the one that was meant. A channel is never left out: subscriptions would seem
    to name one that is not there.
    """
    data = deepcopy(file.data)
    for keys, meant in wrong.items():
        table: Any = data
        for key in keys[:-1]:
            table = inside(table, key)
        if not isinstance(table, dict) or (len(keys) == 2 and keys[0] == "channel"):
            return None
        value = table.pop(keys[-1], None)
        if meant:
            table.setdefault(meant, value)
    try:
        return Settings(**data)
    except (ValidationError, SettingsError):
        return None


def _report(error: ErrorDetails, file: ConfigFile, variables: Mapping[tuple[str, ...], str]) -> list[Problem]:
    """Report one validation error in the file; or return it where it is about a variable."""
    path = path_of(error)
    stands_in_file = file.value(path) is not None
    lowered = tuple(str(part).lower() for part in path)
    if _is_of_mistyped(error, lowered, variables) and not (is_unknown(error) and stands_in_file):
        return []  # `environment_problems` has said so
    message, hint = say(error, file.name(path), file.data)
    variable = next((name for keys, name in variables.items() if keys == lowered[: len(keys)]), None)
    if variable is None or (is_unknown(error) and stands_in_file):
        file.report(path, code_of(error), message, hint)
        return []
    return [variable_problem(code_of(error), f"{variable}: {message}", hint)]


def _is_of_entries(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether a list only counts as empty because its entries are wrong, each with an error of its own."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(other["loc"][: len(loc)] == loc != other["loc"] for other in errors)


def _is_of_mistyped(error: ErrorDetails, path: tuple[str, ...], variables: Iterable[tuple[str, ...]]) -> bool:
    """Whether a variable made the error by naming a key that there is not, or one inside of what is no table."""
    below = [keys for keys in variables if keys[: len(path)] == path]
    return bool(below) if is_unknown(error) else is_type(error) and any(keys != path for keys in below)


def _check_names(settings: Settings, file: ConfigFile) -> None:
    """Names used twice, and channels that are named but not there."""
    tables: tuple[tuple[str, Sequence[SourceSettings | SubscriptionSettings]], ...] = (
        ("source", settings.source),
        ("subscription", settings.subscription),
    )
    for table, entries in tables:
        names: set[str] = set()
        for index, name in enumerate(entry.name for entry in entries):
            if name.casefold() in names:
                file.report((table, index, "name"), Code.TWICE, f"two {table}s are named `{name}`")
            names.add(name.casefold())
    feeds: dict[str, str] = {}
    for index, source in enumerate(settings.source):
        if source.feed and (other := feeds.setdefault(source.feed, source.name)) != source.name:
            message = f"`{source.name}` reads the same feed as `{other}`: its server would be asked twice"
            file.report(("source", index, "feed"), Code.TWICE, message)
    for index, subscription in enumerate(settings.subscription):
        if subscription.channel not in settings.channel:
            keys = ("subscription", index, "channel")
            message = f"`{file.name(keys)}`: there is no [channel.{subscription.channel}]"
            file.report(keys, Code.UNKNOWN_NAME, message, offer(subscription.channel, settings.channel))


def _with_secrets(settings: Settings, file: ConfigFile) -> Settings:
    """Files with secrets read into their keys, so that a missing or empty one is refused at start."""
    channels = dict(settings.channel)
    for name, channel in settings.channel.items():
        found = {}
        for key, path in channel.secret_files.items():
            secret, why = _secret(path)
            if why:
                keys = ("channel", name, key)
                file.report(keys, Code.NO_FILE, f"`{file.name(keys)}`: {why}")
            found[key.removesuffix("_file")] = SecretStr(secret)
        channels[name] = channel.model_copy(update=found)
    return settings.model_copy(update={"channel": channels})


def _secret(path: Path) -> tuple[str, str]:
    """What a file holds, and why that is no secret; one of them is empty."""
    try:
        secret = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        return "", f"cannot be read: {getattr(error, 'strerror', 'it is not in UTF-8')}"
    return secret, "" if secret else "the file is empty"


def anchor(value: Value, folder: Path) -> Value:
    """`value` with every relative path in it made absolute below `folder`."""
    anchored: Any = value
    if isinstance(value, Path):
        anchored = folder / value.expanduser()
    elif isinstance(value, BaseModel):
        anchored = value.model_copy(update={key: anchor(inner, folder) for key, inner in value})
    elif isinstance(value, tuple):
        anchored = tuple(anchor(inner, folder) for inner in value)
    elif isinstance(value, dict):
        anchored = {key: anchor(inner, folder) for key, inner in value.items()}
    return anchored  # type: ignore[no-any-return]
