"""What keeps working when a rule file breaks: last good versions, and the account of what is broken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The text of one rule file, with the texts of the lists that it shares, by their paths."""

    text: bytes
    shared: Mapping[str, bytes]

    def digest(self, program: str) -> str:
        """SHA-256 of the texts and of what names the program: another engine may find other cases wrong."""
        parts = [program.encode(), self.text, *(self.shared[path] for path in sorted(self.shared))]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


class GoodRule(NamedTuple):
    """The last good version of a rule: the digest of its RuleVersion, and the name that its facts are kept under."""

    version: str
    memory: str


GoodRules = Mapping[str, Mapping[str, GoodRule]]
"""By watchlist and rule."""


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A rule file, or the configuration, that cannot be taken as it stands.

    `watchlist` is empty for the configuration. `kept` are the rules that work on in their last good version, `out`
    those that have none. `problems` are rendered as `monitor check` prints them. `since` is when it broke (UTC),
    `told` the rules that the owner was mailed about.
    """

    watchlist: str
    file: str
    owner: str = ""
    kept: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    since: datetime | None = None
    told: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """A line per rule for logs and footers, whether it works on or is left out; the first has the first problem."""
        where = f"{self.watchlist}/" if self.watchlist else ""
        states = [
            *(f"{where}{name} (its last good version works on)" for name in self.kept),
            *(f"{where}{name} (left out)" for name in self.out),
        ] or [self.watchlist or self.file]
        first = self.problems[0].partition("\n")[0] if self.problems else ""
        return (f"{states[0]}: {first}" if first else states[0], *states[1:])
