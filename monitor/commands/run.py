"""`monitor run`: the daemon, or one round."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from monitor.app import House, Source, broken_rules, open_house, utc_now
from monitor.digest.due import once as out_of_turn
from monitor.errors import SourceError
from monitor.model import Attempt, FrozenDigest, Novelty, Outcome
from monitor.pipeline import RoundAccount
from monitor.terminal import complain, say

_SHOWN_REJECTIONS = 10


def run(config: Path, *, once: bool) -> int:
    """Run the daemon until it is told to stop, or one round. Raises ConfigError, RuleError or StoreError at start."""
    return asyncio.run(_once(config) if once else _daemon(config))


@dataclass(slots=True)
class _Round:
    """What one round did."""

    account: RoundAccount = field(default_factory=RoundAccount)
    failures: int = 0
    digests: list[FrozenDigest] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


async def _once(config: Path) -> int:
    """Ingest, compose what waits as of now, deliver. 1 if a source failed or a digest could not be delivered."""
    done = _Round()
    async with open_house(config, settle=0) as house:
        _warn_of_rules(house)
        for source in house.sources:
            await _read(house, source, done)
        for subscription in house.pipeline.subscriptions:
            now = utc_now()
            period = out_of_turn(house.store.last_period_end(subscription.name), now)
            if digest := await asyncio.to_thread(house.pipeline.compose, subscription, period, now):
                done.digests.append(digest)
        done.attempts = await house.postman.drain()
    _tell(done)
    undelivered = any(attempt.outcome is not Outcome.SENT for attempt in done.attempts)
    return int(done.failures > 0 or undelivered)


async def _read(house: House, source: Source, done: _Round) -> None:
    before = done.account.articles, done.account.copies
    try:
        await house.pipeline.ingest(source, done.account, utc_now)
        trouble = ""
    except SourceError as error:
        state = source.failed(house.store.source_state(source.name), error, utc_now())
        house.store.save_source(state)
        done.failures += 1
        trouble = str(error)
    new, copies = done.account.articles - before[0], done.account.copies - before[1]
    say(f"  {source.name}: {_count(new, 'new article')}" + (f", {_count(copies, 'copy')}" if copies else ""))
    if trouble:
        complain(f"  {source.name}: {trouble}")


def _warn_of_rules(house: House) -> None:
    for name in broken_rules(house.loaded):
        complain(f"  broken and left out: {name} (`monitor check` tells why)")


def _tell(done: _Round) -> None:
    account, novelties = done.account, done.account.novelties
    for rejection in account.rejections[:_SHOWN_REJECTIONS]:
        complain(f"  not taken: {rejection.origin}: {rejection.reason}")
    if len(account.rejections) > _SHOWN_REJECTIONS:
        complain(f"  not taken: {len(account.rejections) - _SHOWN_REJECTIONS} more")
    say()
    versions = f", {_count(account.versions, 'new version')}" if account.versions else ""
    say(f"read     {_count(account.articles, 'article')}, {_count(account.copies, 'copy')}{versions}")
    say(f"stories  {account.stories}")
    say(f"matched  {account.matches}")
    told = ", ".join(f"{novelties[novelty]} {word}" for novelty, word in _WORDS if novelties[novelty])
    say(f"told as  {told or 'nothing'}")
    _tell_digests(done)


_WORDS = ((Novelty.NEW, "new"), (Novelty.UPDATE, "update"), (Novelty.FOLD, "told again"), (Novelty.RECAP, "recap"))


def _tell_digests(done: _Round) -> None:
    if not done.digests:
        say("digest   none: nothing new waits")
    for digest in done.digests:
        alerts, readers = _count(len(digest.alerts), "alert"), _count(len(digest.messages), "reader")
        say(f"digest   {digest.subscription}: {alerts} for {readers}")
    for attempt in done.attempts:
        if attempt.outcome is Outcome.SENT:
            for line in _places(attempt.detail):
                say(f"         {line}")
        else:
            complain(f"  not delivered ({attempt.outcome}): {attempt.detail}")


def _places(detail: str) -> Iterable[str]:
    """The files of a files channel one a line, below this folder where they are; a server's answer as it is."""
    here = f"{Path.cwd()}/"
    return (place.removeprefix(here) for place in detail.split(", ")) if detail.startswith("/") else (detail,)


def _count(number: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("py") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"


async def _daemon(config: Path) -> int:
    raise NotImplementedError
