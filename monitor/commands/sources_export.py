"""`monitor sources export`: the feeds of the configuration as OPML."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import SourceError
from monitor.ingest.opml import OpmlFeed, write_opml
from monitor.settings import load_config
from monitor.terminal import complain, count, say


def export(config: Path, file: Path) -> int:
    """Write them to `file`, or to standard output for `-`. Raises ConfigError, SourceError."""
    sources = load_config(config).settings.source
    feeds = [OpmlFeed(source.name, source.feed) for source in sources if source.feed]
    document = write_opml(feeds, "Feeds of the watchlist monitor")
    if file == Path("-"):
        say(document.rstrip("\n"))
        return 0
    try:
        file.write_text(document, encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{file}: cannot be written: {error.strerror}") from error
    complain(f"{count(len(feeds), 'feed')} written to {file}")
    return 0
