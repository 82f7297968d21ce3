"""Which rules can an article match at all? Every rule waits at its *anchor*: a group of terms one of which it needs.

`candidates` may name rules that do not match; it never leaves out one that does (a property test holds it to brute
force).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Index:
    """Rule numbers by the terms of their anchors; `unanchored` are tried on every article."""

    anchored: dict[int, list[int]] = field(default_factory=dict)
    unanchored: list[int] = field(default_factory=list)
    _shared: set[int] = field(default_factory=set)

    def copy(self) -> Index:
        """One that can change while this one stays as it is."""
        return Index(self.anchored.copy(), self.unanchored.copy(), set(self.anchored))

    def add(self, rule: int, anchor: Iterable[int] | None) -> None:
        """Let a rule wait at the terms of its anchor, or at every article (None)."""
        if anchor is None:
            self.unanchored.append(rule)
            return
        for term in anchor:
            self._waiting(term).append(rule)

    def _waiting(self, term: int) -> list[int]:
        """The rules that wait at a term, in a list that may be changed."""
        waiting = self.anchored.get(term)
        if waiting is None:
            waiting = self.anchored[term] = []
        elif term in self._shared:
            waiting = self.anchored[term] = waiting.copy()
        self._shared.discard(term)
        return waiting

    def candidates(self, terms: Iterable[Iterable[int]]) -> set[int]:
        """The rules that one of the terms hit in the fields calls for."""
        called = set(self.unanchored)
        for hit in terms:
            for term in hit:
                called.update(self.anchored.get(term, ()))
        return called
