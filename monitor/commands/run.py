"""`monitor run`: the daemon, or one round."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from monitor.app import House, open_house, utc_now
from monitor.commands.outbox_list import troubles
from monitor.daemon import Daemon
from monitor.health import health_file
from monitor.health.pages import watched
from monitor.logs import start_logging
from monitor.model import Novelty, Outcome
from monitor.pipeline import RoundAccount
from monitor.rounds import AT_ONCE, OnceAccount, SourceOutcome, SourceReport, run_once
from monitor.terminal import at_most, complain, count, say, working

_WORDS = ((Novelty.NEW, "new"), (Novelty.UPDATE, "update"), (Novelty.FOLD, "told again"), (Novelty.RECAP, "recap"))


def run(config: Path, *, once: bool, log_json: bool = False, log_levels: Sequence[str] = ()) -> int:
    """Run the daemon until it is told to stop, or one round. Raises ConfigError, RuleError or StoreError at start.

    1 if a source failed in the round or a digest of it could not be delivered; the daemon tries again and goes on.
    """
    if once:
        return asyncio.run(_once(config, log_levels))
    start_logging(as_json=log_json, levels=log_levels)
    return asyncio.run(_daemon(config))


async def _daemon(config: Path) -> int:
    async with open_house(config) as house:
        for told in troubles(house.settings, house.store):
            logging.getLogger(__name__).warning("%s", told)
        daemon = Daemon(
            house.pipeline,
            house.sources,
            house.postman,
            utc_now,
            house.keep_up,
            changes=house.changes,
            pulse=house.pulse,
            health=health_file(house.settings.store.path),
            after_round=house.round_ended,
        )
        async with watched(house.settings.health.address, house.store, house.pulse, utc_now):
            await daemon.run()
    return 0


async def _once(config: Path, log_levels: Sequence[str]) -> int:
    start_logging(logging.WARNING, levels=log_levels)
    for name in ("rounds", "reload"):  # what they warn of is told here
        logging.getLogger(f"monitor.{name}").setLevel(logging.ERROR)
    async with open_house(config, settle=0) as house:
        for line in at_most([line for file in house.broken for line in file.lines()]):
            complain(f"  broken: {line}")
        with working(f"reading {count(len(house.sources), 'source')}"):
            done = await _round(house)
        parked = () if done.composed.held else troubles(house.settings, house.store)
    _tell_round(done.round)
    _tell_digests(done)
    for line in parked:
        complain(f"  {line}")
    troubled = done.composed.held or done.composed.failures or parked
    failed = any(source.outcome is SourceOutcome.FAILED for source in done.sources)
    undelivered = any(attempt.outcome is not Outcome.SENT for attempt in done.attempts)
    return int(bool(failed or undelivered or troubled))


async def _round(house: House) -> OnceAccount:
    """One round, and a ping that says how it went."""
    well = False
    try:
        done = await run_once(house.pipeline, house.sources, house.postman, utc_now, _tell_source, _at_once(house))
        well = not (done.composed.held or done.composed.failures)
        return done
    finally:
        if house.pinger is not None:
            await house.pinger.ping(well)


def _at_once(house: House) -> int:
    """Folders and files are read in the order of the configuration, so that the same input tells the same story."""
    return AT_ONCE if any(source.feed for source in house.settings.source) else 1


def _tell_source(report: SourceReport) -> None:
    match report.outcome:
        case SourceOutcome.READ:
            say(f"  {report.source}: read")
        case SourceOutcome.WAITS:
            say(f"  {report.source}: not due before {report.next_at:%H:%M} UTC")
        case SourceOutcome.FAILED:
            complain(f"  {report.source}: {report.error}")


def _tell_round(account: RoundAccount) -> None:
    for line in at_most([f"{rejection.origin}: {rejection.reason}" for rejection in account.rejections]):
        complain(f"  not taken: {line}")
    say()
    versions = f", {count(account.versions, 'new version')}" if account.versions else ""
    say(f"read     {count(account.articles, 'new article')}, {count(account.copies, 'copy')}{versions}")
    say(f"stories  {account.stories}")
    say(f"matched  {account.matches}" + (f": {said}" if (said := _said(account)) else ""))


def _said(account: RoundAccount) -> str:
    """What the matches were, by kind; the kinds add up to the matches."""
    counted = account.matches - account.novelties.total()
    kinds = [(account.novelties[novelty], word) for novelty, word in _WORDS]
    return ", ".join(f"{many} {word}" for many, word in (*kinds, (counted, "counted by a rule over time")) if many)


def _tell_digests(done: OnceAccount) -> None:
    if done.composed.held:
        complain(f"  nothing is composed and nothing is sent: {done.composed.held} (`monitor outbox release`)")
    for name, error in done.composed.failures.items():
        complain(f"  the digest of {name} cannot be composed: {type(error).__name__}: {error}")
    if not done.digests and not done.composed.held:
        say("digest   none: nothing new waits")
    for digest in done.digests:
        alerts, readers = count(len(digest.alerts), "alert"), count(len(digest.messages), "reader")
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
