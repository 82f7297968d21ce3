"""The tree of a query. Nodes are frozen and know where they stand in the query's text (`start`, `end`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.query.lists import TermList
from monitor.query.spelling import Spelling


class Unit(StrEnum):
    """What a distance counts, or the stretch of text that must hold both parts."""

    WORDS = "words"
    SENTENCE = "S"
    PARAGRAPH = "P"


@dataclass(frozen=True, slots=True)
class Distance:
    """NEAR/8, BEFORE/S: `words` between the parts at most (only for Unit.WORDS)."""

    unit: Unit
    words: int = 0

    def __str__(self) -> str:
        return str(self.words) if self.unit is Unit.WORDS else self.unit.value


class OpenKind(StrEnum):
    """Slots that need no list."""

    NAME = "NAME"
    MONEY = "MONEY"


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, as strict as it is written."""

    start: int
    end: int
    spelling: Spelling


@dataclass(frozen=True, slots=True)
class Regex:
    """`/.../` on RE2; `slot` where it says AS."""

    start: int
    end: int
    pattern: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class ListRef:
    """`@list`, `@list AS slot`, `@list:Name`. `terms` is the list itself, once resolved."""

    start: int
    end: int
    list: str
    name: str = ""
    slot: str = ""
    terms: TermList | None = None

    @property
    def binds(self) -> str:
        """The slot that takes the value."""
        return self.slot or self.list

    @property
    def binds_written(self) -> str:
        """The slot that takes the words as they stand in the text; only where a rule asks for it."""
        return f"{self.binds}_written"


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """`NAME AS product`, `MONEY AS amount`."""

    start: int
    end: int
    kind: OpenKind
    slot: str = ""


@dataclass(frozen=True, slots=True)
class And:
    start: int
    end: int
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    start: int
    end: int
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AndNot:
    """`wanted AND NOT unwanted`: whole articles are excluded."""

    start: int
    end: int
    wanted: Node
    unwanted: Node


@dataclass(frozen=True, slots=True)
class AndMaybe:
    """`wanted AND MAYBE offered`: decides nothing; from the rest of the article it fills slots that stayed open."""

    start: int
    end: int
    wanted: Node
    offered: Node


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a chain; a MAYBE part gives its slot where it is there and decides nothing.

    `ordered` says that this part comes after the one before it (BEFORE).
    """

    node: Node
    ordered: bool = False
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """`a NEAR/8 b BEFORE/8 c`: each part is tied to its neighbour by one and the same distance."""

    start: int
    end: int
    parts: tuple[Part, ...]
    distance: Distance


@dataclass(frozen=True, slots=True)
class NotNear:
    """`a NOT NEAR/5 b`: those a that have no b that near (`ordered`: NOT BEFORE, no b that near after it)."""

    start: int
    end: int
    wanted: Node
    unwanted: Node
    distance: Distance
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`ATLEAST/3 a`: that many mentions which do not overlap, over all fields searched."""

    start: int
    end: int
    count: int
    child: Node


@dataclass(frozen=True, slots=True)
class First:
    """`FIRST/50 a`: matches of a that end within the first words of their field."""

    start: int
    end: int
    words: int
    child: Node


@dataclass(frozen=True, slots=True)
class SomeOf:
    """`2 OF (a, b, c)`: so many of the several."""

    start: int
    end: int
    count: int
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Scoped:
    """`title: x`: only in that field (`lead` is made of three)."""

    start: int
    end: int
    field: str
    child: Node


@dataclass(frozen=True, slots=True)
class RuleRef:
    """`%rule`: another rule of this file matched; its facts are inherited."""

    start: int
    end: int
    rule: str


Node = (
    Term
    | Regex
    | ListRef
    | OpenSlot
    | And
    | Or
    | AndNot
    | AndMaybe
    | Chain
    | NotNear
    | AtLeast
    | First
    | SomeOf
    | Scoped
    | RuleRef
)


def children(node: Node) -> tuple[Node, ...]:
    """The direct children of a node, in the order in which they are written."""
    match node:
        case And() | Or() | SomeOf():
            return node.children
        case AndNot() | NotNear():
            return (node.wanted, node.unwanted)
        case AndMaybe():
            return (node.wanted, node.offered)
        case Chain():
            return tuple(part.node for part in node.parts)
        case AtLeast() | First() | Scoped():
            return (node.child,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, depth first."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(children(found)))
