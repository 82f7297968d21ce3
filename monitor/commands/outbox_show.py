"""`monitor outbox show`: one delivery, and all that happened to it."""

from __future__ import annotations

import sys
from pathlib import Path

from monitor.commands._outbox import moment, opened
from monitor.errors import MonitorError
from monitor.model import DeliveryState
from monitor.store import Store
from monitor.terminal import say


def show(config: Path, number: int, *, raw: bool) -> int:
    """Print a delivery and its ledger, or with `raw` the bytes of its message as they are sent.

    Raises MonitorError where there is no such delivery or its bytes are gone; ConfigError, RuleError, StoreError.
    """
    with opened(config) as (_, store):
        if raw:
            _write(store, number)
        else:
            _tell(store, number)
    return 0


def _write(store: Store, number: int) -> None:
    message = store.message(number)
    if message is None:
        raise MonitorError(f"there is no message of the number {number}")
    sys.stdout.buffer.write(message)
    sys.stdout.buffer.flush()


def _tell(store: Store, number: int) -> None:
    line = store.outbox_line(number)
    if line is None:
        raise MonitorError(f"there is no delivery of the number {number}: `monitor outbox list --all` shows all")
    say(f"{line.digest} to {line.recipient} through {line.channel}: {line.state}")
    say(f"  subject     {line.subject}")
    say(f"  message id  {line.message_id}")
    say(f"  composed    {moment(line.composed)}")
    if line.state is DeliveryState.QUEUED:
        say(f"  next try    {moment(line.next_at)}")
    for happened in store.delivery_ledger(number):
        say(f"  {moment(happened.at)}  {happened.what}" + (f": {happened.detail}" if happened.detail else ""))
