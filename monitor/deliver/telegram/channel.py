"""The channel that lets a bot of Telegram send messages to a chat."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from monitor.deliver.post import JSON, Clock, Place, Poster
from monitor.model import Delivery
from monitor.net.exchange import Answer, Exchange


class TelegramChannel:
    """Sends each delivery to one chat: a number, or the `@name` of a public channel.

    The place is that of the method `sendMessage`, with the bot's token in it. Telegram knows no repetitions: a message
    in doubt that is sent again may show twice.
    """

    def __init__(self, name: str, exchange: Exchange, place: Place, clock: Clock, chat: str) -> None:
        self.name = name
        self.on_ambiguous = place.on_ambiguous
        self._chat = chat
        self._poster = Poster(exchange, place, clock, meaning)

    @property
    def longest(self) -> timedelta:
        return self._poster.longest

    async def send(self, delivery: Delivery) -> str:
        """Post the frozen body with the chat's name in it and return the answer."""
        chat = b'{"chat_id":' + json.dumps(self._chat).encode()
        return await self._poster.post(delivery.message.raw.replace(b"{", chat + b",", 1), JSON)


def meaning(answer: Answer) -> Answer:
    """How long to wait stands in the body (`parameters.retry_after`); a chat that is not there comes as a 400."""
    told = _parsed(answer.body)
    if answer.status == 429:
        parameters = told.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        seconds = str(int(wait)) if isinstance(wait, int) and wait > 0 else ""
        return replace(answer, headers={**answer.headers, "retry-after": seconds})
    if answer.status == 400 and "chat not found" in str(told.get("description", "")).lower():
        return replace(answer, status=404)
    return answer


def _parsed(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
