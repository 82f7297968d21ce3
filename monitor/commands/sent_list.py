"""`monitor sent list`: every message that went out, the newest first, searched by words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.app import utc_now
from monitor.commands._outbox import brief, moment, opened
from monitor.errors import ConfigError
from monitor.settings.duration import parse_duration
from monitor.store import Sent
from monitor.terminal import complain, console, harmless, say


def list(config: Path, words: Sequence[str], since: str | None, *, limit: int, as_json: bool) -> int:
    """Print what was sent, where digest, recipient, channel, subject, Message-ID or the answer hold all of `words`.

    `since` is a span of time before now, such as "7d". The ledger keeps every send, also when the message itself has
    gone. 1 if there is none. Raises ConfigError, StoreError.
    """
    try:
        start = utc_now() - parse_duration(since) if since else None
    except ValueError as error:
        raise ConfigError(f"--since: {error}") from error
    with opened(config) as (_, store):
        found = store.sends(words, start, limit + 1)
    if as_json:
        for send in found[:limit]:
            say(_json(send))
    elif found:
        _print(found[:limit])
    if len(found) > limit:
        complain(f"... and more: say it more exactly, or --limit {2 * limit}")
    if not found:
        complain("nothing that was sent holds these words" if words else "nothing was sent")
    return int(not found)


def _print(sends: Sequence[Sent]) -> None:
    table = Table("sent", "no.", "to", "channel", "subject", "answer")
    for send in sends:
        row = (moment(send.at), str(send.delivery), send.recipient, send.channel, send.subject, brief(send.answer))
        table.add_row(*(Text(harmless(cell)) for cell in row))
    console().print(table)


def _json(send: Sent) -> str:
    values = {
        "at": send.at.isoformat(),
        "delivery": send.delivery,
        "digest": send.digest,
        "to": send.recipient,
        "channel": send.channel,
        "subject": send.subject,
        "message_id": send.message_id,
        "answer": send.answer,
    }
    return json.dumps(values, ensure_ascii=False)
