"""Rule files from disk to rules."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitor.rulebook.files import RuleTexts, read_rules
from monitor.watchlist.load import Loader, Shelf
from monitor.watchlist.nouns import Loaded


def load_rules(paths: Sequence[Path]) -> Loaded:
    """Load the rule files at `paths`: files, or folders of `*.toml` with a folder `terms` of shared lists.

    Whatever stands in a file becomes a problem in the answer. Raises RuleError where a path is not there, cannot be
    read, or holds no rule file.
    """
    return load_texts(read_rules(paths))


def load_texts(texts: RuleTexts, shelf: Shelf | None = None) -> Loaded:
    """What texts say; whatever is wrong with them is in the answer. `shelf` keeps over runs what files are."""
    return Loader(shelf).load(texts.files, texts.shared, texts.whole)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of objects are made here that all stay; looking through them for garbage takes a fifth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
