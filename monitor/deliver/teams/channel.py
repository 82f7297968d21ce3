"""The channel that posts adaptive cards to a workflow of Microsoft Teams ("when a webhook request is received")."""

from __future__ import annotations

import re
from datetime import timedelta

from monitor.deliver.post import JSON, Clock, Place, Poster
from monitor.errors import DeliveryError
from monitor.model import Delivery
from monitor.net.exchange import Answer, Exchange

_REFUSED = re.compile(rb"returned HTTP error (\d{3})")
"""The old connectors answer 200 to everything, and say in the body what Teams thought of it."""


class TeamsChannel:
    """Posts each delivery. Teams knows no repetitions: a post in doubt that is sent again may show twice."""

    def __init__(self, name: str, exchange: Exchange, place: Place, clock: Clock) -> None:
        self.name = name
        self.on_ambiguous = place.on_ambiguous
        self._poster = Poster(exchange, place, clock, judge)

    @property
    def longest(self) -> timedelta:
        return self._poster.longest

    async def send(self, delivery: Delivery) -> str:
        """Post the frozen body and return the answer."""
        return await self._poster.post(delivery.message.raw, JSON)


def judge(answer: Answer) -> None:
    """A 200 that is none."""
    if answer.status == 200 and (found := _REFUSED.search(answer.body)):
        status = int(found[1])
        raise DeliveryError(
            f"Teams answers {status} behind a 200",
            channel=status == 429,
            permanent=400 <= status < 429 or status == 413,
        )
