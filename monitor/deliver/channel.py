"""What a way out must be able to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from monitor.deliver.policy import OnAmbiguous
from monitor.model import Delivery


class Channel(Protocol):
    """A way out: e-mail, files."""

    @property
    def name(self) -> str:
        """The name in the configuration, as the rows of the outbox say it."""
        ...

    @property
    def on_ambiguous(self) -> OnAmbiguous:
        """What to do with a delivery of which nobody knows whether it arrived."""
        ...

    @property
    def longest(self) -> timedelta:
        """The longest that one `send` takes, whatever the other side does; the lease of a claim outlasts it."""
        ...

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery and return what proves it: the server's answer, the file's path.

        Raises DeliveryError, which says whether a repetition can help (`permanent`), whether nobody knows
        (`ambiguous`), and whether the fault is the channel's own (`channel`). Cancelled while the message can
        certainly not have arrived it lets CancelledError through; later it raises an ambiguous DeliveryError.
        """
        ...
