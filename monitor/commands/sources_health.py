"""`monitor sources health`: how each source is doing, and since when."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from monitor.app import look, source_advice, utc_now
from monitor.commands._looking import settings_to_look
from monitor.model import SourceState, Vital, VitalSign, vital
from monitor.settings import Settings
from monitor.terminal import console, count, harmless, say

MANY = 50
"""Up to so many sources are all shown; of more only those of which there is something to say."""


@dataclass(frozen=True, slots=True)
class Health:
    """One line of the account: a source, its sign, and what the operator should know."""

    name: str
    vital: Vital
    state: SourceState
    advice: str


def health(config: Path, *, as_jsonl: bool, whole: bool = False) -> int:
    """Print them, all of them if `whole`; 1 if one needs a look. Raises ConfigError, StoreError."""
    settings = settings_to_look(config)
    store = look(settings)
    try:
        found = [*healths(settings, {state.name: state for state in store.source_states()}, utc_now())]
    finally:
        store.close()
    if as_jsonl:
        for each in found:
            say(_json(each))
    else:
        shown = found if whole else worth_showing(found)
        say(census(found) + ("; --all shows all of them" if len(shown) < len(found) else ""))
        _print(shown)
    return int(any(each.vital.sign.is_alarming for each in found))


def worth_showing(found: Sequence[Health]) -> Sequence[Health]:
    """All of a few, and of many those that are not well."""
    return found if len(found) <= MANY else [each for each in found if each.vital.sign is not VitalSign.OK]


def census(found: Sequence[Health]) -> str:
    """How many there are in each state: `62 sources: 61 ok, 1 failing`."""
    states = Counter(each.vital.sign.value for each in found)
    return f"{count(len(found), 'source')}: {', '.join(f'{number} {state}' for state, number in states.most_common())}"


def healths(settings: Settings, states: dict[str, SourceState], now: datetime) -> Iterator[Health]:
    """The sources of a configuration in its order."""
    for source in settings.source:
        state = states.get(source.name, SourceState(source.name))
        yield Health(source.name, vital(state, now), state, source_advice(source, state))


def _json(each: Health) -> str:
    return json.dumps(
        {
            "source": each.name,
            "state": each.vital.sign.value,
            "since": _iso(each.vital.since),
            "note": each.vital.note,
            "advice": each.advice,
            "last_read": _iso(each.state.last_read),
            "last_article": _iso(each.state.last_article),
            "next_read": _iso(each.state.next_at),
            "failures": each.state.failures,
        }
    )


def _print(found: Sequence[Health]) -> None:
    """Eighty columns hold it: the times, which are UTC, keep their width, and words fold."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("source", overflow="fold", max_width=24)
    table.add_column("state", no_wrap=True)
    for name in ("since (UTC)", "last read", "last article", "next read"):
        table.add_column(name, no_wrap=True)
    table.add_column("what to know", overflow="fold")
    for each in found:
        state = each.state
        times = (_time(moment) for moment in (each.vital.since, state.last_read, state.last_article, state.next_at))
        told = "; ".join(filter(None, (each.vital.note, each.advice)))
        table.add_row(*(Text(harmless(cell)) for cell in (each.name, each.vital.sign.value, *times, told)))
    if found:
        console().print(table)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(at: datetime | None) -> str:
    """Eleven characters at most, without the year where it is this one."""
    if at is None:
        return ""
    return f"{at:%m-%d %H:%M}" if at.year == utc_now().year else f"{at:%Y-%m-%d}"
