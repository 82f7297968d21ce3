"""What happens to a delivery after an attempt: sent, again later, or parked. Pure; times are aware."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from monitor.errors import DeliveryError
from monitor.model import Delivery, DeliveryState, Outcome

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
"""The waits between attempts; the last one repeats (case 64)."""

PATIENCE = timedelta(days=5)
"""How long a server may go on saying "later" (RFC 5321, 4.5.4.1 asks for at least four to five days)."""

LONGEST_PAUSE = timedelta(days=1)
"""The longest that a channel rests because the other side asks for it."""

MOST_DOUBTFUL = 10
"""Attempts after which an ambiguous end parks a delivery: whatever swallows answers would repeat it for days."""


class OnAmbiguous(StrEnum):
    """What to do when nobody knows whether a message arrived: send the same bytes again, or park it."""

    RESEND = "resend"
    HOLD = "hold"


class AfterReason(StrEnum):
    """Why a delivery goes where it goes, for the log."""

    DONE = "sent"
    LATER = "will be tried again"
    IN_DOUBT = "may have arrived; the same bytes are sent again"
    HELD = "may have arrived; held for the operator"
    TOO_DOUBTFUL = "may have arrived, time and again; held for the operator"
    REFUSED = "refused for good"
    TOO_LONG = "given up after five days"
    CHANNEL = "waits until the channel works again"


class After(NamedTuple):
    """The decision: the new state, when the next attempt may be made (None if never), and why."""

    state: DeliveryState
    next_at: datetime | None
    reason: AfterReason


def after(delivery: Delivery, outcome: Outcome, now: datetime, on_ambiguous: OnAmbiguous) -> After:
    """Decide what becomes of a delivery whose attempt, made after `delivery.attempts` others, had this outcome.

    A fault of the channel leaves the delivery in its place of the queue and never gives it up.
    """
    match outcome:
        case Outcome.SENT:
            return After(DeliveryState.SENT, None, AfterReason.DONE)
        case Outcome.FAILED:
            return After(DeliveryState.FAILED, None, AfterReason.REFUSED)
        case Outcome.CHANNEL_DOWN:
            return After(DeliveryState.QUEUED, delivery.next_at, AfterReason.CHANNEL)
        case Outcome.AMBIGUOUS:
            return _after_doubt(delivery, now, on_ambiguous)
        case Outcome.RETRY:
            return _later(delivery, now, AfterReason.LATER)


def _after_doubt(delivery: Delivery, now: datetime, on_ambiguous: OnAmbiguous) -> After:
    if on_ambiguous is OnAmbiguous.HOLD:
        return After(DeliveryState.UNKNOWN, None, AfterReason.HELD)
    if delivery.attempts + 1 >= MOST_DOUBTFUL:
        return After(DeliveryState.UNKNOWN, None, AfterReason.TOO_DOUBTFUL)
    return _later(delivery, now, AfterReason.IN_DOUBT)


def _later(delivery: Delivery, now: datetime, reason: AfterReason) -> After:
    if waited(delivery.attempts + 1) > PATIENCE:
        return After(DeliveryState.FAILED, None, AfterReason.TOO_LONG)
    return After(DeliveryState.QUEUED, now + backoff(delivery.attempts), reason)


def backoff(failures: int) -> timedelta:
    """The wait after one more failure than `failures`."""
    return BACKOFF[min(failures, len(BACKOFF) - 1)]


def waited(failures: int) -> timedelta:
    """The sum of the first `failures` waits."""
    head = sum(BACKOFF[:failures], timedelta())
    return head + max(0, failures - len(BACKOFF)) * BACKOFF[-1]


def pause(strikes: int, *, permanent: bool, asked: float = 0.0) -> timedelta:
    """How long a channel rests after its fault number `strikes + 1` in a row.

    A refused password or certificate does not mend itself: such a channel is tried once an hour, so that no
    account is locked out (case 65). `asked` is for how many seconds the other side wants to be left alone: it gets
    that, at most a day (case 28), and never less than the usual pause.
    """
    usual = BACKOFF[-1] if permanent else backoff(strikes)
    return max(usual, timedelta(seconds=min(asked, LONGEST_PAUSE.total_seconds())))


def outcome_of(error: DeliveryError) -> Outcome:
    """Doubt outweighs everything, a fault of the channel outweighs the recipient's."""
    if error.ambiguous:
        return Outcome.AMBIGUOUS
    if error.channel:
        return Outcome.CHANNEL_DOWN
    return Outcome.FAILED if error.permanent else Outcome.RETRY
