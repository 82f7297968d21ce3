"""What goes out at once, in words: what a subscription wants, and whether an alert is such a one."""

from __future__ import annotations

from monitor.alerts.audience import AudienceReason
from monitor.alerts.reasons import span
from monitor.model import Alert, Novelty, Subscription


def wants_at_once(alert: Alert, reader: Subscription) -> bool:
    """Whether a subscription wants an alert out of turn, if it is not old: new, and of one of its severities."""
    instant = reader.instant
    return instant is not None and alert.match.severity in instant.severities and alert.novelty is Novelty.NEW


def at_once(reader: Subscription) -> str:
    """`new facts that are critical, after a wait of 2 minutes, at most 4 mails an hour`; empty where nothing is."""
    instant = reader.instant
    if instant is None:
        return ""
    limit = "1 mail" if instant.per_hour == 1 else f"{instant.per_hour} mails"
    said = f"new facts that are {' or '.join(instant.severities)}, after a wait of {span(instant.wait)}"
    said = f"{said}, at most {limit} an hour, and what corrects them"
    quiet = instant.quiet
    return f"{said}; between {quiet.start:%H:%M} and {quiet.end:%H:%M} they wait" if quiet else said


def asked_for(reason: AudienceReason, reader: Subscription) -> str:
    """Why a subscription gets an alert, or not, with what it asks for."""
    wanted = {
        AudienceReason.LISTED: reader.watchlists,
        AudienceReason.NOT_SUBSCRIBED: reader.watchlists,
        AudienceReason.OTHER_SEVERITY: reader.severities,
        AudienceReason.OTHER_LANGUAGE: reader.languages,
    }.get(reason, ())
    return f"{reason.value} ({', '.join(wanted)})" if wanted else reason.value
