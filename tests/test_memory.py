"""Memory that is free goes back to the system."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from monitor.memory import give_back_memory


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has something to return")
def test_what_is_free_between_what_is_not_goes_back() -> None:
    before = _pages()
    taken = [bytes(50_000) for _ in range(2_000)]
    left = taken[::20]
    full = _pages()
    del taken
    give_back_memory()
    assert len(left) == 100
    assert _pages() - before < (full - before) / 2
