"""`monitor outbox bounces`: mails that came back: their deliveries are parked, dead addresses are noted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from monitor.app import utc_now
from monitor.commands._outbox import moment, opened
from monitor.deliver.smtp.bounce import LARGEST, Bounce, read_bounces
from monitor.errors import MonitorError
from monitor.store import Store
from monitor.terminal import complain, count, say


def bounces(config: Path, paths: Sequence[Path], forgive: Sequence[str]) -> int:
    """Read the mails at `paths` (files, folders of .eml, Maildirs), then show the addresses to which nothing is sent.

    `forgive` names addresses to which mail shall leave again. A mail that is read twice does no harm. 1 if an address
    to forgive is not dead, or a mail could not be read. Raises ConfigError, StoreError, and MonitorError where a path
    is not there.
    """
    for path in paths:
        if not path.exists():
            raise MonitorError(f"{path}: there is no such file or folder")
    with opened(config, to_change=bool(paths or forgive)) as (_, store):
        missed = sum(not _forgiven(store, address) for address in forgive)
        unread = sum(not _read(store, mail, utc_now()) for path in paths for mail in _mails(path))
        dead = store.dead_addresses()
        for address in dead:
            say(f"nothing is sent to {address.recipient} since {moment(address.at)}: {address.reason}")
        if not dead:
            say("mail is sent to every address")
    return int(bool(missed or unread))


def _forgiven(store: Store, address: str) -> bool:
    known = store.revive(address)
    if known:
        say(f"mail to {address} leaves again; what was parked is sent with `monitor outbox retry`")
    else:
        complain(f"{address}: mail to it leaves already")
    return known


def _mails(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    elif (path / "cur").is_dir() or (path / "new").is_dir():
        for box in ("new", "cur"):
            yield from sorted((path / box).glob("[!.]*"))
    else:
        yield from sorted(path.glob("[!.]*.eml"))


def _read(store: Store, path: Path, now: datetime) -> bool:
    try:
        raw = _content(path)
    except OSError as error:
        complain(f"  {path}: {error.strerror or error}")
        return False
    for bounce in read_bounces(raw):
        _note(store, bounce, path, now)
    return True


def _content(path: Path) -> bytes:
    """The beginning of a plain file; links and devices in a mailbox are nobody's mail. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("this is no plain file")
        return file.read(LARGEST)


def _note(store: Store, bounce: Bounce, path: Path, now: datetime) -> None:
    known = [name for name in bounce.message_ids if _came_back(store, bounce, name, now)]
    if known:
        end = "; nothing more is sent there" if bounce.dead else ""
        say(f"{path.name}: {count(len(known), 'mail')} to {bounce.recipient} came back: {bounce.told}{end}")


def _came_back(store: Store, bounce: Bounce, message_id: str, now: datetime) -> bool:
    return store.came_back(message_id, bounce.recipient, bounce.told, now, dead=bounce.dead)
