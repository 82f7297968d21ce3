"""Which rules depend on a source: those that name it, and those that owe it most of their stories."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.model import Dependence, SourceShare

FEWEST = 3
"""Fewer stories than this are no habit."""

LEAST_SHARE = 0.5


def dependences(source: str, shares: Sequence[SourceShare], naming: Collection[tuple[str, str]]) -> list[Dependence]:
    """What depends on `source`, by watchlist and rule. `naming` are the rules (watchlist, id) that name it."""
    own = {(share.watchlist, share.rule): share for share in shares if share.source == source}
    habits = {name for name, share in own.items() if _is_habit(share)}
    found = []
    for watchlist, rule in sorted(habits.union(naming)):
        share = own.get((watchlist, rule))
        counts = (share.stories, share.of) if share else (0, 0)
        found.append(Dependence(watchlist, rule, (watchlist, rule) in naming, *counts))
    return found


def _is_habit(share: SourceShare) -> bool:
    """Whether the rule would miss the source."""
    return share.stories >= FEWEST and share.stories >= share.of * LEAST_SHARE
