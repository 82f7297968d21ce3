"""What the verbs of `monitor outbox` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.app import amend, look
from monitor.checks import setting_faults
from monitor.commands._looking import settings_to_look
from monitor.errors import MonitorError
from monitor.model import DeliveryState
from monitor.settings import Settings, load_config
from monitor.store import Store, is_held
from monitor.terminal import complain, count, say


@contextmanager
def opened(config: Path, *, to_change: bool = False) -> Iterator[tuple[Settings, Store]]:
    """The settings and the store of a configuration, to be read or changed beside a daemon, also with broken rules."""
    settings = load_config(config, setting_faults).settings if to_change else settings_to_look(config)
    store = amend(settings) if to_change else look(settings)
    try:
        yield settings, store
    finally:
        store.close()


def for_each(settings: Settings, store: Store, ids: Sequence[int], done: str, act: Callable[[int], bool]) -> int:
    """Do something to several deliveries, and say what became of each; 1 if one of them could not be helped."""
    missed = 0
    for number in ids:
        if act(number):
            line = store.outbox_line(number)
            say(f"{number}: {done}: {line.recipient}, {line.digest}" if line else f"{number}: {done}")
            continue
        missed += 1
        complain(f"{number}: {_why_not(settings, store, number)}")
    return int(bool(missed))


def moment(at: datetime) -> str:
    """`2026-05-04 08:00 UTC`."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def wanted(ids: Sequence[int], parked: bool, store: Store) -> list[int]:
    """The deliveries that are named, or all that are parked. Raises MonitorError for neither, and for both."""
    if bool(ids) == parked:
        raise MonitorError("name deliveries by their numbers (`monitor outbox list` shows them), or say --parked")
    return list(ids) if ids else [line.id for line in store.outbox(*(state for state in DeliveryState if state.parked))]


def _why_not(settings: Settings, store: Store, number: int) -> str:
    line = store.outbox_line(number)
    if line is None:
        return "there is no delivery of that number"
    if line.state != DeliveryState.SENDING:
        return f"is {line.state} already"
    if is_held(settings.store.path):
        return "is being sent just now; try again in a minute"
    return "was being sent when the monitor ended; `monitor run` finds out first whether it may go again"


def brief(answer: str) -> str:
    """What the other side said, short enough to be read: of several files the last, below this folder where it is."""
    paths = answer.split(", ")
    if not all(path.startswith("/") for path in paths):
        return answer
    last = paths[-1].removeprefix(f"{Path.cwd()}/")
    return last if len(paths) == 1 else f"{last} and {count(len(paths) - 1, 'file')} beside it"
