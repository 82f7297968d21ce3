"""`monitor status`: how everything is, read beside a running daemon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.app import look, subscriptions, utc_now
from monitor.commands._looking import settings_to_look
from monitor.commands.outbox_list import troubles
from monitor.commands.sources_health import MANY, Health, census, healths, worth_showing
from monitor.digest.due import DueReason, due, next_occurrences
from monitor.model import Subscription, Vital, VitalSign
from monitor.store import ComposeFailure, Store
from monitor.terminal import at_most, console, count, harmless, say

_RECENTLY = timedelta(days=7)


def status(config: Path) -> int:
    """Print sources, subscriptions, the outbox and the rules; 1 if an operator is needed to get digests out.

    The rules are those that the last run or the daemon works by. Raises ConfigError, StoreError.
    """
    settings = settings_to_look(config)
    store = look(settings)
    try:
        now = utc_now()
        found = [*healths(settings, {state.name: state for state in store.source_states()}, now)]
        _print("Sources", ("name", "state", "last read", "last article"), map(_source, worth_showing(found)))
        if len(found) > MANY:
            say(census(found))
        _print(
            "Subscriptions",
            ("name", "waiting", "last digest", "next digest", "state"),
            _readers(subscriptions(settings), store, now),
        )
        _print("Digests", ("id", "alerts", "recipients", "state"), _digests(store))
        counts = store.outbox_counts()
        say(f"Outbox: {', '.join(f'{count} {state.value}' for state, count in counts.items() if count) or 'empty'}")
        _say_rules(store, now)
        told = troubles(settings, store)
        for line in told:
            say(line)
        return int(bool(told or store.compose_failures()))
    finally:
        store.close()


def _source(found: Health) -> Sequence[str]:
    return found.name, _condition(found.vital), _time(found.state.last_read), _time(found.state.last_article)


def _condition(found: Vital) -> str:
    since = f" since {_time(found.since)}" if found.since and found.sign is not VitalSign.OK else ""
    note = f": {found.note}" if found.note else ""
    return f"{found.sign.value}{since}{note}"


def _readers(readers: Sequence[Subscription], store: Store, now: datetime) -> Iterable[Sequence[str]]:
    failures = {failure.subscription: failure for failure in store.compose_failures()}
    for reader in readers:
        waiting = len(store.waiting(reader.name, now))
        upcoming = next_occurrences(reader.schedule, reader.zone, now, 1)
        yield (
            reader.name,
            str(waiting),
            _time(store.last_period_end(reader.name)),
            _time(upcoming[0]) if upcoming else "never",
            _composing(reader, store, failures.get(reader.name), now),
        )


def _composing(reader: Subscription, store: Store, failure: ComposeFailure | None, now: datetime) -> str:
    """What is said of a subscription where not all is well, or something is about to happen."""
    if failure is not None:
        return f"cannot be composed since {_time(failure.since)} ({count(failure.failures, 'time')}): {failure.error}"
    since = store.last_period_end(reader.name) or now
    reason = due(reader, since, now, store.decided(reader.name)).reason
    return "good" if reason is DueReason.NOT_YET else reason.value


def _digests(store: Store) -> Iterable[Sequence[str]]:
    for digest in store.recent_digests(5):
        yield digest.id, str(digest.alerts), str(digest.recipients), digest.state.value


def _say_rules(store: Store, now: datetime) -> None:
    good = store.good_rules()
    say(f"Rules: {sum(map(len, good.values()))} in {count(len(good), 'watchlist')}")
    for file in store.broken_files():
        for line in at_most(file.lines(), 100):
            say(f"  broken: {line}")
        for problem in file.problems:
            say("\n".join(f"    {line}" for line in problem.splitlines()))
    for each in store.cut_short(now - _RECENTLY):
        say(f"  cut short: {each.watchlist}/{each.rule}: {each.cut}; last {_time(each.at)}: {each.headline}")


def _print(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(Text(harmless(cell)) for cell in row))
    if table.row_count:
        console().print(table)


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
