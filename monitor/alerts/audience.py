"""Who is told: the subscriptions that take an alert, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from monitor.model import Alert, Reason, Subscription


class AudienceReason(StrEnum):
    """Why a subscription gets an alert, or why it does not."""

    LISTED = "it is of one of the watchlists that are subscribed to"
    ALL_WATCHLISTS = "all watchlists are subscribed to"
    OTHER_SEVERITY = "it is of none of the severities that are asked for"
    OTHER_LANGUAGE = "it is in none of the languages that are asked for"
    NOT_SUBSCRIBED = "it is of none of the watchlists that are subscribed to"
    NOT_TOLD = "a rule over time counted it and told nothing"

    @property
    def told(self) -> bool:
        """Whether this reason is one for telling."""
        return self in (AudienceReason.LISTED, AudienceReason.ALL_WATCHLISTS)


def audience(alert: Alert, lang: str, subscriptions: Sequence[Subscription]) -> list[str]:
    """The names of the subscriptions that take the alert, in the order of the configuration.

    `lang` is the language of its article, a primary tag in lower case; empty where it is unknown.
    """
    return [subscription.name for subscription in subscriptions if why(alert, lang, subscription).told]


def why(alert: Alert, lang: str, subscription: Subscription) -> AudienceReason:
    """The watchlist decides first, then the severity, then the language of the article; what is not asked for is any.

    An article whose language nobody knows is told to all: better a line too many than one that is missing.
    """
    if alert.reason in (Reason.COUNTED, Reason.WITHDRAWN):
        return AudienceReason.NOT_TOLD
    if subscription.watchlists and alert.match.watchlist not in subscription.watchlists:
        return AudienceReason.NOT_SUBSCRIBED
    if subscription.severities and alert.match.severity not in subscription.severities:
        return AudienceReason.OTHER_SEVERITY
    if subscription.languages and lang and lang not in subscription.languages:
        return AudienceReason.OTHER_LANGUAGE
    return AudienceReason.LISTED if subscription.watchlists else AudienceReason.ALL_WATCHLISTS
