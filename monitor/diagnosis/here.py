"""What can be seen of this machine: versions, configuration, rights, disks, the database, the rules, the daemon."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from monitor.checks import setting_faults, unknown_watchlists
from monitor.diagnosis.findings import Finding, Grade
from monitor.errors import ConfigError, MonitorError, OutdatedError
from monitor.health import condition
from monitor.rulebook.prepare import Preparer
from monitor.settings import Settings, load_config
from monitor.settings.sound import sound_settings
from monitor.store import Database, Store
from monitor.store.marker import marker_of

_LEAST_FREE, _LITTLE_FREE = 100_000_000, 1_000_000_000
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)


def examine(config: Path, now: datetime) -> tuple[list[Finding], Settings | None]:
    """Everything that can be seen from here; the settings, as far as they can be read."""
    found, settings = [*versions()], None
    try:
        settings = load_config(config, setting_faults).settings
        found.append(Finding("configuration", Grade.GOOD, f"{config} is sound"))
    except ConfigError as error:
        problems = [str(problem) for problem in error.problems] or [str(error)]
        found += [Finding("configuration", Grade.WRONG, line, "mend it; `monitor check` shows it") for line in problems]
        with suppress(ConfigError):
            settings, _ = sound_settings(config)
    if settings is not None:
        found += [*permissions(config, settings), *folders(settings), *database(settings, now), *clock(settings, now)]
        found += daemon(settings, now)
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
    said = f"{what}: {f'{free / 1e9:.1f} GB' if free > 1e9 else f'{free / 1e6:.0f} MB'} free at {folder}"
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
        store = Store(Database.view(path, check=True), lambda: now)
    except MonitorError as error:
        yield _not_opened(path, error)
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


def _not_opened(path: Path, error: MonitorError) -> Finding:
    if not path.exists() and not marker_of(path).exists():
        return Finding("database", Grade.GOOD, str(error))
    if isinstance(error, OutdatedError):
        return Finding("database", Grade.WARNING, str(error), "a copy is made first, *.before-NNNN beside it")
    return Finding("database", Grade.WRONG, str(error), "see docs/operating.md, Files on disk")


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
