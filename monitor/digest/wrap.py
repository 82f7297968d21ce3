"""Plain text for a mail reader: 76 columns, wide characters counted as two, addresses never broken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 76

_TOKENS = re.compile(r"\S+")
_URL = re.compile(r"^[<(]?https?://", re.IGNORECASE)
_NOT_FIRST = "。，、；：？！）」』》〉】〕”’…·.,;:?!)]}"
"""Marks that never begin a line; in wide text they hang at the end of the one before."""

_COUNTED = "年月日时分秒天个条篇次项张封处"
"""Marks that stay with the number before them."""

_OVERHANG = 2
"""Columns by which such a mark may stand out."""


def width(text: str) -> int:
    """Columns on a terminal: two for wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, indent: str = "", hang: str | None = None) -> str:
    """Fill `text` to WIDTH columns; `indent` begins the first line, `hang` the others (default: the same).

    A line is longer only where an address is.
    """
    later = indent if hang is None else hang
    lines, line, used = [], indent, width(indent)
    empty = True
    for token in _TOKENS.findall(text):
        for number, piece in enumerate(_pieces(token, WIDTH - width(later))):
            gap = "" if empty or number else " "
            need = width(gap) + width(piece)
            room = WIDTH if gap or piece[0] not in _NOT_FIRST else WIDTH + _OVERHANG
            if not empty and used + need > room:
                lines.append(line)
                line, used, gap, need = later, width(later), "", width(piece)
            line, used, empty = line + gap + piece, used + need, False
    return "\n".join([*lines, line.rstrip()])


def _pieces(token: str, room: int) -> Iterator[str]:
    """The token whole, or where it may be broken: around wide characters, and anywhere in a word longer than a line."""
    if _URL.match(token):
        yield token
        return
    piece = ""
    for character in token:
        wide = width(character) == 2
        stays = character in _NOT_FIRST or (character in _COUNTED and piece[-1:].isdigit())
        if piece and not stays and (wide or width(piece[-1]) == 2 or width(piece) >= room):
            yield piece
            piece = ""
        piece += character
        if width(piece) >= room:
            yield piece
            piece = ""
    if piece:
        yield piece
