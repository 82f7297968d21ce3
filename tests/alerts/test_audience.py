from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.alerts.audience import AudienceReason, audience, why
from monitor.model import Alert, Match, Novelty, Reason, Severity, Subscription


def alert(watchlist: str = "bans", severity: Severity = Severity.NORMAL) -> Alert:
    match = Match(watchlist, "ban", "ban", severity, "Italy: DeepSeek banned")
    now = datetime(2026, 1, 5, tzinfo=UTC)
    return Alert("id", "article", "story", "key", match, Novelty.NEW, Reason.FIRST_SEEN, now)


def subscription(
    name: str, *watchlists: str, severities: tuple[Severity, ...] = (), languages: tuple[str, ...] = ()
) -> Subscription:
    return Subscription(
        name, ("ana@example.org",), "mail", watchlists=watchlists, severities=severities, languages=languages
    )


GRAVE = (Severity.HIGH, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("subscriber", "expected"),
    [
        (subscription("one", "launches", "bans"), AudienceReason.LISTED),
        (subscription("all"), AudienceReason.ALL_WATCHLISTS),
        (subscription("other", "launches"), AudienceReason.NOT_SUBSCRIBED),
        (subscription("near miss", "ban", "Bans"), AudienceReason.NOT_SUBSCRIBED),
        (subscription("grave", "bans", severities=GRAVE), AudienceReason.OTHER_SEVERITY),
        (subscription("grave, all", severities=(Severity.CRITICAL,)), AudienceReason.OTHER_SEVERITY),
        (subscription("just", "bans", severities=(Severity.NORMAL,)), AudienceReason.LISTED),
        (subscription("the rest", severities=(Severity.LOW, Severity.NORMAL)), AudienceReason.ALL_WATCHLISTS),
        (subscription("other, grave", "launches", severities=GRAVE), AudienceReason.NOT_SUBSCRIBED),
        (subscription("chinese", languages=("zh",)), AudienceReason.OTHER_LANGUAGE),
        (subscription("both", "bans", languages=("zh", "en")), AudienceReason.LISTED),
        (subscription("grave, chinese", severities=GRAVE, languages=("zh",)), AudienceReason.OTHER_SEVERITY),
    ],
)
def test_why(subscriber: Subscription, expected: AudienceReason) -> None:
    assert why(alert(), "en", subscriber) is expected
    assert audience(alert(), "en", [subscriber]) == ([subscriber.name] if expected.told else [])


def test_an_article_in_no_known_language_is_told_to_all() -> None:
    assert why(alert(), "", subscription("chinese", languages=("zh",))).told


def test_audience_keeps_the_order_of_the_configuration() -> None:
    subscribers = [subscription("b"), subscription("c", "launches"), subscription("a", "bans")]
    assert audience(alert(), "en", subscribers) == ["b", "a"]
    assert audience(alert(), "en", []) == []


def test_severity_is_that_of_the_rule() -> None:
    grave = subscription("grave", severities=GRAVE)
    told = [severity for severity in Severity if audience(alert(severity=severity), "", [grave])]
    assert told == [Severity.HIGH, Severity.CRITICAL]
