"""The channel that lets a bot of Telegram send messages to a chat."""

from __future__ import annotations

import json
from datetime import timedelta

from monitor.deliver.post import JSON, Clock, Place, Poster, said
from monitor.errors import DeliveryError
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
        self._poster = Poster(exchange, place, clock, judge)

    @property
    def longest(self) -> timedelta:
        return self._poster.longest

    async def send(self, delivery: Delivery) -> str:
        """Post the frozen body with the chat's name in it and return the answer."""
        chat = b'{"chat_id":' + json.dumps(self._chat).encode()
        return await self._poster.post(delivery.message.raw.replace(b"{", chat + b",", 1), JSON)


def judge(answer: Answer) -> None:
    """How long to wait stands in the body (`parameters.retry_after`); 403 and "chat not found" speak of the chat."""
    told = _parsed(answer.body)
    if answer.status == 429:
        parameters = told.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        seconds = float(wait) if isinstance(wait, int | float) and wait >= 0 else 0.0
        raise DeliveryError(f"Telegram answers {said(answer)}", channel=True, retry_after=seconds)
    if answer.status == 400 and "chat not found" in str(told.get("description", "")).lower():
        raise DeliveryError(f"Telegram answers {said(answer)}: look at `chat`", channel=True, permanent=True)


def _parsed(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
