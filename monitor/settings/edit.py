"""Sources added to and taken out of the text of a config.toml, everything else in it left as it is.

A person edits this file, so it is changed as a person would: a `[[source]]` table more at the end, or one less. What
was meant before and after is compared with tomllib; a text that would come to mean anything else is refused.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.errors import ConfigError

_HEADER = re.compile(r"\s*\[")
_SOURCE = re.compile(r"\s*\[\[\s*source\s*\]\]\s*(?:#.*)?$")

Value = str | bool


def append_sources(text: str, sources: Sequence[tuple[Mapping[str, Value], str]]) -> str:
    """The text with `[[source]]` tables at its end, each under its comment (one line; empty: none).

    Raises ConfigError where the text is no TOML, or writes its sources as one array.
    """
    tables = [_table(keys, comment) for keys, comment in sources]
    changed = "\n".join([text.rstrip("\n") + "\n" if text.strip() else "", *tables])
    before = _parsed(text)
    wanted = {**before, "source": [*before.get("source", []), *(dict(keys) for keys, _ in sources)]}
    return _meaning(changed, wanted)


def remove_source(text: str, name: str) -> str:
    """The text without the source of that name, and without the comment right above it. Raises ConfigError."""
    before = _parsed(text)
    names = [source.get("name") for source in before.get("source", [])]
    if name not in names:
        raise ConfigError(f"there is no source named {name!r}")
    index = names.index(name)
    wanted = {**before, "source": [*before["source"][:index], *before["source"][index + 1 :]]}
    if not wanted["source"]:
        raise ConfigError(f"{name!r} is the only source; a configuration has at least one")
    lines = text.split("\n")
    start, end = _extent(lines, index, name)
    return _meaning("\n".join([*lines[:start], *lines[end:]]), wanted)


def _extent(lines: Sequence[str], index: int, name: str) -> tuple[int, int]:
    """The lines of the `index`-th source, half-open, with the comment above and the empty lines below."""
    headers = [number for number, line in enumerate(lines) if _SOURCE.match(line)]
    if index >= len(headers):
        raise ConfigError(f"{name!r} is not written as a [[source]] table; take it out by hand")
    start = headers[index]
    following = next((n for n in range(start + 1, len(lines)) if _HEADER.match(lines[n])), len(lines))
    said = [n for n in range(start, following) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    end = said[-1] + 1
    while end < following and lines[end].lstrip().startswith("#"):
        end += 1
    while end < following and not lines[end].strip():
        end += 1
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start, end


def _table(keys: Mapping[str, Value], comment: str) -> str:
    head = [f"# {comment}"] if comment else []
    return "\n".join([*head, "[[source]]", *(f"{key} = {_literal(value)}" for key, value in keys.items()), ""])


def _literal(value: Value) -> str:
    """A value in TOML; a JSON string is a TOML string, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _meaning(text: str, wanted: Mapping[str, Any]) -> str:
    if _parsed(text) != wanted:
        raise ConfigError("the configuration is written in a way that cannot be changed here; edit it by hand")
    return text


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration would be no TOML: {error}") from error
