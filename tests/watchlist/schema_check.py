"""As much of JSON Schema as the schemas of rule files use, to try them on files; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "array": list,
    "object": dict,
    "integer": int,
    "number": (int, float),
}
_PLAIN = {"$schema", "$defs", "title", "description", "properties", "patternProperties", "additionalProperties"}
_CHECKED = {
    "type",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "minProperties",
    "minimum",
    "exclusiveMinimum",
    "required",
    "format",
}
_JOINED = {"oneOf", "anyOf", "$ref", "items"}


def faults(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What a validator would complain of."""
    value = value.isoformat() if isinstance(value, date) else value  # editors take a date of TOML for such a text
    assert set(schema) <= _PLAIN | _CHECKED | _JOINED, schema
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    if "type" in schema and (not isinstance(value, _KINDS[schema["type"]]) or isinstance(value, bool)):
        yield f"{path}: no {schema['type']}"
        return
    if not all(_holds(key, schema[key], value) for key in _CHECKED & schema.keys() if key != "type"):
        yield f"{path}: {value!r}"
    for key, passing in (("oneOf", {1}), ("anyOf", {1, 2, 3})):
        ways = [not any(faults(value, each, root, path)) for each in schema.get(key, ())]
        if ways and sum(ways) not in passing:
            yield f"{path}: {sum(ways)} ways of {key}"
    yield from _inside(value, schema, root, path)


def _inside(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], path: str) -> Iterator[str]:
    if isinstance(value, list) and "items" in schema:
        for at, each in enumerate(value):
            yield from faults(each, schema["items"], root, f"{path}/{at}")
    if isinstance(value, dict):
        for key, each in value.items():
            below = _below(key, schema)
            if below is False:
                yield f"{path}: key {key}"
            elif isinstance(below, Mapping):
                yield from faults(each, below, root, f"{path}/{key}")


def _holds(key: str, wanted: Any, value: Any) -> bool:
    match key:
        case "enum":
            return value in wanted
        case "pattern":
            return re.search(wanted, value) is not None
        case "format":
            assert wanted == "date"
            return re.fullmatch(r"\d{4}-\d\d-\d\d(?:T.*)?", value) is not None
        case "minimum":
            return bool(value >= wanted)
        case "exclusiveMinimum":
            return bool(value > wanted)
        case "required":
            return all(each in value for each in wanted) if isinstance(value, dict) else True
        case "maxLength":
            return len(value) <= wanted
        case _:
            return len(value) >= wanted


def _below(key: str, schema: Mapping[str, Any]) -> Any:
    if key in schema.get("properties", {}):
        return schema["properties"][key]
    for pattern, below in schema.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return below
    return schema.get("additionalProperties", True)
