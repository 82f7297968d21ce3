"""Who gets which watchlists, when, and through which channel."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model.match import Severity


@dataclass(frozen=True, slots=True)
class Subscription:
    """One `[[subscription]]` of the configuration as plain values.

    `watchlists` empty means all of them. `schedule` is a cron line of five fields, read in the IANA `zone`.
    `min_severity` leaves out rules below it. `max_stories` caps the cards of one digest ("n more" tells the rest).
    """

    name: str
    recipients: tuple[str, ...]
    channel: str
    schedule: str = "0 8 * * *"
    zone: str = "UTC"
    watchlists: tuple[str, ...] = ()
    min_severity: Severity = Severity.LOW
    max_stories: int = 60
    send_empty: bool = False
