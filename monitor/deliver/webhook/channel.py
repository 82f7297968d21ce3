"""The channel that posts a digest as JSON, signed, so that a receiver knows who sent it and takes it once.

The headers are those of Standard Webhooks, for which there are libraries in most languages: `webhook-id` is the same in
every repeat, `webhook-timestamp` is when this attempt was made, `webhook-signature` is the HMAC-SHA256 of id, timestamp
and body. `Idempotency-Key` repeats the id for receivers that know that header.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from monitor.deliver.post import JSON, Clock, Place, Poster
from monitor.model import Delivery
from monitor.model.record import Record, record_bytes
from monitor.net.exchange import Exchange

_PREFIX = "whsec_"


def posts(record: Record) -> Sequence[bytes]:
    """The whole record, in one post."""
    return [record_bytes(record)]


class WebhookChannel:
    """Posts each delivery. Without a `secret` nothing is signed."""

    def __init__(self, name: str, exchange: Exchange, place: Place, clock: Clock, secret: str = "") -> None:
        self.name = name
        self.on_ambiguous = place.on_ambiguous
        self._poster = Poster(exchange, place, clock)
        self._clock = clock
        self._secret = secret

    @property
    def longest(self) -> timedelta:
        return self._poster.longest

    async def send(self, delivery: Delivery) -> str:
        """Post the frozen body and return the receiver's answer."""
        body, identity = delivery.message.raw, delivery.message.message_id.strip("<>")
        stamp = str(int(self._clock().timestamp()))
        headers = {**JSON, "webhook-id": identity, "webhook-timestamp": stamp, "Idempotency-Key": identity}
        if self._secret:
            headers["webhook-signature"] = signature(self._secret, identity, stamp, body)
        return await self._poster.post(body, headers)


def signature(secret: str, identity: str, stamp: str, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 of `identity.stamp.body`.

    A secret that begins with `whsec_` is base64, as Standard Webhooks has it; any other is taken as it stands.
    """
    signed = f"{identity}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode("ascii")


def secret_fault(secret: str) -> str:
    """Why a secret is refused; empty if it is good."""
    try:
        key = _key(secret)
    except binascii.Error:
        return "what follows whsec_ is no base64"
    return "" if len(key) >= 16 else "it is shorter than 16 octets"


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    return secret.encode()
