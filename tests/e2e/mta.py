"""`make mta`: digests through a real mail server, Postfix on loopback, read back from its mailbox.

Postfix is the system's, or Debian's package unpacked into a temporary folder: nothing is installed. It needs root (its
master process will not run without), so where that, apt or Postfix is missing, it is skipped with the reason.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.deliver.postman import Postman
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.digest.compose import compose
from monitor.digest.freeze import Letterhead, freeze
from monitor.model import Accounting, DeliveryState, Period, Subscription
from monitor.store import Database, Store

READERS = 300
MAIN = """\
compatibility_level = 3.6
mail_owner = mail
setgid_group = games
queue_directory = {place}/queue
data_directory = {place}/data
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {place}/etc
import_environment = MAIL_CONFIG LD_LIBRARY_PATH TZ LANG=C
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.example.org
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {place}
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:8
virtual_gid_maps = static:8
virtual_minimum_uid = 1
smtputf8_enable = yes
maillog_file = {place}/log/mail.log
maillog_file_prefixes = {place}
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
virtual   unix - n n - - virtual
error     unix - - n - - error
retry     unix - - n - - error
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
showq     unix n - n - - showq
postlog   unix-dgram n - n - 1 postlogd
"""


class Skipped(Exception):
    """There is no mail server to try, and why."""


@contextmanager
def postfix(place: Path) -> Iterator[int]:
    """A Postfix of its own, with its configuration, queue and mailbox below `place`; its port. Raises Skipped."""
    if os.geteuid():
        raise Skipped("Postfix's master process runs as root only")
    root = _unpacked(place)
    port = _free_port()
    for folder in ("etc", "queue", "data", "box", "log"):
        (place / folder).mkdir()
    shutil.chown(place / "data", "mail")
    shutil.chown(place / "box", "mail", "mail")
    place.chmod(0o755)
    (place / "etc" / "main.cf").write_text(MAIN.format(place=place, root=root))
    (place / "etc" / "master.cf").write_text(MASTER.format(port=port))
    _make_queue(place / "queue")
    environment = os.environ | {"LD_LIBRARY_PATH": f"{root}/usr/lib/postfix", "MAIL_CONFIG": str(place / "etc")}
    master = subprocess.Popen([root / "usr/lib/postfix/sbin/master", "-d", "-c", place / "etc"], env=environment)
    try:
        _wait(port, master, place)
        yield port
    finally:
        master.terminate()
        master.wait()


def _unpacked(place: Path) -> Path:
    if Path("/usr/lib/postfix/sbin/master").exists():
        return Path("/")
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise Skipped("there is no Postfix, and no apt to get it with")
    downloads = place / "download"
    downloads.mkdir()
    done = subprocess.run(["apt-get", "-q", "download", "postfix"], cwd=downloads, capture_output=True, text=True)
    packages = list(downloads.glob("postfix_*.deb"))
    if done.returncode or not packages:
        raise Skipped(f"apt-get cannot download postfix: {done.stderr.strip()[-200:]}")
    root = place / "root"
    subprocess.run(["dpkg", "-x", packages[0], root], check=True)
    return root


def _make_queue(queue: Path) -> None:
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved"):
        (queue / name).mkdir(mode=0o700)
        shutil.chown(queue / name, "mail")
    (queue / "trace").mkdir(mode=0o700)
    shutil.chown(queue / "trace", "mail")
    (queue / "pid").mkdir(mode=0o755)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        (queue / name).mkdir()
        shutil.chown(queue / name, "mail", "games")
        (queue / name).chmod(mode)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, master: subprocess.Popen[bytes], place: Path) -> None:
    for _ in range(100):
        if master.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    log = place / "log" / "mail.log"
    raise Skipped(f"Postfix does not start here: {log.read_text()[-500:] if log.exists() else 'it says nothing'}")


def fill(store: Store) -> None:
    """One digest for many readers."""
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    readers = (*[f"reader{number}@example.org" for number in range(READERS - 1)], "jürgen@example.org")
    subscription = Subscription("morning", readers, "mail", heartbeat=True)
    period = Period(now - timedelta(days=1), now)
    digest = compose(subscription, period, [], Accounting(articles=3), [], {})
    letterhead = Letterhead(store.instance(), "Wächter <watch@example.org>")
    assert store.save_digest(freeze(digest, subscription, letterhead, now))


async def send(store: Store, port: int) -> float:
    """Send it all through one channel; the seconds that it took."""
    settings = SmtpSettings("127.0.0.1", port, "watch@example.org", Security.NONE, hello="monitor.example.org")
    began = time.monotonic()
    await Postman(store, {"mail": SmtpChannel("mail", settings)}, lambda: datetime(2026, 5, 4, 9, tzinfo=UTC)).drain()
    return time.monotonic() - began


def arrived(box: Path, patience: float = 60.0) -> list[bytes]:
    """The mails in the mailbox, without what the server put before them; waits until all are there."""
    end = time.monotonic() + patience
    while len(found := list((box / "new").glob("*"))) < READERS and time.monotonic() < end:
        time.sleep(0.2)
    mails = [path.read_bytes() for path in found]
    return [mail[mail.index(b"\nFrom: ") + 1 :] for mail in mails]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mta-") as folder:
        place = Path(folder)
        try:
            with postfix(place) as port, Database.open(place / "monitor.db", create=True) as database:
                store = Store(database, lambda: datetime.now(UTC))
                fill(store)
                seconds = asyncio.run(send(store, port))
                mails = arrived(place / "box")
                sent = store.deliveries(DeliveryState.SENT)
        except Skipped as why:
            print(f"skipped: {why}")
            return 0
    wanted = sorted(delivery.message.raw.replace(b"\r\n", b"\n") for delivery in sent)
    same = sorted(mails) == wanted
    print(f"{len(sent)} of {READERS} sent in {seconds:.1f} s ({60 * len(sent) / seconds:.0f} a minute)")
    print(f"{len(mails)} in the mailbox, {'byte for byte as frozen' if same else 'NOT the bytes that were frozen'}")
    return 0 if same and len(sent) == READERS else 1


if __name__ == "__main__":
    sys.exit(main())
