"""Read the configuration once, whole: every problem at once, each with its key, file and line (cases.md 88)."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings.exceptions import SettingsError

from monitor.errors import ConfigError
from monitor.model import Problem, ProblemSeverity
from monitor.settings.environment import FILE as ENVIRONMENT
from monitor.settings.environment import environment_problems, our_variables
from monitor.settings.models import Settings, SmtpChannel, repeated
from monitor.settings.wording import code_of, did_you_mean, dotted, inside, path_of, say
from monitor.watchlist.locate import Lines, Locations, Span, locate

_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")
_LARGEST = 1_000_000
_NO_ENVIRONMENT = "="  # a prefix that no variable can have

Value = TypeVar("Value")


class ConfigFile:
    """The text of config.toml, what it means, and where each key stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = Lines.of(text := _read(path))
        self.data: dict[str, Any] = self._parse(text)
        self.locations: Locations = locate(text)

    def problem(self, keys: tuple[str | int, ...], code: str, message: str, hint: str = "") -> Problem:
        """A problem at the place of `keys`, or of what they lie in."""
        span = self._nearest(keys)
        if span is None:
            return self._at(0, 0, 1, code, message, hint)
        line, column = self.lines.place(span.start)
        return self._at(line, column, span.end - span.start, code, message, hint)

    def take_out_options(self) -> list[Problem]:
        """Remove keys that pydantic-settings would take as options of its own (`_env_file`, `_cli_parse_args`)."""
        options = [key for key in self.data if key.startswith("_")]
        for key in options:
            del self.data[key]
        return [self.problem((key,), "unknown-key", f"`{key}` is no key that we know") for key in options]

    def name(self, keys: tuple[str | int, ...]) -> str:
        """The dotted name of a key, as messages say it."""
        return dotted(keys, self.data)

    def value(self, keys: tuple[str | int, ...]) -> Any:
        """What the file says at `keys`; None if nothing."""
        value: Any = self.data
        for key in keys:
            value = inside(value, key)
        return value

    def _nearest(self, keys: tuple[str | int, ...]) -> Span | None:
        for length in range(len(keys), 0, -1):
            if span := self.locations.keys.get(keys[:length], self.locations.values.get(keys[:length])):
                return span
        return None

    def _at(self, line: int, column: int, length: int, code: str, message: str, hint: str = "") -> Problem:
        source = self.lines.line(line) if line else ""
        return Problem(str(self.path), line, column, code, ProblemSeverity.ERROR, message, hint, max(length, 1), source)

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            at = _AT.search(message)
            line, column = (int(at[1]), int(at[2])) if at else self.lines.place(len(text))
            problem = self._at(line, column, 1, "syntax", f"this is no TOML: {_AT.sub('', message)}")
            raise ConfigError(f"{self.path}: this is no TOML", [problem]) from None


def load_settings(path: Path) -> Settings:
    """The settings of the file at `path`, overridden by `MONITOR_*` variables; every path in them is absolute.

    Relative paths are relative to the file's folder. A `password_file` is read here. Raises ConfigError with every
    problem found: no or no readable file, no TOML, unknown keys and variables, wrong types and values, names that
    are used twice, channels that do not exist.
    """
    file = ConfigFile(path)
    problems = [*environment_problems(os.environ), *file.take_out_options()]
    settings = _validate(file, problems)
    if settings is not None:
        settings = _anchored(settings, path.absolute().parent)
        problems += _name_problems(settings, file)
        settings = _with_passwords(settings, file, problems)
    if settings is None or problems:
        raise ConfigError(f"{path}: {_count(len(problems))}", sorted(problems))
    return settings


def _count(problems: int) -> str:
    return "1 problem" if problems == 1 else f"{problems} problems"


def _read(path: Path) -> str:
    try:
        size = path.stat().st_size
        if path.is_file() and size <= _LARGEST:
            return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        raise ConfigError(_no_file(path, "is no file" if not path.is_file() else "is larger than a megabyte"))
    except FileNotFoundError:
        hint = "`monitor init DIR` writes one there, `--config FILE` names another"
        raise ConfigError(_no_file(path, f"there is no such file; {hint}")) from None
    except UnicodeDecodeError:
        raise ConfigError(_no_file(path, "is not in UTF-8; save it as UTF-8")) from None
    except OSError as error:
        raise ConfigError(_no_file(path, f"cannot be read: {error.strerror}")) from None


def _no_file(path: Path, message: str) -> str:
    return f"{path}: {message}"


def _validate(file: ConfigFile, problems: list[Problem]) -> Settings | None:
    """The validated settings, or None; appends what is wrong to `problems`."""
    variables = our_variables(os.environ)
    try:
        try:
            return Settings(**file.data)
        except SettingsError:  # a variable that cannot be read; `environment_problems` has said so
            variables = {}
            return Settings(**{**file.data, "_env_prefix": _NO_ENVIRONMENT})
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            if problem := _problem_of(details, file, variables):
                problems.append(problem)
        return None


def _problem_of(error: ErrorDetails, file: ConfigFile, variables: Mapping[tuple[str, ...], str]) -> Problem | None:
    """The problem for one validation error; None where another problem says it already."""
    path = path_of(error)
    if error["type"] == "too_short" and file.value(path):
        return None  # the entries are there, and wrong: each has its own problem
    message, hint = say(error, file.name(path), file.data)
    lowered = tuple(str(part).lower() for part in path)
    variable = next((name for keys, name in variables.items() if keys == lowered[: len(keys)]), None)
    if variable is None or (error["type"] == "extra_forbidden" and file.value(path) is not None):
        return file.problem(path, code_of(error), message, hint)
    if error["type"] == "extra_forbidden" and len(path) > 1:
        return None  # a mistyped variable: `environment_problems` has said so
    return Problem(ENVIRONMENT, 0, 0, code_of(error), ProblemSeverity.ERROR, f"{variable}: {message}", hint)


def _name_problems(settings: Settings, file: ConfigFile) -> Iterator[Problem]:
    """Names used twice, and channels that are named but not there."""
    for table, entries in (("source", settings.source), ("subscription", settings.subscription)):
        names = [entry.name.casefold() for entry in entries]
        for name in repeated(names):
            index = max(i for i, other in enumerate(names) if other == name)
            yield file.problem((table, index, "name"), "twice", f"two {table}s are named `{entries[index].name}`")
    for index, subscription in enumerate(settings.subscription):
        if subscription.channel not in settings.channel:
            keys = ("subscription", index, "channel")
            message = f"`{file.name(keys)}`: there is no [channel.{subscription.channel}]"
            yield file.problem(keys, "unknown-channel", message, did_you_mean(subscription.channel, settings.channel))


def _with_passwords(settings: Settings, file: ConfigFile, problems: list[Problem]) -> Settings:
    """`password_file` read into `password`, so that a missing or empty one is refused at start."""
    channels = dict(settings.channel)
    for name, channel in settings.channel.items():
        if not isinstance(channel, SmtpChannel) or channel.password_file is None:
            continue
        keys = ("channel", name, "password_file")
        try:
            password = channel.password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
            problems.append(file.problem(keys, "no-file", f"`{file.name(keys)}` cannot be read: {why}"))
            continue
        if not password:
            problems.append(file.problem(keys, "bad-value", f"`{file.name(keys)}`: the file is empty"))
        channels[name] = channel.model_copy(update={"password": SecretStr(password)})
    return settings.model_copy(update={"channel": channels})


def _anchored(value: Value, folder: Path) -> Value:
    """`value` with every relative path in it made absolute below `folder`."""
    anchored: Any = value
    if isinstance(value, Path):
        anchored = folder / value.expanduser()
    elif isinstance(value, BaseModel):
        anchored = value.model_copy(update={key: _anchored(inner, folder) for key, inner in value})
    elif isinstance(value, tuple):
        anchored = tuple(_anchored(inner, folder) for inner in value)
    elif isinstance(value, dict):
        anchored = {key: _anchored(inner, folder) for key, inner in value.items()}
    return anchored  # type: ignore[no-any-return]
