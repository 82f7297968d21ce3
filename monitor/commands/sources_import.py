"""`monitor sources import`: the feeds of an OPML file."""

from __future__ import annotations

from pathlib import Path

from monitor.app import utc_now
from monitor.commands._sources_file import NewSource, source_name, write_sources
from monitor.errors import SourceError
from monitor.ingest.opml import read_opml
from monitor.settings import load_config
from monitor.terminal import at_most, complain, count, say


def import_(config: Path, file: Path) -> int:
    """Append all feeds that are not there yet, unread; tell what was left out. Raises ConfigError, SourceError."""
    settings = load_config(config).settings
    try:
        found = read_opml(file.read_bytes())
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from error
    taken = {source.name.casefold() for source in settings.source}
    known = {source.feed for source in settings.source if source.feed}
    added: list[NewSource] = []
    for feed in found.feeds:
        if feed.url in known:
            continue
        name = source_name(feed.title, feed.url, taken)
        taken.add(name.casefold())
        comment = f"imported {utc_now():%Y-%m-%d}{': ' + feed.folder if feed.folder else ''}"
        added.append(({"name": name, "feed": feed.url}, comment))
    if added:
        write_sources(config, added)
    for told in at_most([f"line {line}: {reason}" for line, reason in found.skipped], 50):
        complain(told)
    already = len(found.feeds) - len(added)
    say(f"{count(len(added), 'feed')} added, {already} there already, {len(found.skipped)} left out")
    return int(not found.feeds)
