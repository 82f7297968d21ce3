"""A rule as the engine takes it: parsed, its lists resolved, every value plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from monitor.model import Severity
from monitor.query.tree import Node

_NONE: Mapping[str, str] = MappingProxyType({})


class ExceptOf(StrEnum):
    """Whose `except` a rule has. Where it is of both, the node is an OR: first the rule's own, then the file's."""

    RULE = "rule"
    FILE = "file"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[rule]]`.

    `watchlist` is the file's name without its ending. `except_` joins the rule's own and the file's (`except_of`);
    `require` is the file's. What `retract` matches takes a fact back: `require` holds for it too, `except_` does not,
    since it often strikes out the very words of a correction. `fact`, `state` and `show` name slots; `default` gives
    their values where a match leaves them open. `title` may hold `{slot}`. Matches of less relevance
    than `min_relevance` are not told. `vague` are values, folded for comparison, that name nothing particular: a fact
    with one gives way to a fact that names the thing.
    """

    watchlist: str
    id: str
    query: Node
    title: str = ""
    about: str = ""
    severity: Severity = Severity.NORMAL
    except_: Node | None = None
    require: Node | None = None
    retract: Node | None = None
    fact: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    min_relevance: float = 0.0
    default: Mapping[str, str] = field(default_factory=lambda: _NONE)
    except_of: ExceptOf = ExceptOf.RULE
    vague: frozenset[str] = frozenset()

    @property
    def memory(self) -> str:
        """The name under which its facts are remembered: `about`, else the id."""
        return self.about or self.id
