"""New, update, fold or recap: what an article adds to what is known (design, section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.model import Article, KeyMemory, Match, Verdict
from monitor.stories.freshness import NoveltySettings
from monitor.stories.grouping import Placement
from monitor.stories.identity import Recognised

__all__ = ["NoveltySettings", "judge"]


def judge(
    article: Article,
    recognised: Recognised,
    placement: Placement,
    matches: Sequence[Match],
    memories: Mapping[str, KeyMemory],
    now: datetime,
    settings: NoveltySettings,
) -> list[Verdict]:
    """One verdict per key of the article's matches."""
    raise NotImplementedError
