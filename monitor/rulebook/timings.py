"""The rules over time of the rule files, as the pipeline takes them."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.alerts.counting import Timing
from monitor.alerts.inhibition import without_cycles
from monitor.model import TimedRule, WhenKind
from monitor.watchlist.nouns import Loaded, Watchlist
from monitor.watchlist.rules import shared_slots


def timing_of(loaded: Loaded) -> Timing:
    """The rules with a `when`, and which rule inhibits which."""
    rules = [rule for watchlist in loaded.watchlists for rule in _timed(watchlist)]
    inhibitions = [each for watchlist in loaded.watchlists for notes in watchlist.notes for each in notes.inhibits]
    return Timing({rule.name: rule for rule in rules}, without_cycles(inhibitions))


def _timed(watchlist: Watchlist) -> Iterator[TimedRule]:
    rules = {rule.id: rule for rule in watchlist.rules}
    for notes in watchlist.notes:
        if notes.when.kind is WhenKind.ANY or notes.id not in rules:
            continue
        rule, first = rules[notes.id], rules.get(notes.when.first)
        yield TimedRule(
            watchlist=watchlist.name,
            rule=rule.id,
            when=notes.when,
            severity=rule.severity,
            title=rule.title,
            shared=shared_slots(rule, first) if first else (),
        )
