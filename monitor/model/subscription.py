"""Who gets which watchlists, when, and through which channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from monitor.model.match import Severity


class MailFormat(StrEnum):
    """Which parts a mail has."""

    BOTH = "both"
    HTML = "html"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours on the wall of the subscription's zone in which nothing is sent at once; `end` may be on the next day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Instant:
    """What does not wait for the schedule: new facts of these severities.

    The first of them waits for `wait` in case others join it; no more than `per_hour` such mails leave within an hour.
    """

    severities: tuple[Severity, ...] = (Severity.CRITICAL,)
    wait: timedelta = timedelta(minutes=2)
    per_hour: int = 4
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """One `[[subscription]]` of the configuration as plain values.

    `watchlists`, `severities` and `languages` (primary tags of articles) empty means all of them. `schedule` is a cron
    line of five fields, read in the IANA `zone`. `max_stories` caps the cards of one digest ("n more" tells the rest).
    `language` is that of the digest. `heartbeat`: an empty digest is sent too.
    """

    name: str
    recipients: tuple[str, ...]
    channel: str
    schedule: str = "0 8 * * *"
    zone: str = "UTC"
    watchlists: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    languages: tuple[str, ...] = ()
    max_stories: int = 60
    heartbeat: bool = False
    language: str = "en"
    format: MailFormat = MailFormat.BOTH
    instant: Instant | None = None
