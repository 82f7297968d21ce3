"""`monitor stories group`: which articles tell of one event, and why; nothing is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.ingest.read import read_paths
from monitor.model import Article, StoryReason
from monitor.stories.duplicates import MemoryIndex, near_duplicate
from monitor.stories.grouping import Placement
from monitor.stories.signature import sign
from monitor.stories.window import StoryWindow
from monitor.terminal import complain, console, harmless


def group(paths: Sequence[Path], *, as_jsonl: bool) -> int:
    """Print the story of every article at `paths`, in the order in which they are read.

    Each article is assigned once, as it comes; where a later one shows that two stories are one, both go by the name of
    the first. What could not be read is told on standard error, with its reason. Returns 0; raises SourceError for a
    path that is not there.
    """
    window, copies = StoryWindow(), _Copies()
    placed = [
        (article, copies.place(article) or copies.keep(article, window.place(article))) for article in _articles(paths)
    ]
    _print_jsonl(placed, window) if as_jsonl else _print_table(placed, window)
    return 0


class _Copies:
    """What copies are known by: a copy is in the story of its original."""

    def __init__(self) -> None:
        self._index = MemoryIndex()
        self._stories: dict[str, str] = {}

    def place(self, article: Article) -> Placement | None:
        """The story of the article whose text this one repeats; None where it repeats none."""
        signature = sign(article)
        original = near_duplicate(signature, self._index.candidates(signature.bands)).original
        if original is not None:
            return Placement(self._stories[original], StoryReason.SAME_TEXT)
        self._index.put_signature(signature)
        return None

    def keep(self, article: Article, placement: Placement) -> Placement:
        """Remember where an article is that repeats none."""
        self._stories[article.id] = placement.story
        return placement


def _articles(paths: Sequence[Path]) -> Iterator[Article]:
    for each in read_paths(paths, datetime.now(UTC)):
        if isinstance(each, Article):
            yield each
        else:
            complain(f"not read: {each.origin}: {each.reason}")


def _print_jsonl(placed: Sequence[tuple[Article, Placement]], window: StoryWindow) -> None:
    for article, placement in placed:
        line = {
            "article": article.native_id or article.origin,
            "story": window.current(placement.story),
            "reason": str(placement.reason),
            "score": None if placement.score is None else round(placement.score, 3),
        }
        sys.stdout.write(json.dumps(line) + "\n")


def _print_table(placed: Sequence[tuple[Article, Placement]], window: StoryWindow) -> None:
    """Story by story, in the order of their first articles."""
    stories: dict[str, list[tuple[Article, Placement]]] = {}
    for article, placement in placed:
        stories.setdefault(window.current(placement.story), []).append((article, placement))
    table = Table("story", "article", "why")
    for number, members in enumerate(stories.values(), 1):
        for position, (article, placement) in enumerate(members):
            cells = ("" if position else str(number), article.title, _why(placement))
            table.add_row(
                *(Text(harmless(" ".join(cell.split()))) for cell in cells), end_section=article is members[-1][0]
            )
    if table.row_count:
        console().print(table)
    complain(f"{len(placed)} articles, {len(stories)} stories")


def _why(placement: Placement) -> str:
    return "" if placement.reason is StoryReason.FIRST else str(placement.reason)
