"""What the spellings of a list match in articles: how often, in which forms, and which never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.found import Scope
from monitor.query.lists import TermList
from monitor.query.rule import Rule
from monitor.query.spelling import Spelling
from monitor.query.tree import Term

_EVERYWHERE = Scope()


@dataclass(slots=True)
class Sighting:
    """One spelling of one name: in how many articles it stands, how often, and in which forms (as printed)."""

    name: str
    spelling: str
    articles: int = 0
    mentions: int = 0
    forms: Counter[str] = field(default_factory=Counter)


def sightings(terms: TermList, articles: Iterable[Article]) -> list[Sighting]:
    """Look for every spelling of a list by itself; in the order of the list.

    Each is counted also where the list itself takes a longer spelling that overlaps it.
    """
    spelled = [(name, spelling) for name, spellings in terms.names for spelling in spellings]
    found = [Sighting(name, spelling.text) for name, spelling in spelled]
    engine = Engine(_rule(number, spelling) for number, (_, spelling) in enumerate(spelled))
    for article in articles:
        trial = engine.trial(article)
        for rule in engine.candidates(trial.reading):
            number = engine.number(rule.watchlist, rule.id)
            mentions = [
                mention
                for finding in engine.stored(number).query.solve(trial.run, _EVERYWHERE)
                for mention in finding.mentions
            ]
            found[number].articles += bool(mentions)
            found[number].mentions += len(mentions)
            for mention in mentions:
                reading = trial.reading.fields[mention.field]
                start, end = reading.range_of(mention.start, mention.end)
                found[number].forms[" ".join(reading.original[start:end].split())] += 1
    return found


def _rule(number: int, spelling: Spelling) -> Rule:
    return Rule("terms", str(number), Term(0, len(spelling.text), spelling))
