"""What could keep the monitor from working, looked at one thing after the other; each finding says what to do.

Nothing is changed, and no mail is sent. Only `reach` uses the network, and it logs in nowhere.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiosmtplib import SMTP, SMTPException
from httpcore2 import ConnectError

from monitor.channels import bare_address, post_url
from monitor.checks import setting_faults, unknown_watchlists
from monitor.errors import ConfigError, MonitorError
from monitor.health import condition
from monitor.ingest.http import HttpClient
from monitor.net.guard import choose, resolve
from monitor.rulebook import Preparer
from monitor.settings import Settings, SmtpChannel, load_config
from monitor.settings.channels import ChannelTable, Security
from monitor.store import Database, Store

_LEAST_FREE, _LITTLE_FREE = 100_000_000, 1_000_000_000
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
_PATIENCE = 15.0
_AT_ONCE = 8


class Grade(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not good."""

    subject: str
    grade: Grade
    message: str
    advice: str = ""


def examine(config: Path, now: datetime) -> tuple[list[Finding], Settings | None]:
    """Everything that can be seen from here; the settings, where they can be read."""
    found = [*versions()]
    try:
        settings = load_config(config, setting_faults).settings
    except ConfigError as error:
        problems = [str(problem) for problem in error.problems] or [str(error)]
        found += [Finding("configuration", Grade.WRONG, line, "mend it; `monitor check` shows it") for line in problems]
        return found, None
    found.append(Finding("configuration", Grade.GOOD, f"{config} is sound"))
    found += [*permissions(config, settings), *folders(settings), *database(settings, now), *clock(settings, now)]
    found += [*daemon(settings, now), *sender_records(settings)]
    return found, settings


def versions() -> Iterator[Finding]:
    """Versions with known defects."""
    library = sqlite3.sqlite_version_info
    if has_wal_reset_bug(library):
        yield Finding(
            "versions",
            Grade.WARNING,
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug: two connections that write and checkpoint at the "
            "same instant can damage a database",
            "update SQLite to 3.51.3 or newer (or 3.50.7, 3.44.6); until then the daemon's own single connection is "
            "safe, but let no other program write to the database, and run `monitor backup` daily",
        )
    else:
        yield Finding("versions", Grade.GOOD, f"SQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}")


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """SQLite 3.7.0 to 3.51.2 and the withdrawn 3.52.0; mended in 3.51.3, and in 3.50.7 and 3.44.6 (sqlite.org/wal)."""
    mended = (version[:2] == (3, 50) and version >= (3, 50, 7)) or (version[:2] == (3, 44) and version >= (3, 44, 6))
    return not mended and ((3, 7, 0) <= version < (3, 51, 3) or version[:3] == (3, 52, 0))


def permissions(config: Path, settings: Settings) -> Iterator[Finding]:
    """Secrets that others can read."""
    secrets = []
    for name, channel in settings.channel.items():
        secrets += [(f"channel.{name}.{key}", path) for key, path in channel.secret_files.items()]
    if any(channel.holds_secret for channel in settings.channel.values()):
        secrets.append(("the configuration, which holds a secret", config))
    secrets.append(("the database, which holds articles, recipients and mails", settings.store.path))
    good = True
    for what, path in secrets:
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
            good = False
            yield Finding(
                "permissions", Grade.WARNING, f"{path} ({what}) is open to others ({mode:04o})", f"chmod 600 {path}"
            )
    if good:
        yield Finding("permissions", Grade.GOOD, "secrets are readable by their owner only")


def folders(settings: Settings) -> Iterator[Finding]:
    """Folders that must be writable or readable, and the room on their disks."""
    writable = [("database", settings.store.path.parent)]
    writable += [(name, folder) for name, each in settings.channel.items() if (folder := each.written)]
    for what, folder in writable:
        yield _room(what, folder)
    for source in settings.source:
        place = source.folder or source.path
        if place is not None and not place.exists():
            yield Finding("sources", Grade.WARNING, f"{source.name}: {place} is not there", "make it, or mend the path")


def _room(what: str, folder: Path) -> Finding:
    present = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    if not _may_write(present):
        return Finding(
            "disk", Grade.WRONG, f"{what}: {present} cannot be written", "give the user of the daemon the right"
        )
    free = shutil.disk_usage(present).free
    said = f"{what}: {free / 1e9:.1f} GB free at {folder}"
    if free < _LEAST_FREE:
        return Finding("disk", Grade.WRONG, said, "make room: nothing is sent when it cannot be recorded")
    if free < _LITTLE_FREE:
        return Finding("disk", Grade.WARNING, said, "make room, or set `retention.size`")
    return Finding("disk", Grade.GOOD, said)


def _may_write(folder: Path) -> bool:
    probe = folder / f".monitor-doctor-{id(folder)}"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError:
        return False
    return True


def database(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The database: is it there, sound, and free to send? And the rules that are at work in it."""
    path = settings.store.path
    try:
        store = Store(Database.open(path, create=False), lambda: now)
    except MonitorError as error:
        first = "there is no database" in str(error)
        grade = Grade.GOOD if first else Grade.WRONG
        yield Finding("database", grade, str(error), "" if first else "see docs/operating.md, Files on disk")
        with TemporaryDirectory(prefix="monitor-") as folder:
            blank = Store(Database.open(Path(folder) / "doctor.sqlite", create=True), lambda: now)
            try:
                yield from rules(settings, blank)
            finally:
                blank.close()
        return
    try:
        yield Finding("database", Grade.GOOD, f"{path} is sound, {path.stat().st_size / 1e6:.1f} MB")
        if hold := store.hold():
            yield Finding(
                "database", Grade.WRONG, f"nothing is mailed: {hold}", "`monitor outbox release --send` or --as-told"
            )
        yield from rules(settings, store)
    finally:
        store.close()


def rules(settings: Settings, store: Store) -> Iterator[Finding]:
    """The rule files as they stand, with their cases."""
    prepared = Preparer(store).prepare(settings.rules.paths)
    for file in prepared.standing.broken:
        for problem in file.problems or (file.file,):
            yield Finding("rules", Grade.WRONG, problem.partition("\n")[0], "`monitor check` shows it")
    for fault in unknown_watchlists(settings, prepared.names):
        yield Finding("rules", Grade.WRONG, fault.message, "mend the name, or put the file back")
    if not prepared.standing.broken:
        yield Finding("rules", Grade.GOOD, f"{len(prepared.standing.live.rules)} rules, their cases pass")


def clock(settings: Settings, now: datetime) -> Iterator[Finding]:
    """A clock that cannot be right, and zones that this machine does not know."""
    if now < _BUILT:
        yield Finding("clock", Grade.WRONG, f"the clock says {now:%Y-%m-%d}", "set it, and let it be kept by NTP")
    else:
        yield Finding("clock", Grade.GOOD, f"{now:%Y-%m-%d %H:%M} UTC")
    for name in sorted({each.zone for each in settings.subscription}):
        yield Finding("clock", Grade.GOOD, f"{name}: {now.astimezone(ZoneInfo(name)):%H:%M %Z}")


def daemon(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The daemon, if it ever ran here."""
    found = condition(settings.store.path, now)
    if found.report is None:
        advice = "`monitor run`, or `monitor service install`"
        yield from (Finding("daemon", Grade.WARNING, line, advice) for line in found.complaints)
        return
    for line in found.complaints:
        yield Finding("daemon", Grade.WRONG, line, "see its log")
    if not found.complaints:
        yield Finding("daemon", Grade.GOOD, f"process {found.report.get('process')} gets on with its work")


def sender_records(settings: Settings) -> Iterator[Finding]:
    """What receivers look up about the sender; we have no resolver for TXT records, so we say how to look."""
    senders = {bare_address(each.sender) for each in settings.channel.values() if isinstance(each, SmtpChannel)}
    for domain in sorted({sender.rpartition("@")[2] for sender in senders}):
        yield Finding(
            "sender",
            Grade.WARNING,
            f"{domain}: SPF, DKIM and DMARC are not looked up from here",
            f"`dig +short TXT {domain}` should show v=spf1 with your mail server, `dig +short TXT _dmarc.{domain}` "
            f"v=DMARC1, and `dig +short TXT SELECTOR._domainkey.{domain}` the key that your mail server signs with",
        )


async def reach(settings: Settings, now: datetime) -> list[Finding]:
    """DNS and an answer of every feed and mail server. Feeds are fetched once more; nothing is stored or sent."""
    gate = asyncio.Semaphore(_AT_ONCE)
    client = HttpClient(timeout=_PATIENCE)

    async def feed(name: str, url: str, allow_private: bool) -> Finding:
        async with gate:
            try:
                await client.get(url, now, allow_private=allow_private)
            except MonitorError as error:
                return Finding(
                    "network", Grade.WRONG, f"{name}: {error}", "open the address in a browser; mend it, or wait"
                )
            return Finding("network", Grade.GOOD, f"{name}: answers")

    asked = [feed(each.name, each.feed, each.allow_private) for each in settings.source if each.feed]
    asked += [
        _mail_server(name, each, gate) for name, each in settings.channel.items() if isinstance(each, SmtpChannel)
    ]
    asked += [
        _post_host(name, url, channel, gate) for name, channel in settings.channel.items() if (url := post_url(channel))
    ]
    try:
        return list(await asyncio.gather(*asked))
    finally:
        await client.close()


async def _post_host(name: str, url: str, channel: ChannelTable, gate: asyncio.Semaphore) -> Finding:
    """Whether the host of a webhook may be reached. Nothing is posted, and of its address only the host is told."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    async with gate:
        try:
            async with asyncio.timeout(_PATIENCE):
                addresses = await resolve(host, port)
                if not getattr(channel, "allow_private", False):
                    choose(host, addresses)
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
        except (ConnectError, OSError, TimeoutError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            return Finding("network", Grade.WRONG, f"{name}: {host}: {why}", "check the address and the firewall")
    return Finding("network", Grade.GOOD, f"{name}: {host} can be reached; nothing was posted")


async def _mail_server(name: str, channel: SmtpChannel, gate: asyncio.Semaphore) -> Finding:
    where = f"{name}: {channel.host}:{channel.effective_port}"
    server = SMTP(
        hostname=channel.host,
        port=channel.effective_port,
        timeout=_PATIENCE,
        use_tls=channel.security is Security.TLS,
        start_tls=channel.security is Security.STARTTLS,
        cert_bundle=str(channel.ca_file) if channel.ca_file else None,
    )
    async with gate:
        try:
            async with asyncio.timeout(2 * _PATIENCE):
                await server.connect()
                await server.quit()
        except (SMTPException, OSError, TimeoutError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            return Finding("network", Grade.WRONG, f"{where}: {why}", "check host, port, `security` and the firewall")
    return Finding("network", Grade.GOOD, f"{where} answers")


def worst(findings: Sequence[Finding]) -> Grade:
    """The gravest grade."""
    order = (Grade.GOOD, Grade.WARNING, Grade.WRONG)
    return max((finding.grade for finding in findings), key=order.index, default=Grade.GOOD)
