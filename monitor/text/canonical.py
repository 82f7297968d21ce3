"""When two values that texts give are one: case, accents, width and white space do not tell them apart."""

from __future__ import annotations

from monitor.text.fold import fold


def canonical(value: str) -> str:
    """A slot value without what does not tell values apart: case, accents, width, runs of white space."""
    return " ".join(fold(value).text.casefold().split())
