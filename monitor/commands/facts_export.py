"""`monitor facts export`: what is known, as lines of JSON that `monitor facts import` takes."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.app import look
from monitor.commands._facts import Names
from monitor.commands._looking import rules_to_look
from monitor.errors import ConfigError
from monitor.store import KnownFact
from monitor.stories.keys import KeyParts, parts_of
from monitor.terminal import complain, count


def export(config: Path, file: Path) -> int:
    """Write one line for each fact into `file`; `-` is standard output. Raises ConfigError or StoreError.

    The memory of rules without facts is bound to the stories of this store, and is not written.
    """
    settings, loaded = rules_to_look(config)
    names = Names.of(loaded)
    store = look(settings)
    try:
        known = [(parts_of(fact.memory.key), fact) for fact in store.known_facts()]
    finally:
        store.close()
    lines = [json.dumps(_line(parts, names, fact)) + "\n" for parts, fact in known if not parts.story]
    if file == Path("-"):
        sys.stdout.writelines(lines)
    else:
        _write(file, "".join(lines))
    complain(f"{count(len(lines), 'fact')} written")
    return 0


def _line(parts: KeyParts, names: Names, fact: KnownFact) -> dict[str, Any]:
    memory = fact.memory
    return {
        "watchlist": parts.watchlist,
        "about": parts.name,
        "fact": names.shown(parts, fact.match),
        "state": dict(memory.state),
        "first_seen": _iso(memory.first_seen),
        "last_seen": _iso(memory.last_seen),
        "last_told": _iso(memory.last_told),
        "last_published": _iso(memory.last_published),
        "state_since": _iso(memory.state_since),
        "state_left": dict(memory.state_left),
        "numbers": sorted(memory.numbers),
        "places": sorted(memory.places),
        "publishers": sorted(memory.publishers),
        "tellings": memory.tellings,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
