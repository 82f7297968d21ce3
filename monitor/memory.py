"""Memory that nothing lies in any more goes back to the system."""

from __future__ import annotations

import ctypes

_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


def give_back_memory() -> None:
    """Let the C library return its free pages, where it can (glibc): it keeps what a busy hour took, for the next one.

    SQLite and the parsers of regular expressions take theirs there; some 50 MB after a day with a thousand feeds.
    """
    if _trim is not None:
        _trim(0)
