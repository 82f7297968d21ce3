"""`monitor sources add`: a feed more in the configuration."""

from __future__ import annotations

import asyncio
from pathlib import Path

from monitor.app import utc_now
from monitor.commands._sources_file import source_name, write_sources
from monitor.errors import ConfigError
from monitor.ingest.http import HttpClient
from monitor.ingest.parsing import ParserPool
from monitor.ingest.probe import FoundFeed, Prober
from monitor.net.urls import redact, url_fault
from monitor.settings import load_config
from monitor.settings.duration import parse_duration
from monitor.settings.edit import Value
from monitor.terminal import count, say


def add(config: Path, url: str, name: str | None, every: str | None, *, allow_private: bool) -> int:
    """Read the feed once, append it to the file, and say what it holds. Raises ConfigError, SourceError."""
    settings = load_config(config).settings
    _check(url, every)
    found = asyncio.run(_found(url, allow_private=allow_private))
    known = next((source.name for source in settings.source if source.feed in (url, found.url)), None)
    if known:
        raise ConfigError(f"{redact(found.url)} is a source already: {known}")
    taken = {source.name.casefold() for source in settings.source}
    if name is not None and name.casefold() in taken:
        raise ConfigError(f"two sources would be named `{name}`")
    keys: dict[str, Value] = {"name": name or source_name(found.parsed.title, found.url, taken), "feed": found.url}
    keys |= {"every": every} if every else {}
    keys |= {"allow_private": True} if allow_private else {}
    write_sources(config, [(keys, f"added {utc_now():%Y-%m-%d}")])
    say(f"added {keys['name']}: {redact(found.url)}, {count(found.parsed.entries, 'entry')}")
    for article in found.parsed.articles[:3]:
        say(f"  {article.title}")
    if not found.has_validators and not every:
        say("its server must send the whole feed every time, so it is read once a day; --every says otherwise")
    return 0


def _check(url: str, every: str | None) -> None:
    if fault := url_fault(url):
        raise ConfigError(f"{redact(url)}: refused, {fault}")
    try:
        if every is not None:
            parse_duration(every)
    except ValueError as error:
        raise ConfigError(f"--every: {error}") from error


async def _found(url: str, *, allow_private: bool) -> FoundFeed:
    client, pool = HttpClient(), ParserPool()
    try:
        return await Prober(client, pool.parse, utc_now(), allow_private).find_feed(url)
    finally:
        await client.close()
        await pool.close()
