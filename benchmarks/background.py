"""Counts the words of news at large, for stories and `monitor suggest`: `make background`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from monitor.drafting import background
from monitor.ingest.read import read_paths
from monitor.model import Article
from monitor.text import frequency


def main() -> int:
    paths = [Path(argument) for argument in sys.argv[1:]]
    articles = (found for found in read_paths(paths, datetime.now(UTC)) if isinstance(found, Article))
    counted = background.count(articles)
    target = Path(frequency.__file__).with_name(frequency.TABLE)
    target.write_text(background.written(counted), encoding="ascii")
    print(f"{counted.articles:,} articles, {len(counted.counts):,} words; {target.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
