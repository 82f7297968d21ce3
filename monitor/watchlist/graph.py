"""Things that refer to each other by name: the order in which to take them, and the circles that have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MOST_TOLD = 8


def order(references: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Names so ordered that each comes after those it refers to, and the circles; members of a circle come too.

    References to unknown names are left to the caller. Linear but for the number of circles; no recursion.
    """
    ranks = {name: rank for rank, name in enumerate(references)}
    users: dict[str, list[str]] = {name: [] for name in references}
    waiting = {name: {other for other in others if other in references} for name, others in references.items()}
    for name, others in waiting.items():
        for other in others:
            users[other].append(name)
    done: list[str] = []
    circles: list[list[str]] = []
    ready = [name for name, others in waiting.items() if not others]
    while waiting:
        if not ready:
            ready = _circle(waiting, references, ranks)
            circles.append(ready.copy())
        for name in ready:
            del waiting[name]
        ready = _release(ready, users, waiting, done)
    return done, circles


def way(circle: Sequence[str], sign: str) -> str:
    """A circle as it is told: `@a -> @b -> @a`; of a long one only the beginning."""
    names = [*circle, circle[0]] if len(circle) <= _MOST_TOLD else [*circle[:_MOST_TOLD], "..."]
    return " -> ".join(name if name == "..." else sign + name for name in names)


def _release(
    ready: list[str], users: Mapping[str, list[str]], waiting: dict[str, set[str]], done: list[str]
) -> list[str]:
    free = []
    for name in ready:
        done.append(name)
        for user in users[name]:
            if user in waiting:
                waiting[user].discard(name)
                if not waiting[user]:
                    free.append(user)
    return list(dict.fromkeys(free))


def _circle(
    waiting: Mapping[str, set[str]], references: Mapping[str, Sequence[str]], ranks: Mapping[str, int]
) -> list[str]:
    """Some circle among the names that wait for each other, beginning with the one that is written first."""
    seen: dict[str, int] = {}
    name = next(iter(waiting))
    while name not in seen:
        seen[name] = len(seen)
        name = next(other for other in references[name] if other in waiting[name])
    circle = list(seen)[seen[name] :]
    first = min(range(len(circle)), key=lambda index: ranks[circle[index]])
    return circle[first:] + circle[:first]
