"""`monitor facts strike`: forget a fact that is wrong; the ledger keeps it, and why."""

from __future__ import annotations

from pathlib import Path

from monitor.app import utc_now
from monitor.commands._facts import key_called
from monitor.commands._outbox import opened
from monitor.errors import MonitorError
from monitor.terminal import complain, count, say


def strike(config: Path, name: str, why: str) -> int:
    """Forget the fact of this key or short name: its next telling is new, also for readers who were told the wrong one.

    Raises MonitorError where there is none, or without a reason.
    """
    if not why.strip():
        raise MonitorError("a reason is needed: it stays in the ledger (--why)")
    with opened(config, to_change=True) as (_, store):
        key = key_called(name, [fact.memory.key for fact in store.known_facts()])
        waiting = store.waiting_places(key)
        if not store.strike(key, why, utc_now()):
            raise MonitorError(f"the fact {name} is gone: somebody else struck it")
    say(f"struck: {key}")
    if waiting:
        complain(f"{count(waiting, 'alert')} about it waited already, and will still be sent")
    return 0
