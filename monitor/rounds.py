"""One round: every source that is due is read; out of turn, what waits is composed and sent (`monitor run --once`).

The daemon calls the same functions again and again. They keep nothing themselves: what is due is asked of the
database, so that a round that is cut short or repeated does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from monitor.deliver.channel import Channel
from monitor.deliver.postman import Postman
from monitor.digest.due import DueReason, once
from monitor.errors import SourceError, StoreError
from monitor.model import Attempt, FrozenDigest, Period, SourceState, Subscription
from monitor.pipeline import Pipeline, RoundAccount
from monitor.protocols import Source
from monitor.source_watch import tell_of_sources

log = logging.getLogger(__name__)

AT_ONCE = 12
"""Sources that are read at the same time; their articles are still stored one batch after the other."""

Clock = Callable[[], datetime]


class RoundSource(Source, Protocol):
    """A source that also knows when to try again after a failure, and which others must not be read beside it."""

    @property
    def lane(self) -> str:
        """Sources of one lane are read one after the other (a host is asked once at a time); empty: it has its own."""
        ...

    @property
    def folder(self) -> Path | None:
        """A folder in which changes announce something to read; None for feeds, which are asked."""
        ...

    def failed(self, state: SourceState, error: SourceError, now: datetime) -> SourceState:
        """The state to save after a read that raised `error`."""
        ...


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a reload gives to the daemon; `channels` only where they changed."""

    pipeline: Pipeline
    sources: Sequence[RoundSource]
    channels: Mapping[str, Channel] | None = None


class SourceOutcome(StrEnum):
    """What a round did with a source."""

    READ = "read"
    FAILED = "failed"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source's part of a round: `error` says why it failed, `next_at` (UTC) until when it waits."""

    source: str
    outcome: SourceOutcome
    error: str = ""
    next_at: datetime | None = None


Report = Callable[[SourceReport], None]


@dataclass(slots=True)
class ComposeAccount:
    """What composing came to: the digests frozen, and by subscription why one is due or not, and what went wrong.

    `held` says why nothing was composed at all; empty if nothing is held.
    """

    digests: list[FrozenDigest] = field(default_factory=list)
    reasons: dict[str, DueReason] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    held: str = ""


@dataclass(frozen=True, slots=True)
class OnceAccount:
    """What `run --once` did: the sources read, the digests composed, the attempts to send them."""

    round: RoundAccount
    sources: tuple[SourceReport, ...] = ()
    composed: ComposeAccount = field(default_factory=ComposeAccount)
    attempts: tuple[Attempt, ...] = ()

    @property
    def digests(self) -> Sequence[FrozenDigest]:
        """The digests that were frozen."""
        return self.composed.digests


async def ingest_round(
    pipeline: Pipeline, sources: Sequence[RoundSource], clock: Clock, report: Report, at_once: int = AT_ONCE
) -> RoundAccount:
    """Read all sources that are due, `at_once` of them at a time; each is reported as it is done with.

    A source is due when its stored `next_at` has passed; folders have none. Once they are read, rules over time are
    told that nothing else has come; not where no source could be read. A source that fails is saved as failing and
    stops no other. Raises StoreError, after the other reads were broken off between two batches.
    """
    account = RoundAccount()
    gate = asyncio.Semaphore(at_once)
    outcomes: set[SourceOutcome] = set()

    async def visit(lane: Sequence[RoundSource]) -> None:
        for source in lane:
            async with gate:
                visited = await _visit(pipeline, source, account, clock)
                outcomes.add(visited.outcome)
                report(visited)

    lanes = await _due_lanes(pipeline, sources, clock, report)
    visits = [asyncio.create_task(visit(lane)) for lane in lanes]
    try:
        await asyncio.gather(*visits)
    finally:
        for task in visits:
            task.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
    if SourceOutcome.READ in outcomes:
        await asyncio.to_thread(pipeline.hear, account, clock())
    return account


async def run_once(
    pipeline: Pipeline,
    sources: Sequence[RoundSource],
    postman: Postman,
    clock: Clock,
    report: Report,
    at_once: int = AT_ONCE,
) -> OnceAccount:
    """Read what is due, compose for every subscription what waits as of now, and send what the outbox holds.

    The schedules of the subscriptions do not matter here; the pauses that servers are owed do. Raises StoreError.
    """
    reports: list[SourceReport] = []

    def note(one: SourceReport) -> None:
        reports.append(one)
        report(one)

    account = await ingest_round(pipeline, sources, clock, note, at_once)
    composed = await asyncio.to_thread(compose_now, pipeline, clock)
    await asyncio.to_thread(tell_of_sources, pipeline, clock())
    attempts = await postman.drain()
    return OnceAccount(account, tuple(reports), composed, tuple(attempts))


def compose_now(pipeline: Pipeline, clock: Clock) -> ComposeAccount:
    """Freeze a digest for every subscription for which something waits, whatever its schedule. Blocking."""

    def period(subscription: Subscription, now: datetime) -> Period | None:
        return once(pipeline.store.last_period_end(subscription.name), now)

    return _compose(pipeline, clock, period, ComposeAccount())


def compose_due(pipeline: Pipeline, clock: Clock) -> ComposeAccount:
    """Freeze a digest for every subscription whose period has ended. Blocking; the daemon calls it in a thread."""

    account = ComposeAccount()

    def period(subscription: Subscription, now: datetime) -> Period | None:
        decision = pipeline.desk.due(subscription, now)
        account.reasons[subscription.name] = decision.reason
        return decision.period

    return _compose(pipeline, clock, period, account)


def _compose(
    pipeline: Pipeline,
    clock: Clock,
    period_of: Callable[[Subscription, datetime], Period | None],
    account: ComposeAccount,
) -> ComposeAccount:
    """Each subscription by itself: one that cannot be composed is told, remembered, and stops none after it.

    Raises StoreError: what the database refuses to one subscription it refuses to all.
    """
    account.held = pipeline.store.hold()
    if account.held:
        return account
    for subscription in pipeline.subscriptions:
        now = clock()
        try:
            period = period_of(subscription, now)
            if period and (digest := pipeline.desk.compose(subscription, period, now)):
                account.digests.append(digest)
            if digest := pipeline.desk.compose_instant(subscription, now):
                account.digests.append(digest)
        except StoreError:
            raise
        except Exception as error:  # a bug, or an article that nobody thought of
            account.failures[subscription.name] = error
            pipeline.store.compose_failed(subscription.name, f"{type(error).__name__}: {error}", now)
    return account


async def _due_lanes(
    pipeline: Pipeline, sources: Sequence[RoundSource], clock: Clock, report: Report
) -> list[list[RoundSource]]:
    """The sources that are due, by lanes. One query for all: most of ten thousand feeds wait at any look at them."""
    states = {state.name: state for state in await asyncio.to_thread(pipeline.store.source_states)}
    now = clock()
    lanes: dict[tuple[str, str], list[RoundSource]] = {}
    for source in sources:
        state = states.get(source.name)
        if state is None or state.is_due(now):
            lanes.setdefault((source.lane, "" if source.lane else source.name), []).append(source)
        else:
            report(SourceReport(source.name, SourceOutcome.WAITS, next_at=state.next_at))
    return list(lanes.values())


async def _visit(pipeline: Pipeline, source: RoundSource, account: RoundAccount, clock: Clock) -> SourceReport:
    try:
        await pipeline.ingest(source, account, clock)
    except StoreError:
        raise
    except SourceError as error:
        return await _failed(pipeline, source, error, clock)
    except Exception as error:  # a bug that one source's input found must not stop the others
        log.exception("source %s: a bug", source.name)
        mended = SourceError(f"{source.name}: a bug in the monitor, see its log ({type(error).__name__}: {error})")
        return await _failed(pipeline, source, mended, clock)
    log.debug("source %s: read", source.name)
    return SourceReport(source.name, SourceOutcome.READ)


async def _failed(pipeline: Pipeline, source: RoundSource, error: SourceError, clock: Clock) -> SourceReport:
    state = await asyncio.to_thread(_save_failure, pipeline, source, error, clock())
    log.warning("source %s: failed %d times: %s", source.name, state.failures, error)
    return SourceReport(source.name, SourceOutcome.FAILED, str(error), state.next_at)


def _save_failure(pipeline: Pipeline, source: RoundSource, error: SourceError, now: datetime) -> SourceState:
    """The state is read anew: the batches that came before the failure have moved it."""
    with pipeline.store.transaction():
        state = source.failed(pipeline.store.source_state(source.name), error, now)
        pipeline.store.save_source(state)
    return state
