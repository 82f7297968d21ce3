"""Refuse mistyped `MONITOR_*` variables: pydantic-settings passes over them in silence (dependencies.md 4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from monitor.model import Problem, ProblemSeverity
from monitor.settings.models import ENV_DELIMITER, ENV_PREFIX, Settings
from monitor.settings.wording import Code, offer

_FILE = "environment"


def our_variables(environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """The variables that are addressed to us, by the path that they set: ("store", "path") -> MONITOR_STORE__PATH."""
    return {
        tuple(name[len(ENV_PREFIX) :].lower().split(ENV_DELIMITER)): name
        for name in environ
        if name.upper().startswith(ENV_PREFIX)
    }


def environment_problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    """One problem for each variable that sets nothing we know, or holds no JSON where it sets a whole table."""
    for path, name in our_variables(environ).items():
        if unknown := _unknown(Settings, path):
            part, known = unknown
            hint = offer(part, known)
            yield variable_problem(Code.UNKNOWN_VARIABLE, f"{name}: there is no setting `{'.'.join(path)}`", hint)
        elif len(path) == 1 and not _is_json(environ[name]):
            hint = f"or set one key of it: {name}{ENV_DELIMITER}KEY=..."
            yield variable_problem(Code.WRONG_TYPE, f"{name}: it sets a whole table, so it has to be JSON", hint)


def variable_problem(code: Code, message: str, hint: str) -> Problem:
    """A problem with a variable; it stands in no file."""
    return Problem(_FILE, 0, 0, code, ProblemSeverity.ERROR, message, hint)


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _unknown(annotation: Any, path: tuple[str, ...]) -> tuple[str, list[str]] | None:
    """The first part of `path` that `annotation` has no place for, and the names it has there."""
    if not path:
        return None
    part, rest = path[0], path[1:]
    models, values = _tables(annotation), _mappings(annotation)
    if part and values:
        return _unknown(values[0], rest)
    known = {key: field for model in models for key, field in _keys(model)}
    if part not in known:
        return part, sorted(known)
    return _unknown(known[part], rest)


def _keys(model: type[BaseModel]) -> Iterable[tuple[str, Any]]:
    return ((field.alias or name, field.annotation) for name, field in model.model_fields.items())


def _alternatives(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [leaf for part in get_args(annotation) for leaf in _alternatives(part)]
    return [annotation]


def _tables(annotation: Any) -> list[type[BaseModel]]:
    return [leaf for leaf in _alternatives(annotation) if isinstance(leaf, type) and issubclass(leaf, BaseModel)]


def _mappings(annotation: Any) -> list[Any]:
    return [get_args(leaf)[1] for leaf in _alternatives(annotation) if get_origin(leaf) is dict]
