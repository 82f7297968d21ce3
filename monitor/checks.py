"""What only the rooms can say about the configuration: is this a schedule, an address, a URL, a watchlist?

`monitor check` and every start ask the same questions (cases.md 39, 60, 88).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from monitor.channels import bare_address, channel_faults
from monitor.deliver.address import address_fault, recipient_faults
from monitor.desk.own_templates import OwnTemplates
from monitor.digest.due import schedule_fault, zone_fault
from monitor.digest.render import render
from monitor.digest.sample import sample_digest
from monitor.errors import ConfigError, RuleError
from monitor.model import Problem, ProblemSeverity
from monitor.net.urls import url_fault
from monitor.rulebook.files import RuleTexts, read_rules
from monitor.rulebook.load import load_rules
from monitor.settings import (
    Code,
    Configuration,
    Fault,
    MailTable,
    Settings,
    SubscriptionSettings,
    load_config,
    offer,
)
from monitor.store import Database, Store
from monitor.terminal import count
from monitor.watchlist.load import watchlist_name
from monitor.watchlist.nouns import Loaded


def load_all(path: Path) -> tuple[Configuration, Loaded]:
    """Configuration and rules, checked together. Problems of single rules are in the answer; they stop nobody.

    A watchlist whose file is gone, but which works on in its last good version, may still be subscribed to. Raises
    ConfigError with every problem of the configuration, RuleError where rule files are missing.
    """
    config = load_config(path, setting_faults)
    loaded = load_rules(config.settings.rules.paths)
    faults = list(watchlist_faults(config.settings, loaded))
    if faults and (kept := kept_watchlists(config.settings)):
        faults = list(unknown_watchlists(config.settings, {*_names(loaded), *kept}))
    config.refuse(faults)
    return config, loaded


def kept_watchlists(settings: Settings) -> set[str]:
    """The watchlists of which the database keeps last good versions; none where there is none. Raises StoreError."""
    if not settings.store.path.exists():
        return set()
    with Database.view(settings.store.path) as database:
        return set(Store(database, lambda: datetime.now(UTC)).good_rules())


def examine(path: Path) -> tuple[Sequence[Problem], RuleTexts]:
    """Everything that is wrong with a configuration itself, and the rule files that it names; none if it names none.

    Raises ConfigError or RuleError where there is nothing to look at.
    """
    found: list[RuleTexts] = []
    try:
        config = load_config(path, partial(_faults_with_rules, found=found))
    except ConfigError as error:
        if not error.problems:
            raise
        return error.problems, found[0] if found else RuleTexts({}, {})
    texts = found[0] if found else read_rules(config.settings.rules.paths)
    return [*lost_channels(path, config.settings), *template_problems(path, config.settings)], texts


def _faults_with_rules(settings: Settings, found: list[RuleTexts]) -> Iterator[Fault]:
    """What is wrong with settings, also beside the rule files, which are `found`; that there are none is told later."""
    yield from setting_faults(settings)
    with suppress(RuleError):
        found.append(read_rules(settings.rules.paths))
        yield from unknown_watchlists(settings, set(map(watchlist_name, found[0].files)))


def template_problems(path: Path, settings: Settings) -> Iterator[Problem]:
    """Templates of the user's own that fail on an invented digest; mails would go out in the built-in layout."""
    digest = sample_digest()
    for subscription in settings.subscription:
        if subscription.templates is None:
            continue
        if fault := render(digest, OwnTemplates(subscription.templates)).digest.fault:
            message = f"`subscription[{subscription.name}].templates`: {fault}"
            yield Problem(str(path), 0, 0, Code.TEMPLATE.value, ProblemSeverity.ERROR, message)


def lost_channels(path: Path, settings: Settings) -> Sequence[Problem]:
    """Warnings about messages that wait for a channel which the configuration `path` no longer has.

    Raises StoreError where there is a database that cannot be read.
    """
    if not settings.store.path.exists():
        return ()
    with Database.view(settings.store.path) as database:
        waiting = Store(database, lambda: datetime.now(UTC)).queued_by_channel()
    return [
        Problem(
            str(path),
            *(0, 0, Code.LOST_CHANNEL.value, ProblemSeverity.WARNING),
            f"{count(number, 'message')} for the channel {name!r}, which the configuration no longer has",
            "put the channel back, or give the messages up with `monitor outbox drop`",
        )
        for name, number in waiting.items()
        if name not in settings.channel
    ]


def setting_faults(settings: Settings) -> Iterator[Fault]:
    """What is wrong with feed URLs, senders, schedules, zones and recipients."""
    for index, source in enumerate(settings.source):
        if source.feed is not None and (why := url_fault(source.feed)):
            yield _fault(("source", index, "feed"), f"`source[{source.name}].feed`: {why}")
    if settings.health.ping is not None and (why := url_fault(settings.health.ping)):
        yield _fault(("health", "ping"), f"`health.ping`: {why}")
    for name, channel in settings.channel.items():
        if isinstance(channel, MailTable) and (why := address_fault(bare_address(channel.sender))):
            yield _fault(("channel", name, "from"), f"`channel.{name}.from`: the address {why}")
        yield from channel_faults(name, channel)
    for index, subscription in enumerate(settings.subscription):
        key = f"subscription[{subscription.name}]"
        yield from _time_faults(index, subscription, key)
        for why in recipient_faults(subscription.to):
            yield _fault(("subscription", index, "to"), f"`{key}.to`: {why}")
        yield from _address_faults(settings, index, subscription)
        for why in recipient_faults([subscription.owner] if subscription.owner else []):
            yield _fault(("subscription", index, "owner"), f"`{key}.owner`: {why}")


def _time_faults(index: int, subscription: SubscriptionSettings, key: str) -> Iterator[Fault]:
    """Zone and schedule, each by itself: a bad zone hides no bad schedule."""
    zone = zone_fault(subscription.zone)
    if zone:
        yield _fault(("subscription", index, "zone"), f"`{key}.zone`: {zone}")
    if why := schedule_fault(subscription.schedule, "UTC" if zone else subscription.zone):
        yield _fault(("subscription", index, "schedule"), f"`{key}.schedule`: {why}")


def _address_faults(settings: Settings, index: int, subscription: SubscriptionSettings) -> Iterator[Fault]:
    """Mails and files need recipients; whatever posts to a place of its own has none."""
    channel = settings.channel.get(subscription.channel)
    if channel is None or channel.by_address == bool(subscription.to):
        return
    keys, key = ("subscription", index, "to"), f"`subscription[{subscription.name}].to`"
    if channel.by_address:
        yield Fault(keys, Code.MISSING_KEY, f"{key} is missing: who gets the digest?")
    else:
        why = f"`channel.{subscription.channel}` posts to one place and knows no addresses; take `to` out"
        yield Fault(keys, Code.BAD_VALUE, f"{key}: {why}")


def watchlist_faults(settings: Settings, loaded: Loaded) -> Iterator[Fault]:
    """Watchlists that a subscription names and no rule file is. A file that cannot be read is one all the same."""
    return unknown_watchlists(settings, _names(loaded))


def unknown_watchlists(settings: Settings, names: Collection[str]) -> Iterator[Fault]:
    """Watchlists that a subscription names and that are not among `names`."""
    known = sorted(names)
    for index, subscription in enumerate(settings.subscription):
        for name in subscription.watchlists:
            if name not in known:
                message = f"`subscription[{subscription.name}].watchlists`: there is no rule file `{name}.toml`"
                yield Fault(("subscription", index, "watchlists"), Code.UNKNOWN_NAME, message, offer(name, known))


def _fault(keys: tuple[str | int, ...], message: str) -> Fault:
    return Fault(keys, Code.BAD_VALUE, message)


def _names(loaded: Loaded) -> set[str]:
    return {*(watchlist.name for watchlist in loaded.watchlists), *loaded.unreadable}
