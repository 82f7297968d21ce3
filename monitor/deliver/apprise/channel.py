"""The channel for the long tail: a hundred services behind one library, which blocks and says yes or no.

The library runs in a thread with a deadline. A thread cannot be stopped, so one that hangs is left behind, and nothing
more is sent through the channel before it has ended. "No" has many meanings, from a wrong token to a message that was
taken and not acknowledged: nobody knows. The library's own log may hold tokens, so it is not shown.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any

from monitor.deliver.chat import WHOLE, byline, cut, defused, heading, pieces
from monitor.deliver.policy import OnAmbiguous
from monitor.errors import DeliveryError
from monitor.model import Delivery
from monitor.model.record import Record, StoryRecord

DEADLINE = 60.0
"""Seconds for one call of the library."""

LONGEST = 20_000
"""Characters; the library splits them further as the service behind it asks for."""


def address_is_known(address: str) -> bool:
    """Whether the library has a service for an address such as `ntfy://host/topic`."""
    return bool(_library().Apprise.instantiate(address, suppress_exceptions=True))


def posts(record: Record) -> Sequence[bytes]:
    """Title and text, in pieces."""
    parts = pieces(_text(record) or "-", LONGEST)
    return [
        json.dumps({"title": defused(heading(record, n, len(parts))), "body": part}, ensure_ascii=False).encode()
        for n, part in enumerate(parts, start=1)
    ]


def _text(record: Record) -> str:
    """All of a record; only our own addresses and those of the articles can be followed."""
    page = f"{WHOLE}: {record.page}" if record.page else ""
    told = [defused(record.text), *map(_story, record.stories), defused(record.warning), page]
    return "\n\n".join(part for part in told if part)


def _story(story: StoryRecord) -> str:
    lines = [f"{story.novelty.upper()}: {cut(story.headline, 300)}", story.title]
    lines += [f"{news.label}: {news.text}" for news in story.news]
    lines += [passage.text for passage in story.passages]
    told = [defused(line) for line in [*lines, byline(story)]]
    return "\n".join(line for line in [*told, story.url] if line)


class AppriseChannel:
    """Hands each delivery to the library for one address, which is a secret."""

    def __init__(
        self, name: str, address: str, on_ambiguous: OnAmbiguous = OnAmbiguous.RESEND, deadline: float = DEADLINE
    ) -> None:
        self.name = name
        self.on_ambiguous = on_ambiguous
        self._address = address
        self._deadline = deadline
        self._thread: threading.Thread | None = None

    @property
    def longest(self) -> timedelta:
        return timedelta(seconds=self._deadline)

    async def send(self, delivery: Delivery) -> str:
        """Have the library send title and text. What a service says is not passed on by the library."""
        if self._thread is not None and self._thread.is_alive():
            raise DeliveryError("the last call of the library has not ended yet", channel=True)
        title, body = _parts(delivery.message.raw)
        service = _library().Apprise()
        if not service.add(self._address):
            raise DeliveryError("apprise knows no service for this address", channel=True, permanent=True)
        try:
            async with asyncio.timeout(self._deadline):
                taken = await self._aside(service, title, body)
        except TimeoutError as error:
            raise DeliveryError(f"no answer within {self._deadline:g} s", ambiguous=True) from error
        except asyncio.CancelledError:
            raise DeliveryError("interrupted while waiting for the answer", ambiguous=True) from None
        if not taken:
            raise DeliveryError("apprise could not send it, or could not tell", ambiguous=True)
        return "taken"

    async def _aside(self, service: Any, title: str, body: str) -> bool:
        """Call the library in a thread that the end of the program does not wait for."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()

        def settle(taken: bool) -> None:
            if not done.done():  # whoever waited may have gone
                done.set_result(taken)

        def run() -> None:
            taken = bool(service.notify(title=title, body=body, body_format="text"))
            loop.call_soon_threadsafe(settle, taken)

        self._thread = threading.Thread(target=run, name=f"apprise-{self.name}", daemon=True)
        self._thread.start()
        return await done


def _parts(raw: bytes) -> tuple[str, str]:
    try:
        message = json.loads(raw)
        return str(message["title"]), str(message["body"])
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryError("it was composed for another kind of channel", permanent=True) from error


def _library() -> Any:
    """The library, loaded where it is used: it takes half a second. Its logs say addresses: they are off."""
    library = import_module("apprise")
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return library
