"""The kinds of values that the models of config.toml are made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from monitor.settings.duration import parse_duration

# Names become file names and parts of message ids: what Windows keeps for devices is no name (cases.md 46).
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def _no_device(name: str) -> str:
    if name in _DEVICES:
        raise ValueError(f"`{name}` is the name of a device on Windows; choose another")
    return name


def _one_line(text: str) -> str:
    if text != " ".join(text.split()) or not text.isprintable():
        raise ValueError("must be one line of printable characters, without spaces at its ends or double spaces")
    return text


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Slug = Annotated[
    str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", min_length=1, max_length=64), AfterValidator(_no_device)
]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Secret = Annotated[SecretStr, Field(min_length=1)]


class Strict(BaseModel):
    """A table of the configuration: frozen, and nothing in it that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
