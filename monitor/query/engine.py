"""Stored queries, and articles that look for them: one engine for live matching, tests, backtests and explain."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model import SEARCHED_FIELDS, TEXT_FIELDS, Article, Match
from monitor.query.compile import Compiler
from monitor.query.facts import fuller_only, matches_of, wanted_slots
from monitor.query.found import Clause, Finding, Run, Scope, tightest
from monitor.query.index import Groups, Index, rarest, required_groups
from monitor.query.reading import Reading
from monitor.query.rule import Rule
from monitor.query.slots import Bound, bound_slots
from monitor.query.tree import Node, Scoped, walk
from monitor.query.vocabulary import Vocabulary

log = logging.getLogger(__name__)
_EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class _Stored:
    """A rule ready to be tried."""

    rule: Rule
    query: Clause
    except_: Clause | None
    require: Clause | None


class Engine:
    """Holds compiled rules. They must be sound: resolved, without cycles of `%rule` (see `monitor.watchlist`)."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._vocabulary = Vocabulary()
        self._compiler = Compiler(self._vocabulary)
        self._index = Index()
        self._stored: list[_Stored] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._fields: tuple[str, ...] = TEXT_FIELDS
        rules = list(rules)
        self._by_name = {(rule.watchlist, rule.id): rule for rule in rules}
        self._asked = self._slots_asked(rules)
        for rule in rules:
            self._add(rule)

    def __len__(self) -> int:
        return len(self._stored)

    def _add(self, rule: Rule) -> None:
        number = len(self._stored)
        self._numbers[rule.watchlist, rule.id] = number
        self._stored.append(
            _Stored(
                rule,
                self._compile(rule, rule.query),
                self._compile(rule, rule.except_) if rule.except_ is not None else None,
                self._compile(rule, rule.require) if rule.require is not None else None,
            )
        )
        self._index.add(number, self._anchor(rule))
        self._note_fields(rule)

    def _compile(self, rule: Rule, node: Node) -> Clause:
        wanted = self._asked[rule.watchlist, rule.id] if node is rule.query else frozenset()
        return self._compiler.compile(node, rule.watchlist, wanted, lambda name: self._bound(rule.watchlist, name))

    def _slots_asked(self, rules: Sequence[Rule]) -> dict[tuple[str, str], frozenset[str]]:
        """The slots that a rule asks for, with those that the rules referring to it inherit."""
        asked = {(rule.watchlist, rule.id): wanted_slots(rule) for rule in rules}
        references = [
            ((rule.watchlist, rule.id), (rule.watchlist, node.rule))
            for rule in rules
            for node in walk(rule.query)
            if hasattr(node, "rule")
        ]
        for _ in references:
            for referring, referred in references:
                asked[referred] = asked.get(referred, frozenset()) | asked[referring]
        return asked

    def _bound(self, watchlist: str, name: str) -> Bound:
        rule = self._by_name[watchlist, name]
        return bound_slots(rule.query, lambda other: self._bound(watchlist, other))

    def _groups(self, rule: Rule) -> Groups:
        groups = required_groups(rule.query, lambda name: self._groups(self._by_name[rule.watchlist, name]))
        if rule.require is not None:
            groups += required_groups(rule.require, lambda name: self._groups(self._by_name[rule.watchlist, name]))
        return groups

    def _anchor(self, rule: Rule) -> list[int] | None:
        groups = self._groups(rule)
        return [self._vocabulary.add(spelling) for spelling in rarest(groups)] if groups else None

    def _note_fields(self, rule: Rule) -> None:
        for node in (rule.query, rule.except_, rule.require):
            named = {found.field for found in walk(node) if isinstance(found, Scoped)} if node is not None else set()
            self._fields = tuple(f for f in SEARCHED_FIELDS if f in named or f in self._fields)

    def read(self, article: Article) -> Reading:
        """The article as the engine sees it."""
        return Reading(article, self._vocabulary, self._fields)

    def candidates(self, reading: Reading) -> list[Rule]:
        """The rules that the index could not rule out."""
        return [self._stored[number].rule for number in self._called(reading)]

    def _called(self, reading: Reading) -> Iterable[int]:
        return self._index.candidates(field.hits for field in reading.fields.values())

    def match(self, article: Article) -> list[Match]:
        """Every match of every rule, a match for each fact, in the order of the rules."""
        reading = self.read(article)
        trial = _Trial(self, reading)
        found: list[tuple[Rule, Match]] = []
        for number in self._called(reading):
            rule = self._stored[number].rule
            matches, overflow = matches_of(rule, reading, trial.findings(number))
            if overflow:
                log.warning(
                    "%s/%s: %d facts in article %s, only the first are told", *_named(rule), overflow, article.id
                )
            found.extend((rule, match) for match in matches)
        return fuller_only(found)

    def stored(self, number: int) -> _Stored:
        """The compiled rule of a number."""
        return self._stored[number]

    def number(self, watchlist: str, rule: str) -> int:
        """The number of a rule."""
        return self._numbers[watchlist, rule]


def _named(rule: Rule) -> tuple[str, str]:
    return rule.watchlist, rule.id


class _Trial:
    """All candidates tried on one article; what several of them need is worked out once."""

    def __init__(self, engine: Engine, reading: Reading) -> None:
        self._engine = engine
        self._run = Run(reading, self._findings_of)
        self._solved: dict[int, list[Finding]] = {}

    def _findings_of(self, watchlist: str, rule: str) -> Sequence[Finding]:
        return self.findings(self._engine.number(watchlist, rule))

    def findings(self, number: int) -> list[Finding]:
        """The findings of a rule that are left after `require` and `except`, the tightest for each binding."""
        if number not in self._solved:
            self._solved[number] = self._solve(self._engine.stored(number))
        return self._solved[number]

    def _solve(self, stored: _Stored) -> list[Finding]:
        if stored.require is not None and not stored.require.solve(self._run, _EVERYWHERE):
            return []
        found = stored.query.solve(self._run, _EVERYWHERE)
        if found and stored.except_ is not None:
            struck = self._struck(stored.except_)
            if struck:
                run = Run(self._run.reading, self._findings_of, struck, cache=self._run.cache)
                found = stored.query.solve(run, _EVERYWHERE)
        return tightest(found)

    def _struck(self, except_: Clause) -> dict[str, frozenset[int]]:
        """The words of all matches of `except`, by field. Words of a MAYBE do not count."""
        every = Run(self._run.reading, self._findings_of, every=True, cache=self._run.cache)
        words: dict[str, set[int]] = {}
        for finding in except_.solve(every, _EVERYWHERE):
            for mention in finding.mentions:
                for start, end in mention.words:
                    words.setdefault(mention.field, set()).update(range(start, end))
        return {field: frozenset(found) for field, found in words.items()}
