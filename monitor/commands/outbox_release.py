"""`monitor outbox release`: end the hold of a database that may have forgotten what it sent."""

from __future__ import annotations

from pathlib import Path

from monitor.app import utc_now
from monitor.commands._outbox import opened
from monitor.digest.due import once
from monitor.errors import MonitorError
from monitor.settings import Settings
from monitor.store import Store
from monitor.terminal import count, say

REASON = "the database was restored; what it had was taken as sent"


def release(config: Path, *, send: bool, as_told: bool) -> int:
    """Let digests go out again, once it is decided what happens to those that wait.

    `send` sends what waits: right if the database is complete, or if a repeated digest is better than a missing one.
    `as_told` takes what waits as told already and mails nothing of it: right after a restored backup whose missing
    hours were mailed. Raises MonitorError where nothing is held, and for neither or both.
    """
    with opened(config, to_change=True) as (settings, store):
        if not store.hold():
            raise MonitorError("nothing is held: there is nothing to release")
        if send == as_told:
            raise MonitorError(
                f"{store.hold()}; say what happens to what waits: --send mails it, --as-told takes it as mailed already"
            )
        if as_told:
            _withhold(settings, store)
        else:
            store.lift_hold()
    say("Digests go out again.")
    return 0


def _withhold(settings: Settings, store: Store) -> None:
    """One transaction: either all of it is taken as told and the hold ends, or nothing has changed."""
    now = utc_now()
    with store.transaction():
        dropped = store.drop_all(REASON, now)
        alerts = 0
        for subscription in settings.subscription:
            alerts += store.withhold(subscription.name, once(store.last_period_end(subscription.name), now))
        store.lift_hold()
    say(f"{count(dropped, 'message')} dropped, {count(alerts, 'alert')} taken as told.")
