"""Rows of the outbox, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    """`queued -> sending -> sent | failed | unknown`; `sending` is committed before the first byte leaves.

    `failed` and `unknown` are parked: an operator sends them again, or drops them with a reason. A `dropped` one stays
    in the ledger.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"

    @property
    def parked(self) -> bool:
        """Whether nothing more happens to it until an operator decides."""
        return self in (DeliveryState.FAILED, DeliveryState.UNKNOWN)


class Outcome(StrEnum):
    """What one attempt came to."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    CHANNEL_DOWN = "channel down"


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered digest for one recipient: frozen bytes, never made again.

    `message_id` is deterministic (instance, digest, recipient) and stands in the bytes too. `html` and `text` are
    the two parts for channels that write files.
    """

    recipient: str
    message_id: str
    subject: str
    raw: bytes
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox: one message, one recipient, one channel."""

    id: int
    digest: str
    channel: str
    message: Message
    state: DeliveryState
    attempts: int
    next_at: datetime
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a delivery; `detail` is the server's answer or the file's path."""

    delivery: int
    at: datetime
    outcome: Outcome
    detail: str = ""
