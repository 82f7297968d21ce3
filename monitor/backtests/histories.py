"""Where a history comes from: files and folders of articles, or the archive in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.backtests.matching import Moment
from monitor.ingest.read import read_paths
from monitor.model import Article, Rejection


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of files in the order in which they would have arrived; what could not be read; what had no date."""

    moments: tuple[Moment, ...]
    rejections: tuple[Rejection, ...] = ()
    undated: int = 0


def read_corpus(paths: Sequence[Path], now: datetime) -> Corpus:
    """Read files and folders, all into memory (some ten kilobytes an article). Raises SourceError.

    An article arrives when its file says that it did; else when it was published. One without a date arrives with
    the last one that has one; where none has, `now`.
    """
    return corpus_of(read_paths(paths, now), now)


def corpus_of(found: Iterable[Article | Rejection], now: datetime) -> Corpus:
    """Order what was read; articles of one instant stay in the order of their files."""
    articles: list[tuple[Article, datetime | None]] = []
    rejections: list[Rejection] = []
    for each in found:
        if isinstance(each, Rejection):
            rejections.append(each)
        else:
            articles.append((each, _arrival(each, now)))
    end = max((arrival for _, arrival in articles if arrival), default=now)
    articles.sort(key=lambda pair: (pair[1] is None, pair[1] or end))
    moments = [Moment(at := arrival or end, replace(article, arrived=at)) for article, arrival in articles]
    undated = sum(arrival is None for _, arrival in articles)
    return Corpus(tuple(moments), tuple(rejections), undated)


def _arrival(article: Article, now: datetime) -> datetime | None:
    if article.arrived != now:
        return article.arrived
    return None if article.published is None or article.date_doubtful else min(article.published, now)
