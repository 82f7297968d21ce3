"""Text that is too long, cut where a reader can see it: at a word, with an ellipsis."""

from __future__ import annotations

from functools import lru_cache

from monitor.text.clean import one_line

LONGEST_NAME = 120
"""Characters of a publisher, a fact or a rule's name."""


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, at a word's end where one is near, with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    space = text.rfind(" ", limit - 25, limit)
    return f"{text[: space if space > 0 else limit - 1].rstrip(' -,:;')}…"


@lru_cache(maxsize=4096)
def label(text: str, limit: int = LONGEST_NAME) -> str:
    """A name as it may be shown: cleaned, on one line, not endless."""
    return cut(one_line(text), limit)
