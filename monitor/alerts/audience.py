"""Who is told: the subscriptions that take an alert, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from monitor.model import Alert, Subscription


class AudienceReason(StrEnum):
    """Why a subscription gets an alert, or why it does not."""

    LISTED = "its watchlist is listed"
    ALL_WATCHLISTS = "takes all watchlists"
    BELOW_SEVERITY = "below the severity that is asked for"
    NOT_SUBSCRIBED = "its watchlist is not subscribed to"

    @property
    def told(self) -> bool:
        """Whether this reason is one for telling."""
        return self in (AudienceReason.LISTED, AudienceReason.ALL_WATCHLISTS)


def audience(alert: Alert, subscriptions: Sequence[Subscription]) -> list[str]:
    """The names of the subscriptions that take the alert, in the order of the configuration."""
    return [subscription.name for subscription in subscriptions if why(alert, subscription).told]


def why(alert: Alert, subscription: Subscription) -> AudienceReason:
    """The watchlist decides first, then the severity; a subscription that lists no watchlists takes all of them."""
    if subscription.watchlists and alert.match.watchlist not in subscription.watchlists:
        return AudienceReason.NOT_SUBSCRIBED
    if alert.match.severity.rank < subscription.min_severity.rank:
        return AudienceReason.BELOW_SEVERITY
    return AudienceReason.LISTED if subscription.watchlists else AudienceReason.ALL_WATCHLISTS
