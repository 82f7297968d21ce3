"""`monitor facts add`: tell the monitor what everybody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from monitor.app import novelty_of, utc_now
from monitor.checks import load_all
from monitor.commands._facts import given, named, short_name, slots_of
from monitor.commands._outbox import opened
from monitor.errors import MonitorError
from monitor.model import Fact
from monitor.query.lists import TermList
from monitor.query.rule import Rule
from monitor.stories.keys import fact_key
from monitor.terminal import say
from monitor.text.clean import one_line
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.page import did_you_mean


def add(config: Path, memory: str, assignments: Sequence[str], seen: datetime | None) -> int:
    """Make a fact known to every reader: `memory` is WATCHLIST/ABOUT, or WATCHLIST/RULE where a rule names no `about`.

    `seen` is since when it is known (UTC); None: for as long as a story stays fresh, so that its next telling is
    background. Raises MonitorError where rule, slot or value do not exist, or the fact is known already.
    """
    _, loaded = load_all(config)
    rules = _rules(loaded, memory)
    watchlist = rules[0].watchlist
    values = _values(assignments, rules, _lists(loaded, watchlist))
    fact_slots = slots_of(rules, lambda rule: rule.fact)
    fact = Fact(tuple((slot, values[slot]) for slot in fact_slots if slot in values))
    if not fact:
        raise MonitorError(f"a fact of {memory} needs one of its slots: {', '.join(fact_slots) or 'it has none'}")
    key = fact_key(watchlist, rules[0].memory, fact)
    state = {slot: value for slot, value in values.items() if slot not in fact_slots}
    with opened(config, to_change=True) as (settings, store), store.transaction():
        if key in store.recall([key]):
            raise MonitorError(f"the fact is known already ({short_name(key)})")
        store.remember(given(key, seen or utc_now() - novelty_of(settings).fresh, state))
    say(f"known from now on: {short_name(key)} {key}")
    return 0


def _rules(loaded: Loaded, memory: str) -> list[Rule]:
    found = [rule for rule in loaded.rules if memory == f"{rule.watchlist}/{rule.memory}"]
    if not found:
        hint = did_you_mean(memory, [f"{rule.watchlist}/{rule.memory}" for rule in loaded.rules])
        raise MonitorError(f"no rule remembers facts as {memory}{f': {hint}' if hint else ''}")
    return found


def _lists(loaded: Loaded, watchlist: str) -> list[TermList]:
    own = [each for file in loaded.watchlists if file.name == watchlist for each in file.lists]
    names = {each.name for each in own}
    return [*own, *(each for each in loaded.shared if each.name not in names)]


def _values(assignments: Sequence[str], rules: Sequence[Rule], lists: Sequence[TermList]) -> Mapping[str, str]:
    """`slot=value` as slots of the rules, the values as the lists call them."""
    slots = slots_of(rules, lambda rule: (*rule.fact, *rule.state))
    values: dict[str, str] = {}
    for assignment in assignments:
        slot, equals, value = assignment.partition("=")
        value = one_line(value)
        if not equals or not value:
            raise MonitorError(f"{assignment!r}: say slot=value")
        if slot not in slots:
            raise MonitorError(f"there is no slot {slot!r}; there are {', '.join(slots) or 'none'}")
        values[slot] = named(slot, value, lists)
    return values
