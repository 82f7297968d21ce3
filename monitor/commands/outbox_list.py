"""`monitor outbox list`: what waits, what is in doubt and what was given up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.commands._outbox import moment, opened
from monitor.model import DeliveryState
from monitor.settings import Settings
from monitor.store import OutboxLine, Store
from monitor.terminal import console, count, harmless, say


def list(config: Path, *, everything: bool, as_json: bool) -> int:
    """Print the deliveries that nobody has got yet, or with `everything` also those sent and dropped.

    1 if an operator is needed: a delivery is parked, everything is held, or a channel is gone from the configuration.
    Raises ConfigError, RuleError, StoreError.
    """
    with opened(config) as (settings, store):
        lines = store.outbox(*DeliveryState if everything else _OPEN)
        if as_json:
            for line in lines:
                say(_json(line))
        else:
            _print(lines)
            for told in troubles(settings, store):
                say(told)
        return int(bool(troubles(settings, store)))


def troubles(settings: Settings, store: Store) -> Sequence[str]:
    """What of the outbox waits for an operator, one line each; `status` says the same."""
    told = []
    if why := store.hold():
        told.append(f"Nothing is composed and nothing is sent: {why}. `monitor outbox release` ends that.")
    parked = sum(number for state, number in store.outbox_counts().items() if state.parked)
    if parked:
        told.append(f"{count(parked, 'message')} parked: see `monitor outbox list`, then `retry` or `drop` them.")
    for channel, waiting in store.queued_by_channel().items():
        if channel not in settings.channel:
            told.append(
                f"{count(waiting, 'message')} for the channel {channel!r}, which the configuration no longer has: "
                "put it back, or drop them (`monitor outbox drop`)."
            )
    return told


_OPEN = tuple(state for state in DeliveryState if state not in (DeliveryState.SENT, DeliveryState.DROPPED))


def _print(lines: Sequence[OutboxLine]) -> None:
    table = Table("no.", "digest", "to", "channel", "state", "tries", "next", "last answer")
    for line in lines:
        upcoming = moment(line.next_at) if line.state is DeliveryState.QUEUED else ""
        cells = (line.digest, line.recipient, line.channel, line.state.value)
        row = (str(line.id), *cells, str(line.attempts), upcoming, line.last_error)
        table.add_row(*(Text(harmless(cell)) for cell in row))
    if lines:
        console().print(table)
    else:
        say("The outbox is empty: everything was sent.")


def _json(line: OutboxLine) -> str:
    values = {
        "id": line.id,
        "digest": line.digest,
        "to": line.recipient,
        "channel": line.channel,
        "state": line.state.value,
        "attempts": line.attempts,
        "message_id": line.message_id,
        "composed": line.composed.isoformat(),
        "next_at": line.next_at.isoformat() if line.state is DeliveryState.QUEUED else None,
        "last_error": line.last_error,
    }
    return json.dumps(values, ensure_ascii=False)
