"""The composition root: the only place where concrete classes meet, and where the clock comes from."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.channels import Ways, channel_of, posts_of, sender_of
from monitor.checks import setting_faults
from monitor.deliver.channel import Channel
from monitor.deliver.postman import Postman
from monitor.desk.own_templates import OwnTemplates
from monitor.desk.pages import Pages
from monitor.digest.freeze import Letterhead, nowhere
from monitor.health import Pulse
from monitor.health.ping import Pinger
from monitor.ingest.feed import FeedSource
from monitor.ingest.folder import SETTLE, FolderSource
from monitor.ingest.fulltext import FullText
from monitor.ingest.http import AGENT, HttpClient
from monitor.ingest.parsing import Parse, ParserPool
from monitor.ingest.robots import Robots
from monitor.logs import hide
from monitor.memory import give_back_memory
from monitor.model import BrokenFile, Instant, SourceState, Subscription
from monitor.net.exchange import Exchange
from monitor.pipeline import Pipeline
from monitor.query.engine import Engine
from monitor.query.sourced import Naming
from monitor.reload import AtWork, Reloader
from monitor.rounds import Clock, Fresh, RoundSource
from monitor.rulebook.cache import RuleCache
from monitor.rulebook.matcher import LiveMatcher
from monitor.rulebook.searching import Search
from monitor.rulebook.timings import timing_of
from monitor.settings import FilesChannel, Settings, SourceSettings, SubscriptionSettings, load_config
from monitor.store import Database, Lock, Retention, Store
from monitor.stories.freshness import NoveltySettings
from monitor.stories.kept import KeptStories
from monitor.watchlist.nouns import Loaded

log = logging.getLogger(__name__)

Source = FolderSource | FeedSource

NOBODY = "monitor@localhost"
"""Who sends and gets what is never mailed."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything that a configuration asks for, joined. `broken` are the files that cannot be taken as they stand."""

    settings: Settings
    loaded: Loaded
    broken: tuple[BrokenFile, ...]
    store: Store
    sources: tuple[RoundSource, ...]
    pipeline: Pipeline
    postman: Postman
    pulse: Pulse
    changes: Changes
    pinger: Pinger | None

    def round_ended(self, well: bool) -> None:
        """Tell the one who watches from outside, if there is one, how a round went."""
        if self.pinger is not None:
            self.pinger.round_ended(well)

    def keep_up(self, now: datetime) -> None:
        """The upkeep of the daemon: old texts go, and the database gives back what it does not need."""
        thinned = self.store.thin_out(_retention(self.settings), now)
        if any((thinned.articles, thinned.versions, thinned.messages, thinned.rejections, thinned.signatures)):
            log.info("upkeep: %s", thinned)
        self.store.tidy()
        give_back_memory()


class Changes:
    """What a reload found, built into what the daemon works with."""

    def __init__(self, reloader: Reloader, build: Callable[[AtWork], Fresh], settings: Settings) -> None:
        self._reloader = reloader
        self._build = build
        self._settings = settings

    async def look(self, *, anyway: bool = False) -> Fresh | None:
        """The house as it is after a change; None where nothing changed."""
        found = await self._reloader.look(anyway=anyway)
        if found is None:
            return None
        fresh = self._build(found)
        changed = found.settings.channel != self._settings.channel
        self._settings = found.settings
        return fresh if changed else replace(fresh, channels=None)

    def folders(self) -> Sequence[Path]:
        """The folders in which rules and configuration lie."""
        return self._reloader.folders()


def utc_now() -> datetime:
    """The clock of the house."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_house(config: Path, *, settle: float = SETTLE, clock: Clock = utc_now) -> AsyncIterator[House]:
    """Build the house of a configuration, alone with its database, and close it in the end.

    The database is made on the first run. `settle` is for how many seconds a file in a folder must not have changed
    before it is read; `clock` tells the time. Raises ConfigError, RuleError or StoreError; the last also where another
    process is at work here, or where the database is missing although it was here (cases 76 and 79).
    """
    configuration = load_config(config, setting_faults)
    settings = configuration.settings
    async with AsyncExitStack() as open_:  # closed in the other order than opened
        open_.enter_context(Lock.acquire(settings.store.path, clock()))
        store = Store(Database.open(settings.store.path, create=True), clock)
        open_.callback(store.close)
        store.guard()
        store.end_leases(clock())
        client, parsers, pinger, ways = HttpClient(), ParserPool(), _pinger(settings), Ways(Exchange(), clock)
        for close in (parsers.close, client.close, ways.exchange.close, *((pinger.close,) if pinger else ())):
            open_.push_async_callback(close)
        robots = Robots(client, AGENT)
        fulltext = FullText(client, robots, parsers.extract, lambda known_as: store.find_article(known_as) is not None)
        pulse = Pulse(clock)
        reloader = Reloader(
            config,
            store,
            clock,
            lambda given, channel: _letterhead(given, store, channel),
            pulse.spend,
            cache=RuleCache(settings.store.path.with_suffix(".rules")),
        )
        found, matcher = reloader.start(configuration)
        stories, naming = KeptStories(store), Naming()

        def build(now: AtWork) -> Fresh:
            hide(now.settings.secrets())
            pipeline = build_pipeline(now.settings, now.loaded, store, matcher, now.broken, stories, naming)
            for reader in pipeline.subscriptions:  # before anything is read, for their first digest to account for it
                store.first_known(reader.name, clock())
            return Fresh(
                pipeline=pipeline,
                sources=[_source(source, client, parsers.parse, fulltext, settle) for source in now.settings.source],
                channels=_channels(now.settings, ways),
            )

        fresh = build(found)
        yield House(
            settings=settings,
            loaded=found.loaded,
            broken=found.broken,
            store=store,
            sources=tuple(fresh.sources),
            pipeline=fresh.pipeline,
            postman=Postman(store, fresh.channels or {}, pulse.clock_of("outbox")),
            pulse=pulse,
            changes=Changes(reloader, build, settings),
            pinger=pinger,
        )


def source_advice(given: SourceSettings, state: SourceState) -> str:
    """What the operator should know of how a source is polled; empty if there is nothing, or it is no feed."""
    every = given.every.total_seconds() if given.every else None
    return FeedSource(given.name, url=given.feed, every=every).advice(state) if given.feed else ""


def look(settings: Settings) -> Store:
    """The store of a configuration, to be read: beside a running daemon, or on a disk that is read-only.

    Raises StoreError.
    """
    return Store(Database.view(settings.store.path), utc_now)


def amend(settings: Settings) -> Store:
    """The store of a configuration, for a change that an operator makes beside a running daemon; it is not made.

    Raises StoreError.
    """
    return Store(Database.open(settings.store.path, create=False, check=False), utc_now)


def novelty_of(settings: Settings) -> NoveltySettings:
    """What the configuration says about novelty, for the rooms."""
    return NoveltySettings(settings.novelty.fresh, settings.novelty.publishers_for_update)


def build_pipeline(
    settings: Settings,
    loaded: Loaded,
    store: Store,
    matcher: LiveMatcher | None = None,
    broken: Sequence[BrokenFile] | None = None,
    stories: KeptStories | None = None,
    naming: Naming | None = None,
) -> Pipeline:
    """The journey of an article with the rules of `loaded`, or with those of `matcher`; digests tell what is broken.

    `stories` and `naming` outlive a change of the rules.
    """
    titles = {watchlist.name: watchlist.title for watchlist in loaded.watchlists}
    engine = matcher if matcher is not None else Engine(loaded.rules)
    return Pipeline(
        store=store,
        matcher=engine,
        subscriptions=subscriptions(settings),
        letterheads=letterheads(settings, store.instance(), titles),
        novelty=novelty_of(settings),
        stories=stories if stories is not None else KeptStories(store),
        templates={each.name: OwnTemplates(each.templates) for each in settings.subscription if each.templates},
        owners={each.name: each.owner for each in settings.subscription if each.owner},
        timing=timing_of(loaded),
        holds=Search(loaded),
        naming=(naming or Naming()).of(engine.naming("source"), [source.name for source in settings.source]),
        broken_rules=broken_rules(loaded)
        if broken is None
        else tuple(line for file in broken for line in file.lines()),
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
        recipients=given.to or (given.channel,),
        channel=given.channel,
        schedule=given.schedule,
        zone=given.zone,
        watchlists=given.watchlists,
        severities=given.severities,
        languages=given.languages,
        max_stories=given.max_stories,
        heartbeat=given.empty == "heartbeat",
        language=given.language,
        format=given.format,
        instant=Instant(given.instant, given.instant_wait, given.instant_per_hour, given.quiet)
        if given.instant
        else None,
    )


def _pinger(settings: Settings) -> Pinger | None:
    health = settings.health
    return Pinger(health.ping, allow_private=health.ping_private) if health.ping else None


def _retention(settings: Settings) -> Retention:
    given = settings.retention
    return Retention(given.articles, given.versions, given.digests, given.size * 1_000_000)


def _letterhead(settings: Settings, store: Store, channel: str) -> Letterhead:
    return letterheads(settings, store.instance(), {})[channel]


def letterheads(
    settings: Settings, instance: str, titles: Mapping[str, str], *, replay: bool = False
) -> dict[str, Letterhead]:
    """Readers find the page of a whole digest where it has an address, or where they read files on this machine.

    In a replay every digest is a mail, to be looked at, and no page is written.
    """
    pages = Pages(settings.pages.folder, settings.pages.url or "")
    return {
        name: Letterhead(
            instance,
            sender_of(channel) or NOBODY,
            titles,
            publish=pages.publish
            if not replay and (settings.pages.url or isinstance(channel, FilesChannel))
            else nowhere,
            posts=None if replay else posts_of(channel),
        )
        for name, channel in settings.channel.items()
    }


def _source(given: SourceSettings, client: HttpClient, parse: Parse, fulltext: FullText, settle: float) -> Source:
    publisher, lang = given.publisher or "", given.lang or ""
    if given.folder is not None:
        return FolderSource(given.name, given.folder, settle, publisher, lang)
    if given.maildir is not None:
        return FolderSource(given.name, given.maildir, settle, publisher, lang, maildir=True)
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
        fulltext=fulltext if given.fulltext else None,
    )


def _channels(settings: Settings, ways: Ways) -> dict[str, Channel]:
    return {name: channel_of(name, channel, ways) for name, channel in settings.channel.items()}
