"""`monitor run`: the daemon, or one round."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from monitor.app import House, broken_rules, open_house, utc_now
from monitor.daemon import Daemon
from monitor.logs import start_logging
from monitor.model import Novelty, Outcome
from monitor.pipeline import RoundAccount
from monitor.rounds import AT_ONCE, OnceAccount, SourceOutcome, SourceReport, run_once
from monitor.terminal import at_most, complain, count, say, working

_WORDS = ((Novelty.NEW, "new"), (Novelty.UPDATE, "update"), (Novelty.FOLD, "told again"), (Novelty.RECAP, "recap"))


def run(config: Path, *, once: bool) -> int:
    """Run the daemon until it is told to stop, or one round. Raises ConfigError, RuleError or StoreError at start.

    1 if a source failed in the round or a digest of it could not be delivered; the daemon tries again and goes on.
    """
    return asyncio.run(_once(config) if once else _daemon(config))


async def _daemon(config: Path) -> int:
    start_logging()
    async with open_house(config) as house:
        for name in broken_rules(house.loaded):
            logging.getLogger(__name__).warning("rule %s is broken and left out: `monitor check` tells why", name)
        await Daemon(house.pipeline, house.sources, house.postman, utc_now, house.keep_up).run()
    return 0


async def _once(config: Path) -> int:
    start_logging(logging.WARNING)
    logging.getLogger("monitor.rounds").setLevel(logging.ERROR)  # what it warns of is told here
    async with open_house(config, settle=0) as house:
        for name in at_most(broken_rules(house.loaded)):
            complain(f"  broken and left out: {name} (`monitor check` tells why)")
        with working(f"reading {count(len(house.sources), 'source')}"):
            done = await run_once(house.pipeline, house.sources, house.postman, utc_now, _tell_source, _at_once(house))
    _tell_round(done.round)
    _tell_digests(done)
    failed = any(source.outcome is SourceOutcome.FAILED for source in done.sources)
    undelivered = any(attempt.outcome is not Outcome.SENT for attempt in done.attempts)
    return int(failed or undelivered)


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
    said = ", ".join(f"{account.novelties[novelty]} {word}" for novelty, word in _WORDS if account.novelties[novelty])
    say(f"matched  {account.matches}" + (f": {said}" if said else ""))


def _tell_digests(done: OnceAccount) -> None:
    if not done.digests:
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
