"""Say a validation error the way a person needs it: which key, what is wrong, what to write."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.settings.channels import KINDS
from monitor.settings.models import Settings, SourceSettings
from monitor.settings.subscriptions import SubscriptionSettings
from monitor.watchlist.page import did_you_mean

Keys = tuple[str | int, ...]
"""The way to a value in parsed TOML: ("source", 0, "every")."""


class Code(StrEnum):
    """The stable codes of the configuration's problems (E001 to E004, about the file as such, are the page's)."""

    UNKNOWN_KEY = "C101"
    MISSING_KEY = "C102"
    WRONG_TYPE = "C103"
    BAD_VALUE = "C104"
    TWICE = "C105"
    UNKNOWN_NAME = "C106"
    NO_FILE = "C107"
    UNKNOWN_VARIABLE = "C108"
    LOST_CHANNEL = "C109"
    TEMPLATE = "C110"


class Fault(NamedTuple):
    """Something wrong with the value at `keys`, found by whoever knows what the value means."""

    keys: Keys
    code: Code
    message: str
    hint: str = ""


_WRITTEN_KINDS = ", ".join(f'"{kind}"' for kind in KINDS)
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


def path_of(error: ErrorDetails) -> Keys:
    """The error's place in the file. pydantic puts the chosen kind of a channel into it; the file has no such level."""
    loc = error["loc"]
    if len(loc) > 2 and loc[0] == "channel" and loc[2] in KINDS:
        return loc[:2] + loc[3:]
    if loc[-1:] == ("[key]",):
        return loc[:-1]
    if error["type"].startswith("union_tag"):
        return (*loc, "kind")
    return loc


def dotted(path: Keys, data: Any) -> str:
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


def code_of(error: ErrorDetails) -> Code:
    """The stable code of the problem."""
    kind = error["type"]
    if kind == "extra_forbidden":
        return Code.UNKNOWN_KEY
    if kind in ("missing", "union_tag_not_found"):
        return Code.MISSING_KEY
    return Code.WRONG_TYPE if is_type(error) else Code.BAD_VALUE


def is_unknown(error: ErrorDetails) -> bool:
    """Whether the error is about a key that we do not know."""
    return error["type"] == "extra_forbidden"


def is_type(error: ErrorDetails) -> bool:
    """Whether the error is about the type of a value."""
    return error["type"] in _TYPES


def say(error: ErrorDetails, key: str, data: Any) -> tuple[str, str]:
    """Message and hint for one error at `key`; never repeats the value, which may be a secret."""
    kind, context = error["type"], error.get("ctx", {})
    path = path_of(error)
    if kind == "extra_forbidden":
        return f"`{key}` is no key that we know", offer(str(path[-1]), known_keys(path[:-1], data))
    if kind == "missing":
        return f"`{key}` is missing", ""
    if kind == "union_tag_not_found":
        return f"`{key}` is missing", f"write one of {_WRITTEN_KINDS}"
    if kind == "union_tag_invalid":
        given = str(context.get("tag", ""))
        return f"`{key}` is no kind of channel", offer(given, KINDS)
    if kind in _TYPES:
        return f"`{key}` has the wrong type: it has to be {_TYPES[kind]}", ""
    if kind == "too_short" and not context.get("actual_length"):
        return f"`{key}` is empty", ""
    if kind == "string_too_short":
        return f"`{key}` is empty", ""
    if kind == "string_pattern_mismatch" and path[-1] != "lang":
        return f"`{key}`: a name has small letters, digits, - and _ only", ""
    return f"`{key}`: {error['msg'].removeprefix('Value error, ')}", ""


def known_keys(path: Keys, data: Any) -> list[str]:
    """What may be written in the table at `path`."""
    if len(path) == 2 and path[0] == "channel":
        table = inside(inside(data, "channel"), path[1])
        kind = table.get("kind") if isinstance(table, dict) else None
        models: list[type[BaseModel]] = [KINDS[kind]] if kind in KINDS else list(KINDS.values())
    elif path and path[0] in ("source", "subscription"):
        models = [SourceSettings if path[0] == "source" else SubscriptionSettings]
    elif path:
        annotation = Settings.model_fields[str(path[0])].annotation
        models = [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []
    else:
        models = [Settings]
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def offer(written: str, known: Iterable[str]) -> str:
    """A hint that offers the nearest of `known`, or all of them where none is near."""
    names = list(known)
    return did_you_mean(written, names) or (f"known here: {', '.join(names)}" if names else "")


def inside(data: Any, part: str | int) -> Any:
    """One step into parsed TOML; None where there is nothing."""
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None
