"""Configuration and rules, watched while the daemon runs: what changed is checked and taken up, what broke is kept.

A look compares names, sizes and times of the files (the watch of the kernel is blind on network file systems, so
looks are also made by the clock). A change is taken up once the files have stood still for a moment: an editor that
saves in steps, or a checkout of another branch, is one change. Everything that a change needs is prepared beside the
running engine; then stored and swapped in one transaction, between two batches of articles.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from monitor.checks import setting_faults, unknown_watchlists
from monitor.deliver.address import address_fault
from monitor.digest.freeze import Letterhead
from monitor.digest.notice import notice_of_broken
from monitor.errors import ConfigError, RuleError
from monitor.model import BrokenFile
from monitor.rulebook.cache import RuleCache
from monitor.rulebook.files import present_files
from monitor.rulebook.matcher import LiveMatcher
from monitor.rulebook.prepare import Prepared, Preparer, keep
from monitor.settings import Configuration, Settings, SmtpChannel, load_config
from monitor.store import Store
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.render import render_problem

log = logging.getLogger(__name__)

Signature = tuple[tuple[str, int, int, int], ...]
"""Path, size, time of change (ns) and inode of every file that matters."""

_SETTLE, _MOST_LOOKS = 0.5, 60
_MOST_LOGGED = 20


@dataclass(frozen=True, slots=True)
class AtWork:
    """What the house works by at present."""

    settings: Settings
    loaded: Loaded
    broken: tuple[BrokenFile, ...]


class Reloader:
    """Takes up changes of the configuration at `config` and of the rules that it names.

    `spend` is told what matching takes; `pause` is for how many seconds files must stand still. To be used by one task
    at a time.
    """

    def __init__(
        self,
        config: Path,
        store: Store,
        clock: Callable[[], datetime],
        letterhead: Callable[[Settings, str], Letterhead],
        spend: Callable[[str, float], None],
        pause: float = _SETTLE,
        cache: RuleCache | None = None,
    ) -> None:
        """`cache` keeps what the rule files are over a restart."""
        self._config = config
        self._store = store
        self._preparer = Preparer(store, cache)
        self._cache = cache
        self._clock = clock
        self._letterhead = letterhead
        self._pause = pause
        self._spend = spend
        self._seen: Signature = ()
        self._settings: Settings | None = None
        self._matcher: LiveMatcher | None = None
        self._logged: frozenset[str] = frozenset()

    def start(self, configuration: Configuration) -> tuple[AtWork, LiveMatcher]:
        """Load the rules of a sound configuration, for the first time in this process.

        Raises ConfigError where it names watchlists that there are not, RuleError where there are no rules at all.
        """
        settings = configuration.settings
        self._seen = self._signature(settings)
        prepared = self._preparer.prepare(settings.rules.paths)
        if not prepared.names:
            first = prepared.standing.live.problems[0].message if prepared.standing.live.problems else "no rules"
            raise RuleError(first)
        configuration.refuse(unknown_watchlists(settings, prepared.names))
        self._matcher = LiveMatcher(prepared.engine, self._spend)
        broken = self._commit(settings, prepared, ())
        if self._cache is not None:
            self._cache.sweep()
        gc.unfreeze()  # a house of this process that was closed since goes with its cycles
        gc.collect()
        gc.freeze()  # what is left is at work, and stays: the collector need not look through it again and again
        self._settings = settings
        return AtWork(settings, prepared.standing.live, broken), self._matcher

    async def look(self, *, anyway: bool = False) -> AtWork | None:
        """Take up what changed since the last look; None where nothing did. `anyway` loads it all the same."""
        assert self._settings is not None, "start comes first"
        seen = await asyncio.to_thread(self._signature, self._settings)
        if seen == self._seen and not anyway:
            return None
        seen = await self._settled(seen)
        return await _aside(lambda: self._take(seen))

    def folders(self) -> list[Path]:
        """The folders to watch, there or not: of the configuration, of the rules and their terms, and above those."""
        assert self._settings is not None, "start comes first"
        found = {self._config.absolute().parent: None}
        for path in self._settings.rules.paths:
            folder = path.parent if path.suffix == ".toml" else path
            found |= {folder.parent: None, folder: None, folder / "terms": None}
        return list(found)

    async def _settled(self, seen: Signature) -> Signature:
        assert self._settings is not None
        for _ in range(_MOST_LOOKS):
            await asyncio.sleep(self._pause)
            again = await asyncio.to_thread(self._signature, self._settings)
            if again == seen:
                return seen
            seen = again
        log.warning("the rule files do not come to rest; they are read as they are")
        return seen

    def _signature(self, settings: Settings) -> Signature:
        secrets = [path for channel in settings.channel.values() for path in channel.secret_files.values()]
        marks = [("", self._store.retirements(), 0, 0)]
        for path in (self._config, *secrets, *present_files(settings.rules.paths)):
            with suppress(OSError):
                state = path.stat()
                marks.append((str(path), state.st_size, state.st_mtime_ns, state.st_ino))
        return tuple(marks)

    def _take(self, seen: Signature) -> AtWork:
        """Prepare and take up what the files say now. Blocking; raises StoreError, and then nothing has changed."""
        began = self._clock()
        assert self._settings is not None
        settings, trouble = self._configured(self._settings)
        if settings.rules != self._settings.rules:
            seen = self._signature(settings)  # before they are read: what changes from now on is seen
        prepared = self._preparer.prepare(settings.rules.paths)
        if faults := [fault.message for fault in unknown_watchlists(settings, prepared.names)]:
            trouble = _of_config(self._config, faults)
            settings = self._settings
        broken = self._commit(settings, prepared, trouble)
        self._settings, self._seen = settings, seen
        took = (self._clock() - began).total_seconds()
        rules = sum(map(len, prepared.standing.good.values()))
        log.info("reloaded in %.1f s: %d rules at work, %d files broken", took, rules, len(broken))
        return AtWork(settings, prepared.standing.live, broken)

    def _configured(self, former: Settings) -> tuple[Settings, Sequence[BrokenFile]]:
        """The configuration as it stands, or the former one and what is wrong with the new one."""
        try:
            settings = load_config(self._config, setting_faults).settings
        except ConfigError as error:
            problems = [render_problem(problem) for problem in error.problems] or [str(error)]
            return former, _of_config(self._config, problems)
        if settings.store != former.store:
            trouble = _of_config(self._config, ["`store`: another database is taken up by a restart only"])
            return settings.model_copy(update={"store": former.store}), trouble
        return settings, ()

    def _commit(self, settings: Settings, prepared: Prepared, others: Sequence[BrokenFile]) -> tuple[BrokenFile, ...]:
        """Store and swap in one transaction: a batch of articles comes before both, or after both."""
        assert self._matcher is not None
        former = None
        try:
            with self._store.transaction():
                broken = [self._told(settings, file) for file in keep(prepared, self._store, others)]
                former = self._matcher.swap(prepared.engine)
        except BaseException:
            if former is not None:
                self._matcher.swap(former)
            raise
        lines = [line for file in broken for line in file.lines()[:_MOST_LOGGED]]
        for line in lines:
            if line not in self._logged:
                log.warning("broken: %s", line)
        self._logged = frozenset(lines)
        return tuple(broken)

    def _told(self, settings: Settings, file: BrokenFile) -> BrokenFile:
        """Put a mail to the owner into the outbox where something broke that they have not been told of."""
        names = (*file.kept, *file.out) or ("",)
        if not file.owner or set(names) <= set(file.told):
            return file
        channel = _channel(settings, file.watchlist)
        if why := address_fault(file.owner):
            log.warning("%s: the owner of %s cannot be told: the address %s", file.file, file.watchlist, why)
        else:
            try:
                letterhead = self._letterhead(settings, channel)
                self._store.save_digest(notice_of_broken(file, channel, letterhead, self._clock()))
            except ValueError as error:
                log.warning("%s: the owner cannot be told: %s", file.file, error)
        told = replace(file, told=names)
        self._store.save_broken(told)
        return told


def _of_config(path: Path, problems: Sequence[str]) -> Sequence[BrokenFile]:
    return (BrokenFile("", path.name, problems=(*problems, "the former configuration works on")),)


def _channel(settings: Settings, watchlist: str) -> str:
    """The channel by which the readers of a watchlist get it, by mail if there is a choice."""
    readers = [each for each in settings.subscription if watchlist in each.watchlists or not each.watchlists]
    names = [each.channel for each in readers] or [each.channel for each in settings.subscription]
    mail = [name for name in names if isinstance(settings.channel[name], SmtpChannel)]
    return (mail or names)[0]


async def _aside(work: Callable[[], AtWork]) -> AtWork:
    """Run blocking work in a thread of its own, which the end of the program does not wait for.

    Ten thousand rules take longer to prepare than the ten seconds in which the daemon ends (case 74), and what is
    prepared but not stored yet is worth nothing.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[AtWork] = loop.create_future()

    def settle(act: Callable[[], None]) -> None:
        if not done.done():  # whoever waited may have gone
            act()

    def run() -> None:
        try:
            found = work()
        except BaseException as error:
            failed = error
            report = partial(settle, lambda: done.set_exception(failed))
        else:
            report = partial(settle, lambda: done.set_result(found))
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(report)

    threading.Thread(target=run, name="reload", daemon=True).start()
    return await done
