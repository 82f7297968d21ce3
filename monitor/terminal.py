"""What goes to the terminal and into the log: every text is made harmless on its way (cases.md 87)."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_KEPT = "\n\t"
_ACTING = ("Cc", "Cf", "Cs", "Zl", "Zp")


def harmless(text: str) -> str:
    r"""`text` with every character that could act on a terminal written out: escapes, bidi controls, surrogates.

    An escape character becomes the four characters `\x1b`. Newline and tab stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written_out(character) for character in text)


def say(text: str = "") -> None:
    """One text to standard output."""
    _write(text, error=False)


def complain(text: str) -> None:
    """One text to standard error."""
    _write(text, error=True)


def count(number: int, word: str) -> str:
    """`1 article`, `2 articles`, `2 copies`."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"


def at_most(lines: Sequence[str], most: int = 10) -> list[str]:
    """The first lines, and how many more there are."""
    more = [f"{len(lines) - most} more"] if len(lines) > most else []
    return [*lines[:most], *more]


def console() -> Console:
    """A rich console on standard output, for tables and progress. Give it `rich.text.Text`, never markup."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


def working(on: str) -> AbstractContextManager[object]:
    """Show that something is going on, where there is somebody to see it; what is said meanwhile appears above."""
    from rich.console import Console

    shown = Console(stderr=True, highlight=False)
    return shown.status(on) if shown.is_terminal else nullcontext()


def _write(text: str, *, error: bool) -> None:
    stream = sys.stderr if error else sys.stdout
    encoding = stream.encoding or "utf-8"
    print(harmless(text).encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def _written_out(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _ACTING:
        return character
    return character.encode("unicode_escape").decode("ascii")
