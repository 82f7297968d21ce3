"""The channel that posts to an incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat)."""

from __future__ import annotations

from datetime import timedelta

from monitor.deliver.post import JSON, Clock, Place, Poster
from monitor.model import Delivery
from monitor.net.exchange import Exchange


class SlackChannel:
    """Posts each delivery. Slack knows no repetitions: a post in doubt that is sent again may show twice."""

    def __init__(self, name: str, exchange: Exchange, place: Place, clock: Clock) -> None:
        self.name = name
        self.on_ambiguous = place.on_ambiguous
        self._poster = Poster(exchange, place, clock)

    @property
    def longest(self) -> timedelta:
        return self._poster.longest

    async def send(self, delivery: Delivery) -> str:
        """Post the frozen body and return the answer."""
        return await self._poster.post(delivery.message.raw, JSON)
