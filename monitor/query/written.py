"""A tree as an analyst would write it: the text of any part of a query, wherever the part came from."""

from __future__ import annotations

import re

from monitor.query.lexer import Kind, tokenise
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    Distance,
    First,
    ListRef,
    Node,
    NotNear,
    OpenSlot,
    Or,
    Part,
    Regex,
    RuleRef,
    Scoped,
    SomeOf,
    Term,
)

_BARE_NAME = re.compile(r"[\w.-]+")


def written(node: Node) -> str:
    """The query that means this node; reading it gives the same tree but for the places of its parts."""
    match node:
        case And():
            return " AND ".join(_inner(child) for child in node.children)
        case Or():
            return " OR ".join(_inner(child) for child in node.children)
        case AndNot():
            return f"{_inner(node.wanted)} AND NOT {_inner(node.unwanted)}"
        case AndMaybe():
            return f"{_inner(node.wanted)} AND MAYBE {_part(node.offered)}"
        case Chain():
            return _chain(node)
        case NotNear():
            operator = operator_of(node.distance, ordered=node.ordered)
            return f"{_part(node.wanted)} NOT {operator} {_part(node.unwanted)}"
        case AtLeast() | First() | SomeOf() | Scoped():
            return _prefixed(node)
        case _:
            return _leaf(node)


def _prefixed(node: AtLeast | First | SomeOf | Scoped) -> str:
    match node:
        case AtLeast():
            return f"ATLEAST/{node.count} {_part(node.child)}"
        case First():
            return f"FIRST/{node.words} {_part(node.child)}"
        case SomeOf():
            return f"{node.count} OF ({', '.join(written(child) for child in node.children)})"
        case Scoped():
            return f"{node.field}: {_part(node.child)}"


def _leaf(node: Term | Regex | ListRef | OpenSlot | RuleRef) -> str:
    match node:
        case Term():
            return _term(node.spelling.text)
        case Regex():
            return f"/{node.pattern.replace('/', chr(92) + '/')}/{_as(node.slot)}"
        case ListRef():
            return f"@{node.list}{_chosen(node.name)}{_as(node.slot)}"
        case OpenSlot():
            return f"{node.kind}{_as(node.slot)}"
        case RuleRef():
            return f"%{node.rule}"


def operator_of(distance: Distance, *, ordered: bool) -> str:
    """`NEAR/8`, `BEFORE/S`."""
    return f"{'BEFORE' if ordered else 'NEAR'}/{distance}"


def _term(text: str) -> str:
    tokens, faults = tokenise(text)
    bare = not faults and [token.kind for token in tokens] == [Kind.WORD, Kind.END] and tokens[0].value == text
    return text if bare else f'"{text}"'


def _as(slot: str) -> str:
    return f" AS {slot}" if slot else ""


def _chosen(name: str) -> str:
    if not name:
        return ""
    return f":{name}" if _BARE_NAME.fullmatch(name) else f':"{name}"'


def _chain(node: Chain) -> str:
    pieces = [_maybe(node.parts[0])]
    for part in node.parts[1:]:
        pieces += [operator_of(node.distance, ordered=part.ordered), _maybe(part)]
    return " ".join(pieces)


def _maybe(part: Part) -> str:
    return f"{'MAYBE ' if part.maybe else ''}{_part(part.node)}"


def _part(node: Node) -> str:
    """As a part of a chain or after a prefix, which bind tightest."""
    return f"({written(node)})" if isinstance(node, And | Or | AndNot | AndMaybe | Chain | NotNear) else written(node)


def _inner(node: Node) -> str:
    """Beside AND and OR, which bind loosest."""
    return f"({written(node)})" if isinstance(node, And | Or | AndNot | AndMaybe) else written(node)
