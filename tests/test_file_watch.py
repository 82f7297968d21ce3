"""The bell that rings when files change, also where folders go and come (case 49)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.file_watch import FileWatch


class Bell:
    """Counts how often it was rung."""

    rung = 0

    async def ring(self) -> None:
        self.rung += 1


async def rings(bell: Bell, more_than: int) -> None:
    async with asyncio.timeout(20):
        while bell.rung <= more_than:
            await asyncio.sleep(0.01)


async def at_rest(bell: Bell) -> int:
    """How often it was rung, once it has not been for a while."""
    before = -1
    while before != bell.rung:
        before = bell.rung
        await asyncio.sleep(0.6)
    return before


@asynccontextmanager
async def watching(bell: Bell, *folders: Path) -> AsyncIterator[FileWatch]:
    watch = FileWatch(
        lambda: folders,
        bell.ring,
        rest=50,
        retry=timedelta(hours=1),
        recursive=False,
        ours=lambda path: path.endswith(".toml"),
    )
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0.5)
    try:
        yield watch
    finally:
        watch.end()
        async with asyncio.timeout(10):
            await task


@pytest.fixture
def bell() -> Bell:
    return Bell()


async def test_what_is_ours_rings_and_nothing_else_does(tmp_path: Path, bell: Bell) -> None:
    async with watching(bell, tmp_path):
        (tmp_path / "note.txt").write_text("", encoding="utf-8")
        assert await at_rest(bell) == 0
        (tmp_path / "bans.toml").write_text("", encoding="utf-8")
        await rings(bell, 0)


@pytest.mark.parametrize("how", ["moved away and back", "deleted and made anew"])
async def test_a_folder_that_went_and_came_is_watched(tmp_path: Path, bell: Bell, how: str) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    async with watching(bell, tmp_path, rules):
        if how == "deleted and made anew":
            shutil.rmtree(rules)
        else:
            rules.rename(tmp_path / "aside")
        await rings(bell, 0)
        before = await at_rest(bell)
        rules.mkdir() if how == "deleted and made anew" else (tmp_path / "aside").rename(rules)
        await rings(bell, before)
        before = await at_rest(bell)
        (rules / "bans.toml").write_text("", encoding="utf-8")
        await rings(bell, before)


async def test_other_folders_are_watched_when_told(tmp_path: Path, bell: Bell) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    at = iter(folders)
    watch = FileWatch(lambda: [next(at)], bell.ring, 50, timedelta(hours=1), recursive=False, ours=lambda _: True)
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(0.5)
    watch.anew()
    await asyncio.sleep(0.5)
    (folders[0] / "x").write_text("", encoding="utf-8")
    assert await at_rest(bell) == 0
    (folders[1] / "x").write_text("", encoding="utf-8")
    await rings(bell, 0)
    watch.end()
    await asyncio.wait_for(task, 10)


async def test_without_a_folder_it_waits_and_ends(tmp_path: Path, bell: Bell) -> None:
    async with watching(bell, tmp_path / "nowhere"):
        pass
    assert not bell.rung
