"""The channel that posts adaptive cards to a workflow of Microsoft Teams ("when a webhook request is received")."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from monitor.deliver.post import JSON, Clock, Place, Poster
from monitor.model import Delivery
from monitor.net.exchange import Answer, Exchange

_REFUSED = re.compile(rb"returned HTTP error (\d{3})")
"""The old connectors answer 200 to everything, and say in the body what Teams thought of it."""


class TeamsChannel:
    """Posts each delivery. Teams knows no repetitions: a post in doubt that is sent again may show twice."""

    def __init__(self, name: str, exchange: Exchange, place: Place, clock: Clock) -> None:
        self.name = name
        self.on_ambiguous = place.on_ambiguous
        self._poster = Poster(exchange, place, clock, meaning)

    @property
    def longest(self) -> timedelta:
        return self._poster.longest

    async def send(self, delivery: Delivery) -> str:
        """Post the frozen body and return the answer."""
        return await self._poster.post(delivery.message.raw, JSON)


def meaning(answer: Answer) -> Answer:
    """A 200 that is none is what it says in its body."""
    found = _REFUSED.search(answer.body) if answer.status == 200 else None
    return replace(answer, status=int(found[1])) if found else answer
