"""`monitor sources health`: how each source is doing, and since when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.app import look, source_advice, utc_now
from monitor.commands._looking import settings_to_look
from monitor.model import SourceState, Vital, vital
from monitor.settings import Settings
from monitor.terminal import console, harmless, say


@dataclass(frozen=True, slots=True)
class Health:
    """One line of the account: a source, its sign, and what the operator should know."""

    name: str
    vital: Vital
    state: SourceState
    advice: str


def health(config: Path, *, as_jsonl: bool) -> int:
    """Print them all; 1 if one needs a look. Raises ConfigError, StoreError."""
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
        _print(found)
    return int(any(each.vital.sign.is_alarming for each in found))


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


def _print(found: list[Health]) -> None:
    table = Table("source", "state", "since", "last read", "last article", "next read", "what to know")
    for each in found:
        state = each.state
        times = (_time(moment) for moment in (each.vital.since, state.last_read, state.last_article, state.next_at))
        told = "; ".join(filter(None, (each.vital.note, each.advice)))
        table.add_row(*(Text(harmless(cell)) for cell in (each.name, each.vital.sign.value, *times, told)))
    console().print(table)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
