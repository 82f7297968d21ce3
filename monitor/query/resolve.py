"""Fills the lists in: every `@list` of a tree gets its terms, or a fault that says which list was meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace

from monitor.query.fault import Fault
from monitor.query.lists import TermList
from monitor.query.tree import (
    And,
    AndMaybe,
    AndNot,
    AtLeast,
    Chain,
    First,
    ListRef,
    Node,
    NotNear,
    Or,
    Scoped,
    SomeOf,
    walk,
)


def resolve(node: Node, lists: Mapping[str, TermList]) -> tuple[Node, tuple[Fault, ...]]:
    """The tree with its lists filled in, and a fault for every list or name that there is not."""
    references = [found for found in walk(node) if isinstance(found, ListRef)]
    faults = tuple(fault for found in references for fault in _faults(found, lists))
    return (_filled(node, lists) if references and not faults else node), faults


def _faults(node: ListRef, lists: Mapping[str, TermList]) -> list[Fault]:
    end = min(node.end, node.start + 1 + len(node.list))
    terms = lists.get(node.list)
    if terms is None:
        return [Fault(node.start, end, "E104", f"unknown list @{node.list}", _did_you_mean("@", node.list, lists))]
    if not terms.names:
        return [Fault(node.start, end, "E122", f"the list @{node.list} is empty", "write at least one spelling")]
    if node.name and terms.spellings_of(node.name) is None:
        names = {name: None for name, _ in terms.names}
        hint = _did_you_mean(f"@{node.list}:", node.name, names)
        return [Fault(node.start, node.end, "E121", f"the list @{node.list} has no name {node.name!r}", hint)]
    return []


def _did_you_mean(sign: str, wrong: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {sign}{close[0]}?"
    return "known: " + ", ".join(sign + name for name in sorted(known)[:8]) if known else "there are no lists"


def _filled(node: Node, lists: Mapping[str, TermList]) -> Node:
    match node:
        case ListRef():
            return replace(node, terms=lists[node.list])
        case And() | Or() | SomeOf():
            return replace(node, children=tuple(_filled(child, lists) for child in node.children))
        case AndNot() | NotNear():
            return replace(node, wanted=_filled(node.wanted, lists), unwanted=_filled(node.unwanted, lists))
        case AndMaybe():
            return replace(node, wanted=_filled(node.wanted, lists), offered=_filled(node.offered, lists))
        case Chain():
            parts = tuple(replace(part, node=_filled(part.node, lists)) for part in node.parts)
            return replace(node, parts=parts)
        case AtLeast() | First() | Scoped():
            return replace(node, child=_filled(node.child, lists))
        case _:
            return node
