"""How frequent words are in news at large.

The shipped table counts, for each English headword, the articles that hold it among some six thousand press releases
and news items of all subjects; `make background` counts anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TABLE = "background.txt"


@dataclass(frozen=True, slots=True)
class Background:
    """Of how many articles each headword is known, the commonest first, out of how many."""

    articles: int
    counts: Mapping[str, int]


@cache
def shipped() -> Background:
    """The table of the package."""
    lines = (files(__package__) / TABLE).read_text(encoding="ascii").splitlines()
    counts = {word: int(number) for number, _, word in (line.partition(" ") for line in lines[1:])}
    return Background(int(lines[0]), counts)


@cache
def ranks() -> Mapping[str, int]:
    """The rank of each headword of the table, from 0, the commonest."""
    return {word: rank for rank, word in enumerate(shipped().counts)}
