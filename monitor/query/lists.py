"""Term lists: a canonical name, and the ways to write it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.query.spelling import Spelling


@dataclass(frozen=True, slots=True)
class TermList:
    """A list that queries refer to as `@name`.

    `names` pairs each canonical name with its spellings. A plain array is a list in which every spelling is its own
    name. The name is what a slot takes; only spellings match.
    """

    name: str
    names: tuple[tuple[str, tuple[Spelling, ...]], ...]

    def spellings_of(self, name: str) -> tuple[Spelling, ...] | None:
        """The spellings of one name; None if the list has no such name."""
        return next((spellings for known, spellings in self.names if known == name), None)
