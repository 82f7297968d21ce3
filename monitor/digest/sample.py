"""An invented digest, by which templates are tried: it has everything that a digest can have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from monitor.digest.compose import compose
from monitor.digest.content import Digest
from monitor.model import (
    Accounting,
    Alert,
    Article,
    Copy,
    DailyVolume,
    Evidence,
    Fact,
    InstantMail,
    Match,
    Novelty,
    Period,
    Reason,
    Severity,
    SourceHealth,
    Subscription,
    WaitingAlert,
)

_END = datetime(2026, 1, 30, 7, tzinfo=UTC)
_PERIOD = Period(_END - timedelta(days=1), _END)
_SUBSCRIPTION = Subscription(
    "sample", ("ana@example.org",), "mail", zone="Europe/Prague", watchlists=("doors", "quiet")
)


def sample_digest() -> Digest:
    """One card that is new, one update, one recap, a chart, a mail that was sent at once, and a source that fails."""
    waiting = [
        _alert("Northtown", "Northtown shuts the old bridge", Severity.HIGH, Novelty.NEW),
        _alert("Lakeview", "Lakeview opens its gate at noon", Severity.NORMAL, Novelty.UPDATE, former="shut"),
        _alert("Millbrook", "A year of shut doors", Severity.LOW, Novelty.RECAP),
    ]
    earlier = InstantMail(_END - timedelta(hours=4), _END - timedelta(hours=4), (waiting[0],))
    sources = (SourceHealth("inbox", articles=3), SourceHealth("wire", error="the server answered 503"))
    accounting = Accounting(articles=3, stories=3, matched=3, sources=sources)
    volumes = [DailyVolume("doors", date(2026, 1, 17 + number), number % 4) for number in range(14)]
    return compose(_SUBSCRIPTION, _PERIOD, waiting, accounting, volumes, {"doors": "Doors & gates"}, [earlier])


def _alert(place: str, title: str, severity: Severity, novelty: Novelty, former: str = "") -> WaitingAlert:
    arrived = _END - timedelta(hours=5)
    url = f"https://news.example.org/{place.lower()}"
    article = Article(
        id=place,
        source="inbox",
        title=title,
        arrived=arrived,
        body=f"{title}, the council said on Thursday. Nobody objected.",
        url=url,
        publisher="Example Post",
        lang="en",
        published=arrived,
    )
    evidence = (Evidence("title", ((0, len(place)),)), Evidence("body", ((0, len(place)),)))
    fact, state = Fact((("place", place),)), Fact((("status", "open"),))
    match = Match("doors", "door", "door", severity, f"{place}: a door", fact, state, evidence)
    alert = Alert(place, place, place, place, match, novelty, Reason.FIRST_SEEN, arrived, former=former)
    copies = (Copy(f"{place}-copy", "Harbour Post", f"{url}-copy", "wire", arrived),)
    return WaitingAlert(alert, article, copies, told=novelty is not Novelty.NEW)
