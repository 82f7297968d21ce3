"""A bell that rings when files change: the kernel tells of it, where it can."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from watchfiles import awatch

log = logging.getLogger(__name__)

_AT_MOST = 60_000
"""Milliseconds after which it rings although the files have not come to rest."""


@dataclass(slots=True)
class FileWatch:
    """Rings as soon as `ours` have changed in the folders, and stood still for `rest` milliseconds.

    The kernel follows a folder and not its name: one that is removed, or comes, or is another now, is watched anew; for
    that it has to lie in a watched one. Where the kernel cannot watch, another try is made every `retry`.
    """

    folders: Callable[[], Iterable[Path]]
    ring: Callable[[], Awaitable[None]]
    rest: int
    retry: timedelta
    recursive: bool
    ours: Callable[[str], bool]
    _anew: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: bool = False

    async def run(self) -> None:
        """Watch until `end` is called."""
        while not self._ended:
            self._anew = asyncio.Event()
            try:
                await self._follow(await asyncio.to_thread(lambda: list(self.folders())))
            except (OSError, RuntimeError) as error:
                log.debug("folders cannot be watched: %s", error)
                await self._pause()

    def anew(self) -> None:
        """The folders may be others now."""
        self._anew.set()

    def end(self) -> None:
        """Watch no longer."""
        self._ended = True
        self._anew.set()

    async def _follow(self, folders: Sequence[Path]) -> None:
        there, names = [folder for folder in folders if folder.is_dir()], {str(folder) for folder in folders}
        if not there:
            return await self._pause()
        async for changes in awatch(
            *there,
            watch_filter=lambda _, path: path in names or self.ours(path),
            step=self.rest,
            debounce=_AT_MOST,
            stop_event=self._anew,
            recursive=self.recursive,
        ):
            await self.ring()
            if any(path in names for _, path in changes):
                return None
        return None

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.retry.total_seconds()):
                await self._anew.wait()
