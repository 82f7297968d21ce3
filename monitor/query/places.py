"""The listed places that an article names, whether they take part in a match or not.

A place is what a list stands for that a rule binds to the slot `place`. They are looked for only where a rule matches.
"""

from __future__ import annotations

from monitor.model import TEXT_FIELDS, Place
from monitor.query.found import Clause, Run, Scope
from monitor.query.rule import Rule
from monitor.query.slots import Bound
from monitor.query.stored import StoredRules
from monitor.query.tree import ListRef, walk

SLOT = "place"
_EVERYWHERE = Scope()


class Places:
    """Finds places by the lists of rules."""

    def __init__(self, rules: StoredRules) -> None:
        self._rules = rules
        self._clauses: dict[tuple[str, str], tuple[Clause, ...]] = {}

    def of(self, rule: Rule, run: Run) -> tuple[Place, ...]:
        """The places in the text fields that the lists of a rule know, in the order of the text."""
        name = rule.watchlist, rule.id
        clauses = self._clauses.get(name)
        if clauses is None:
            clauses = self._clauses[name] = self._compiled(rule)
        found: set[tuple[int, int, int, str]] = set()
        for clause in clauses:
            for finding in clause.solve(run, _EVERYWHERE):
                for mention in finding.mentions:
                    if mention.field in TEXT_FIELDS and (value := dict(mention.bound).get(SLOT)):
                        start, end = run.reading.fields[mention.field].range_of(mention.start, mention.end)
                        found.add((TEXT_FIELDS.index(mention.field), start, end, value))
        return tuple(Place(value, TEXT_FIELDS[field], start, end) for field, start, end, value in sorted(found))

    def _compiled(self, rule: Rule) -> tuple[Clause, ...]:
        lists = {
            (node.list, node.name): node
            for query in (rule.query, rule.retract)
            if query is not None
            for node in walk(query)
            if isinstance(node, ListRef) and node.binds == SLOT
        }
        compiler, wanted = self._rules.compiler, frozenset((SLOT,))
        return tuple(
            compiler.compile(node, rule.watchlist, wanted, lambda _: Bound(), late=False) for node in lists.values()
        )
