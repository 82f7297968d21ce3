"""What gives away that a name no list knows is that of a place: the words around it, and its own last one."""

from __future__ import annotations

import re

from monitor.drafting.passages import Name

_KIND = (
    r"province|prefecture|region|district|county|city|town|village|islands?|peninsula|port|harbou?r|bay|gulf|strait|sea"
    r"|valley|river|lake|coast|mountains"
)
_CALLED_SO = re.compile(rf"^(?:'s)? (?:{_KIND})\b")
_LIES_THERE = re.compile(
    rf"\b(?:(?:{_KIND}|off|near|around|outside) (?:of )?(?:the )?"
    r"|(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|[Cc]entral)(?:ern|east|west|eastern|western)? )$"
)
_AT = re.compile(r" (?:in|at|across|to|from) (?:the )?$")
_MONEY_IN = re.compile(r"\b(?:invest(?:ed|ments?|s)?|stakes?|interest|shares) in (?:the )?$")
_DOES = re.compile(r" (?:has|had|will|would|said|says|[a-z]+ed)\b")
_NAMED_SO = re.compile(rf"(?i)(?:gulf|strait|bay|sea|lake|port|cape|mount) .*|.* (?:{_KIND})")


def place_weight(sentence: str, name: Name) -> int:
    """How far one mention speaks for a place; over all mentions more than 1 makes one.

    A place is called so, or lies in or at a preposition; whoever does something (Blue Strait ordered two) is none, and
    neither is what money is put in.
    """
    before, after = sentence[: name.start], sentence[name.end :]
    if _CALLED_SO.match(after) or _LIES_THERE.search(before):
        return 3
    if _DOES.match(after):
        return -2
    at = 1 if _AT.search(before) and not _MONEY_IN.search(before) else 0 if before.endswith(", ") else -1
    return at + (3 if _NAMED_SO.fullmatch(name.text) else 0)
