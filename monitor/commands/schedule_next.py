"""`monitor schedule next`: when the next digests are due, in words, in local time and in UTC; what waits for none."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.app import subscriptions, utc_now
from monitor.checks import load_all
from monitor.commands._instant import at_once
from monitor.digest.due import explain_schedule, next_occurrences
from monitor.digest.times import short_day
from monitor.errors import ConfigError
from monitor.model import Subscription
from monitor.terminal import say

UPCOMING = 5


def next(config: Path, name: str | None) -> int:
    """Print the next five digests of a subscription, or of all. Raises ConfigError for one that does not exist."""
    configuration, _ = load_all(config)
    every = subscriptions(configuration.settings)
    chosen = [subscription for subscription in every if name in (None, subscription.name)]
    if not chosen:
        known = ", ".join(subscription.name for subscription in every)
        raise ConfigError(f"there is no subscription {name!r}; known here: {known}")
    for subscription in chosen:
        _tell(subscription)
    return 0


def _tell(subscription: Subscription) -> None:
    words = explain_schedule(subscription.schedule)
    say(f"{subscription.name}: {words}, {subscription.zone} time (`{subscription.schedule}`)")
    for at in next_occurrences(subscription.schedule, subscription.zone, utc_now(), UPCOMING):
        local = at.astimezone(ZoneInfo(subscription.zone))
        say(f"  {short_day(local)} {local:%Y %H:%M} {local.tzname()}  =  {at:%Y-%m-%d %H:%M} UTC")
    if said := at_once(subscription):
        say(f"  at once: {said}")
