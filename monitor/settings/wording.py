"""Say a validation error the way a person needs it: which key, what is wrong, what to write."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.settings.models import FilesChannel, Settings, SmtpChannel, SourceSettings, SubscriptionSettings

Path = tuple[str | int, ...]

_KINDS: dict[str, type[BaseModel]] = {"files": FilesChannel, "smtp": SmtpChannel}
_TYPES = {
    "string_type": "text in quotes",
    "path_type": "a path in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "list_type": "a list: [...]",
    "tuple_type": "a list: [...]",
}


def path_of(error: ErrorDetails) -> Path:
    """The error's place in the file. pydantic puts the chosen kind of a channel into it; the file has no such level."""
    loc = error["loc"]
    if len(loc) > 3 and loc[0] == "channel" and loc[2] in _KINDS:
        return loc[:2] + loc[3:]
    if loc[-1:] == ("[key]",):
        return loc[:-1]
    return loc


def dotted(path: Path, data: Any) -> str:
    """`source[inbox].every`: list entries by their name where they have one, else by number from 1."""
    said = ""
    for part in path:
        data = inside(data, part)
        if isinstance(part, int):
            name = data.get("name") if isinstance(data, dict) else None
            said += f"[{name if isinstance(name, str) and name else part + 1}]"
        else:
            said += f".{part}" if said else part
    return said


def code_of(error: ErrorDetails) -> str:
    """The stable code of the problem."""
    kind = error["type"]
    if kind == "extra_forbidden":
        return "unknown-key"
    if kind in ("missing", "union_tag_not_found"):
        return "missing-key"
    return "wrong-type" if kind in _TYPES else "bad-value"


def say(error: ErrorDetails, key: str, data: Any) -> tuple[str, str]:
    """Message and hint for one error at `key`; never repeats the value, which may be a secret."""
    kind, context = error["type"], error.get("ctx", {})
    path = path_of(error)
    if kind == "extra_forbidden":
        return f"`{key}` is no key that we know", did_you_mean(str(path[-1]), known_keys(path[:-1], data))
    if kind == "missing":
        return f"`{key}` is missing", ""
    if kind == "union_tag_not_found":
        return f"`{key}.kind` is missing", 'write kind = "files" or kind = "smtp"'
    if kind == "union_tag_invalid":
        given = str(context.get("tag", ""))
        return f"`{key}.kind` is neither files nor smtp", did_you_mean(given, _KINDS)
    if kind in _TYPES:
        return f"`{key}` has the wrong type: it has to be {_TYPES[kind]}", ""
    if kind == "too_short" and not context.get("actual_length"):
        return f"`{key}` is empty", ""
    if kind == "string_too_short":
        return f"`{key}` is empty", ""
    if kind == "string_pattern_mismatch" and path[-1] != "lang":
        return f"`{key}`: a name has small letters, digits, - and _ only", ""
    return f"`{key}`: {error['msg'].removeprefix('Value error, ')}", ""


def known_keys(path: Path, data: Any) -> list[str]:
    """What may be written in the table at `path`."""
    if len(path) == 2 and path[0] == "channel":
        table = inside(inside(data, "channel"), path[1])
        kind = table.get("kind") if isinstance(table, dict) else None
        models: list[type[BaseModel]] = [_KINDS[kind]] if kind in _KINDS else list(_KINDS.values())
    elif path and path[0] in ("source", "subscription"):
        models = [SourceSettings if path[0] == "source" else SubscriptionSettings]
    elif path:
        annotation = Settings.model_fields[str(path[0])].annotation
        models = [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []
    else:
        models = [Settings]
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """A hint that offers the nearest of `known`, or all of them where they are few."""
    names = list(known)
    close = get_close_matches(written, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known here: {', '.join(names)}" if names else ""


def inside(data: Any, part: str | int) -> Any:
    """One step into parsed TOML; None where there is nothing."""
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None
