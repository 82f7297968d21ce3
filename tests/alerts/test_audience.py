from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.alerts.audience import AudienceReason, audience, why
from monitor.model import Alert, Match, Novelty, Reason, Severity, Subscription


def alert(watchlist: str = "bans", severity: Severity = Severity.NORMAL) -> Alert:
    match = Match(watchlist, "ban", "ban", severity, "Italy: DeepSeek banned")
    now = datetime(2026, 1, 5, tzinfo=UTC)
    return Alert("id", "article", "story", "key", match, Novelty.NEW, Reason.FIRST_SEEN, now)


def subscription(name: str, *watchlists: str, least: Severity = Severity.LOW) -> Subscription:
    return Subscription(name, ("ana@example.org",), "mail", watchlists=watchlists, min_severity=least)


@pytest.mark.parametrize(
    ("subscriber", "expected"),
    [
        (subscription("one", "launches", "bans"), AudienceReason.LISTED),
        (subscription("all"), AudienceReason.ALL_WATCHLISTS),
        (subscription("other", "launches"), AudienceReason.NOT_SUBSCRIBED),
        (subscription("near miss", "ban", "Bans"), AudienceReason.NOT_SUBSCRIBED),
        (subscription("grave", "bans", least=Severity.HIGH), AudienceReason.BELOW_SEVERITY),
        (subscription("grave, all", least=Severity.CRITICAL), AudienceReason.BELOW_SEVERITY),
        (subscription("just", "bans", least=Severity.NORMAL), AudienceReason.LISTED),
        (subscription("other, grave", "launches", least=Severity.HIGH), AudienceReason.NOT_SUBSCRIBED),
    ],
)
def test_why(subscriber: Subscription, expected: AudienceReason) -> None:
    assert why(alert(), subscriber) is expected
    assert audience(alert(), [subscriber]) == ([subscriber.name] if expected.told else [])


def test_audience_keeps_the_order_of_the_configuration() -> None:
    subscribers = [subscription("b"), subscription("c", "launches"), subscription("a", "bans")]
    assert audience(alert(), subscribers) == ["b", "a"]
    assert audience(alert(), []) == []


def test_severity_counts_from_the_rule() -> None:
    grave = subscription("grave", least=Severity.HIGH)
    told = [severity for severity in Severity if audience(alert(severity=severity), [grave])]
    assert told == [Severity.HIGH, Severity.CRITICAL]
