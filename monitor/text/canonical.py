"""When two values that texts give are one: case, accents, width, hyphens and spaces do not tell them apart."""

from __future__ import annotations

import re

from monitor.text.fold import fold

_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_BEFORE_A_NUMBER = re.compile(r"(?<=[a-z]) (?=\d)")


def canonical(value: str) -> str:
    """A slot value without what does not tell values apart: case, accents, width, runs of white space.

    Hyphens within words are spaces, and a name stands together with its number: Orion-3, Orion 3, Orion3.
    """
    return _BEFORE_A_NUMBER.sub("", " ".join(_HYPHEN.sub(" ", fold(value).text.casefold()).split()))
