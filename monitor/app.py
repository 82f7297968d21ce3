"""The composition root: the only place where concrete classes meet, and where the clock comes from."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.backtests.replay import READER
from monitor.checks import bare_address, load_all
from monitor.deliver.channel import Channel
from monitor.deliver.files import FileChannel
from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.postman import Postman
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.digest.freeze import Letterhead
from monitor.ingest.feed import FeedSource
from monitor.ingest.folder import SETTLE, FolderSource
from monitor.ingest.http import HttpClient
from monitor.ingest.parsing import Parse, ParserPool
from monitor.model import Subscription
from monitor.pipeline import Matcher, Pipeline
from monitor.query.engine import Engine
from monitor.settings import FilesChannel, Settings, SourceSettings, SubscriptionSettings
from monitor.settings import SmtpChannel as SmtpTable
from monitor.store import Database, Lock, Store
from monitor.stories.freshness import NoveltySettings
from monitor.watchlist.nouns import Loaded

Source = FolderSource | FeedSource


@dataclass(frozen=True, slots=True)
class House:
    """Everything that a configuration asks for, joined."""

    settings: Settings
    loaded: Loaded
    store: Store
    sources: tuple[Source, ...]
    pipeline: Pipeline
    postman: Postman

    def keep_up(self, now: datetime) -> None:  # noqa: ARG002 - the daemon tells every upkeep the time
        """The upkeep of the daemon."""
        self.store.tidy()


def utc_now() -> datetime:
    """The clock of the house."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_house(config: Path, *, settle: float = SETTLE) -> AsyncIterator[House]:
    """Build the house of a configuration, alone with its database, and close it in the end.

    The database is made on the first run. `settle` is for how many seconds a file in a folder must not have changed
    before it is read. Raises ConfigError, RuleError or StoreError; the last also where another process is at work
    here, or where the database is missing although it was here (cases 76 and 79).
    """
    configuration, loaded = load_all(config)
    settings = configuration.settings
    with Lock.acquire(settings.store.path, utc_now()):
        store = Store(Database.open(settings.store.path, create=True), utc_now)
        client, parsers = HttpClient(), ParserPool()
        try:
            yield House(
                settings=settings,
                loaded=loaded,
                store=store,
                sources=tuple(_source(source, client, parsers.parse, settle) for source in settings.source),
                pipeline=build_pipeline(settings, loaded, store),
                postman=Postman(store, _channels(settings), utc_now),
            )
        finally:
            await client.close()
            await parsers.close()
            store.close()


def look(settings: Settings) -> Store:
    """The store of a configuration, to be read beside a running daemon; it is not made, and not searched for damage.

    Raises StoreError.
    """
    return Store(Database.open(settings.store.path, create=False, check=False), utc_now)


@contextmanager
def rehearsal(matcher: Matcher, novelty: NoveltySettings) -> Iterator[Pipeline]:
    """The journey of an article over an empty database of its own, gone in the end: one reader gets everything."""
    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        store = Store(Database.open(Path(folder) / "rehearsal.sqlite", create=True), utc_now)
        try:
            yield Pipeline(store=store, matcher=matcher, subscriptions=(READER,), letterheads={}, novelty=novelty)
        finally:
            store.close()


def novelty_of(settings: Settings) -> NoveltySettings:
    """What the configuration says about novelty, for the rooms."""
    return NoveltySettings(settings.novelty.fresh, settings.novelty.publishers_for_update)


def build_pipeline(settings: Settings, loaded: Loaded, store: Store) -> Pipeline:
    """The journey of an article with the rules that are sound."""
    titles = {watchlist.name: watchlist.title for watchlist in loaded.watchlists}
    return Pipeline(
        store=store,
        matcher=Engine(loaded.rules),
        subscriptions=subscriptions(settings),
        letterheads=_letterheads(settings, store.instance(), titles),
        novelty=novelty_of(settings),
        broken_rules=broken_rules(loaded),
    )


def subscriptions(settings: Settings) -> tuple[Subscription, ...]:
    """The subscriptions as the rooms know them."""
    return tuple(_subscription(subscription) for subscription in settings.subscription)


def broken_rules(loaded: Loaded) -> tuple[str, ...]:
    """What is out: `watchlist/rule`, or the file of which nothing can be read."""
    single = (f"{watchlist.name}/{rule}" for watchlist in loaded.watchlists for rule in watchlist.broken)
    return (*single, *(f"{name}.toml" for name in loaded.unreadable))


def _subscription(given: SubscriptionSettings) -> Subscription:
    return Subscription(
        name=given.name,
        recipients=given.to,
        channel=given.channel,
        schedule=given.schedule,
        zone=given.zone,
        watchlists=given.watchlists,
        min_severity=given.min_severity,
        max_stories=given.max_stories,
        send_empty=given.send_empty,
    )


def _letterheads(settings: Settings, instance: str, titles: Mapping[str, str]) -> dict[str, Letterhead]:
    return {name: Letterhead(instance, channel.sender, titles) for name, channel in settings.channel.items()}


def _source(given: SourceSettings, client: HttpClient, parse: Parse, settle: float) -> Source:
    publisher, lang = given.publisher or "", given.lang or ""
    if given.folder is not None:
        return FolderSource(given.name, given.folder, settle, publisher, lang)
    return FeedSource(
        name=given.name,
        url=given.feed or "",
        path=given.path,
        every=given.every.total_seconds() if given.every else None,
        client=client,
        publisher=publisher,
        lang=lang,
        allow_private=given.allow_private,
        parse=parse,
    )


def _channels(settings: Settings) -> dict[str, Channel]:
    return {name: _channel(name, channel) for name, channel in settings.channel.items()}


def _channel(name: str, given: FilesChannel | SmtpTable) -> Channel:
    if isinstance(given, FilesChannel):
        return FileChannel(name, given.folder)
    smtp = SmtpSettings(
        host=given.host,
        port=given.effective_port,
        sender=bare_address(given.sender),
        security=Security(given.security.value),
        username=given.username or "",
        password=given.password.get_secret_value() if given.password else "",
        ca_file=str(given.ca_file) if given.ca_file else None,
    )
    return SmtpChannel(name, smtp, OnAmbiguous(given.on_ambiguous))
