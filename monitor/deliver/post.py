"""What an answer over HTTP means for a delivery; shared by all channels that post.

An answer is a verdict: 2xx is sent, 4xx speaks of the message or of us, 5xx is later. Without one, nobody knows, from
the first octet of the body on. No redirect is followed: what is posted, and the address it is posted to, are not for
another host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.deliver.policy import OnAmbiguous
from monitor.errors import DeliveryError
from monitor.net.caching import retry_after
from monitor.net.exchange import Answer, Exchange, ExchangeError, Request
from monitor.text.clean import one_line

_OURS = frozenset({401, 402, 403, 404, 405, 407, 410})
"""Answers that speak of address or token and not of the message: every message would get them."""

_LATER = frozenset({408, 425, 429})
_DOUBTFUL = frozenset({504, 520, 524})
"""A gateway that waited in vain for the one behind it, which may have taken the message."""

_LONGEST_TOLD = 200
_SEPARATORS = re.compile(r"[/?&=#:]")
_SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a channel posts to. `url` is a secret; `allow_private` lets it lie inside the house."""

    url: str = field(repr=False)
    allow_private: bool = False
    on_ambiguous: OnAmbiguous = OnAmbiguous.RESEND


Clock = Callable[[], datetime]
Meaning = Callable[[Answer], Answer]
"""What an answer means, with status and headers as HTTP has them, where a service says it in its own way."""


def plain(answer: Answer) -> Answer:
    """For services whose answers mean what they say."""
    return answer


class Poster:
    """Posts bodies to one place. Raises DeliveryError as `monitor.deliver.channel` has it."""

    def __init__(self, exchange: Exchange, place: Place, clock: Clock, meaning: Meaning = plain) -> None:
        self._exchange = exchange
        self._place = place
        self._clock = clock
        self._meaning = meaning

    @property
    def longest(self) -> timedelta:
        return timedelta(seconds=self._exchange.longest)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Send one body and return what the other side said to it, on one line."""
        if not body.startswith(b"{"):
            raise DeliveryError("it was composed for another kind of channel", permanent=True)
        request = Request(self._place.url, body, headers=headers, allow_private=self._place.allow_private)
        try:
            answer = await self._exchange.send(request)
        except ExchangeError as error:
            raise DeliveryError(str(error), ambiguous=error.arrived, channel=not error.arrived) from error
        answer = replace(answer, body=without_secrets(answer.body, self._place.url))
        return verdict(self._meaning(answer), request.host, self._clock())


JSON = {"Content-Type": "application/json; charset=utf-8"}


def verdict(answer: Answer, host: str, now: datetime) -> str:
    """What an answer means: its words where the message was taken, else a DeliveryError. `now` is aware."""
    status, told = answer.status, f"{host} answers {said(answer)}"
    if 200 <= status < 300:
        return said(answer)
    wait = retry_after(answer.headers.get("retry-after", ""), now) or 0.0
    if 300 <= status < 400:
        raise DeliveryError(f"{told}: it has moved; write the new address into the configuration", **_CHANNEL)
    if status in _OURS:
        raise DeliveryError(f"{told}: address or token are not accepted", **_CHANNEL)
    if status in _DOUBTFUL:
        raise DeliveryError(told, ambiguous=True)
    if status == 429 or wait:
        raise DeliveryError(told, channel=True, retry_after=wait)
    if status in _LATER or 500 <= status < 600:
        raise DeliveryError(told)
    if 400 <= status < 500:
        raise DeliveryError(told, permanent=True)
    raise DeliveryError(f"{told}, which is no answer", ambiguous=True)


_CHANNEL = {"channel": True, "permanent": True}


def without_secrets(body: bytes, url: str) -> bytes:
    """An answer's body without any part of the address that may be a secret: services like to repeat it (case 47)."""
    for part in _SEPARATORS.split(url.partition("://")[2].partition("/")[2]):
        if len(part) >= _SHORTEST_SECRET:
            body = body.replace(part.encode(), b"***")
    return body


def said(answer: Answer) -> str:
    """The status and the beginning of the body, on one line."""
    body = one_line(answer.body[: 4 * _LONGEST_TOLD].decode("utf-8", "replace"))[:_LONGEST_TOLD]
    return f"{answer.status} {body}".rstrip()
