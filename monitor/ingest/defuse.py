"""What is taken out of a feed's XML, or refuses it, before a parser sees it (cases 9 and 10)."""

from __future__ import annotations

import re

from monitor.errors import FeedFormatError

MAX_ENTITY = 100
"""Bytes of an entity's declaration. Real ones stand for a character or a name; with long ones a small file blows up."""

MAX_ATTRIBUTES = 1_000
"""Attributes of one element: Python's expat reader looks each of them up in a list of all of them."""

_DECLARATION = b"<!ENTITY"
_REFERENCE = re.compile(rb"&[^#]|%")
_LONG_TAG = re.compile(rb"<[^<>]{5000,}")


def defused(raw: bytes) -> bytes:
    """The feed without dangerous entities: their references stay as text. Raises FeedFormatError. Linear in time."""
    if any(found[0].count(b"=") > MAX_ATTRIBUTES for found in _LONG_TAG.finditer(raw)):
        raise FeedFormatError(f"the feed has an element with more than {MAX_ATTRIBUTES:,} attributes")
    if _DECLARATION not in raw:
        return raw
    first, *declared = raw.split(_DECLARATION)
    return first + b"".join(map(_kept, declared))


def _kept(part: bytes) -> bytes:
    """What follows one `<!ENTITY`, with the declaration itself if it is short and refers to no other entity."""
    end = part.find(b">")
    harmless = 0 <= end <= MAX_ENTITY and not _REFERENCE.search(part[:end])
    return _DECLARATION + part if harmless else part[end + 1 :] if end >= 0 else b""
