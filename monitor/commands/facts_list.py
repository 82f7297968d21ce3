"""`monitor facts list`: what is known, per rule, with its sources; and what was struck."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.text import Text

from monitor.app import look
from monitor.commands._facts import SHORT, Names, short_name
from monitor.commands._looking import rules_to_look
from monitor.commands._rules import rule_called
from monitor.store import KnownFact, Store, StruckFact
from monitor.stories.keys import KeyParts, canonical, parts_of
from monitor.terminal import complain, console, count, harmless, say
from monitor.watchlist.nouns import Loaded

MOST_SOURCES = 20


def list(config: Path, words: Sequence[str], rule: str | None, *, as_json: bool) -> int:
    """Print every fact that holds all of `words`, of one rule where it is named. 1 if there is none.

    Raises ConfigError, RuleError or StoreError.
    """
    settings, loaded = rules_to_look(config)
    store = look(settings)
    try:
        found = [line for line in _lines(store, loaded, rule) if _holds(line, words)]
    finally:
        store.close()
    if as_json:
        say(json.dumps(found, indent=2))
    else:
        _print(found)
    return int(not found)


def _lines(store: Store, loaded: Loaded, rule: str | None) -> Iterator[dict[str, Any]]:
    names = Names.of(loaded)
    wanted = rule_called(loaded, rule) if rule else None
    facts: Sequence[KnownFact | StruckFact] = [*store.known_facts(), *store.struck_facts()]
    for fact in facts:
        key = fact.memory.key if isinstance(fact, KnownFact) else fact.key
        parts = parts_of(key)
        if wanted is None or _belongs(parts, wanted.watchlist, wanted.id, wanted.memory):
            yield _line(key, parts, names, fact) | {"sources": _sources(store, key)}


def _belongs(parts: KeyParts, watchlist: str, rule: str, memory: str) -> bool:
    return (parts.watchlist, parts.name) == (watchlist, rule if parts.story else memory)


def _line(key: str, parts: KeyParts, names: Names, fact: KnownFact | StruckFact) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": short_name(key),
        "key": key,
        "watchlist": parts.watchlist,
        "about": None if parts.story else parts.name,
        "rules": [*names.rules_of(parts)],
        "fact": names.shown(parts, fact.match if isinstance(fact, KnownFact) else None),
        "story": parts.story or None,
        "state": {},
        "tellings": 0,
        "learned": False,
        "struck": None,
    }
    if isinstance(fact, StruckFact):
        sights = fact.first_seen, fact.last_seen
        line["struck"] = {"at": fact.at.isoformat(), "why": fact.why}
    else:
        sights = fact.memory.first_seen, fact.memory.last_seen
        memory = fact.memory
        line |= {"state": dict(memory.state), "tellings": memory.tellings, "learned": memory.learned}
    return line | {"first_seen": sights[0].isoformat(), "last_seen": sights[1].isoformat()}


def _sources(store: Store, key: str) -> Sequence[dict[str, str]]:
    return [
        {
            "article": source.article,
            "title": source.title,
            "publisher": source.publisher or source.source,
            "url": source.url,
            "arrived": source.arrived.isoformat(),
        }
        for source in store.fact_sources(key, MOST_SOURCES)
    ]


def _holds(line: dict[str, Any], words: Sequence[str]) -> bool:
    """Whether all words are in what stands in the line, whatever their case and accents."""
    text = canonical(json.dumps([*line.values()], ensure_ascii=False))
    return all(canonical(word) in text for word in words)


def _print(found: Sequence[dict[str, Any]]) -> None:
    """Two lines of each fact: its name, rule and values; then its days and sources."""
    screen = console()
    for line in found:
        memory = f"{line['watchlist']}/{line['about'] or ', '.join(line['rules'])}"
        screen.print(_text(f"{line['id']}  {memory}: {' '.join(_fact(line).split())}"))
        screen.print(Padding(_text(_history(line)), (0, 0, 0, SHORT + 2)))
    struck = sum(line["struck"] is not None for line in found)
    complain(f"{count(len(found) - struck, 'fact')} known, {struck} struck")


def _text(line: str) -> Text:
    return Text(harmless(line))


def _history(line: dict[str, Any]) -> str:
    """When it was seen and how often told, and where."""
    days = " to ".join(dict.fromkeys((line["first_seen"][:10], line["last_seen"][:10])))
    if line["struck"]:
        told = f"struck on {line['struck']['at'][:10]}: {line['struck']['why']}"
    elif not line["tellings"]:
        told = "corrected"
    else:
        told = f"told {line['tellings']}{', learned' if line['learned'] else ''}"
    return "; ".join([days, told, *dict.fromkeys(source["publisher"] for source in line["sources"])])


def _fact(line: dict[str, Any]) -> str:
    if line["story"]:
        return line["sources"][-1]["title"] if line["sources"] else str(line["story"])
    values = [*line["fact"].values(), *(f"{slot}: {value}" for slot, value in line["state"].items())]
    return ", ".join(values)
