"""Stored queries, and articles that look for them: one engine for live matching, tests, backtests and explain."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.model import SEARCHED_FIELDS, TEXT_FIELDS, Article, Match
from monitor.query.chunks import Chunks
from monitor.query.facts import Told, fuller_only, matches_of, not_taken_back, weighty_only
from monitor.query.found import CROWDED, Clause, Finding, Run, Scope, tightest
from monitor.query.places import Places
from monitor.query.reading import Reading
from monitor.query.rule import ExceptOf, Rule
from monitor.query.stored import Stored, StoredRules
from monitor.query.tree import Node, Or
from monitor.text.inflect import language_for

log = logging.getLogger(__name__)
_EVERYWHERE = Scope()
_Asked = tuple[int, frozenset[str]]
"""A rule's number, and the slots that it was asked for."""


class Engine:
    """Holds compiled rules. They must be sound: resolved, without cycles of `%rule` (see `monitor.watchlist`)."""

    def __init__(self, rules: Iterable[Rule] = (), former: Engine | None = None) -> None:
        """`former` is an engine that goes on as it is; what it knows of rules that stand in both is shared."""
        self._begin(StoredRules(rules) if former is None else former._rules.with_rules(rules), former)

    @classmethod
    def unpacked(cls, content: bytes, rules: Sequence[Rule | None]) -> Engine:
        """An engine that was `packed` with these rules in this order, None for those that have changed since.

        Raises ValueError, TypeError, KeyError or IndexError where the bytes are not what was packed for so many rules.
        """
        made = cls.__new__(cls)
        made._begin(StoredRules.unpacked(content, rules))
        return made

    def packed(self) -> bytes:
        """What the engine has worked out for all its rules together, to be kept over a restart."""
        return self._rules.packed()

    def _begin(self, rules: StoredRules, former: Engine | None = None) -> None:
        self.struck: set[tuple[str, str]] = set()
        """Whose `except` has struck something out since the engine was made: (watchlist, id), or (watchlist, "")."""
        self._rules = rules
        self._places = Places(self._rules)
        self._fields = tuple(f for f in SEARCHED_FIELDS if f in TEXT_FIELDS or f in self._rules.fields)
        compiler = self._rules.compiler
        self._sizes = (len(compiler.early), len(compiler.late))
        same = former is not None and former._rules.compiler is compiler and former._sizes == self._sizes
        self._chunks: dict[str, tuple[Chunks, Chunks]] = former._chunks if former is not None and same else {}

    def __len__(self) -> int:
        return len(self._rules)

    def naming(self, field: str) -> list[Rule]:
        """The rules that name a field which not every article is searched in (`source`)."""
        return self._rules.naming(field)

    def clause(self, rule: Rule, node: Node, *, slots: bool, late: bool) -> Clause:
        """A query of a rule, or a part of one, compiled as it is within the whole.

        `slots`: the values of its slots are asked for (in `query` and `retract`); `late`: it only excludes.
        """
        return self._rules.clause(rule, node, slots=slots, late=late)

    def read(self, article: Article) -> Reading:
        """The article as the engine sees it."""
        lang = language_for(article.lang)
        chunks = self._chunks.get(lang)
        if chunks is None:
            compiler = self._rules.compiler
            chunks = self._chunks[lang] = (Chunks(compiler.early, lang), Chunks(compiler.late, lang))
        return Reading(article, chunks, self._fields)

    def candidates(self, reading: Reading) -> list[Rule]:
        """The rules that the index could not rule out."""
        called = self._rules.candidates(field.spots for field in reading.fields.values())
        return [self._rules.rule(number) for number in called]

    def called(self, reading: Reading) -> Sequence[int]:
        """The numbers of the candidates that are left when those are gone whose terms do not stand near each other."""
        return self._rules.near(reading.fields.values())

    def trial(self, article: Article) -> Trial:
        """The article, read, for the rules to be tried on it one by one."""
        return Trial(self, self.read(article))

    def match(self, article: Article) -> list[Match]:
        """Every match of every rule, a match for each fact, in the order of the rules.

        A match that takes a fact back (`retract`) stands for those that would tell it.
        """
        trial = self.trial(article)
        return self._matches(trial, self.called(trial.reading))

    def within(self, watchlist: str) -> Callable[[Article, str], list[Match]]:
        """`match` as an engine of one watchlist's rules would answer, of those that share a memory with a given one.

        What a rule finds gives way to what others of its memory find, and to nothing else.
        """

        def match(article: Article, rule: str) -> list[Match]:
            trial = self.trial(article)
            memory = (watchlist, self._rules.rule(self._rules.number(watchlist, rule)).memory)
            called = ((number, self._rules.rule(number)) for number in self.called(trial.reading))
            return self._matches(trial, (number for number, each in called if (each.watchlist, each.memory) == memory))

        return match

    def _matches(self, trial: Trial, numbers: Iterable[int]) -> list[Match]:
        called = list(filter(trial.may_match, numbers))
        found = [told for number in called for told in trial.matches(number)]
        if not found:
            return []
        rules = {_named(rule): rule for rule in map(self._rules.rule, called)}
        told = fuller_only(weighty_only(not_taken_back(found)))
        return [self._placed(match, rules[match.watchlist, match.rule], trial) for match in told]

    def _placed(self, match: Match, rule: Rule, trial: Trial) -> Match:
        places = self._places.of(rule, trial.run)
        return replace(match, places=places) if places else match

    def stored(self, number: int, slots: frozenset[str] = frozenset()) -> Stored:
        """The compiled rule of a number, as it answers one that asks it for these slots too."""
        return self._rules.stored(number, slots)

    def number(self, watchlist: str, rule: str) -> int:
        """The number of a rule."""
        return self._rules.number(watchlist, rule)


def _named(rule: Rule) -> tuple[str, str]:
    return rule.watchlist, rule.id


class Trial:
    """All candidates tried on one article; what several of them need is worked out once."""

    def __init__(self, engine: Engine, reading: Reading) -> None:
        self.reading = reading
        self.run = Run(reading, self._findings_of)
        self._engine = engine
        self._solved: dict[_Asked, list[Finding]] = {}
        self._crowded: set[_Asked] = set()
        """The rules with more combinations of names than were looked at, here or in a rule that they refer to."""

    def _findings_of(self, watchlist: str, rule: str, slots: frozenset[str], run: Run) -> Sequence[Finding]:
        """What a rule finds for another that refers to it: all of it for `except`; what is struck there it has not."""
        number = self._engine.number(watchlist, rule)
        stored = self._engine.stored(number, slots)
        found = self._findings((number, stored.asked), stored)
        if not found or not (run.every or run.struck):
            return found
        struck = self.struck(stored.except_) if stored.except_ is not None else {}
        both = {field: words | run.struck.get(field, frozenset()) for field, words in struck.items()}
        return stored.query.solve(replace(run, struck={**run.struck, **both}), _EVERYWHERE)

    def findings(self, number: int) -> list[Finding]:
        """The findings of a rule that are left after `require` and `except`, the tightest for each binding."""
        stored = self._engine.stored(number)
        return self._findings((number, stored.asked), stored)

    def _findings(self, asked: _Asked, stored: Stored) -> list[Finding]:
        cache = self.run.cache
        if asked not in self._solved:
            before = cache.pop(CROWDED, False)
            self._solved[asked] = self._solve(stored)
            if cache.pop(CROWDED, False):
                self._crowded.add(asked)
            cache[CROWDED] = before
        if asked in self._crowded:
            cache[CROWDED] = True
        return self._solved[asked]

    def may_match(self, number: int) -> bool:
        """A first look at a rule: False only if it neither tells nor takes back anything."""
        stored = self._engine.stored(number)
        if stored.query.may_hold(self.run, _EVERYWHERE):
            return True
        return stored.retract is not None and stored.retract.may_hold(self.run, _EVERYWHERE)

    def matches(self, number: int) -> Iterator[Told]:
        """What a rule tells of the article, and what it takes back."""
        stored = self._engine.stored(number)
        yield from self._told(stored.rule, self.findings(number))
        if stored.retract is not None and stored.retract.may_hold(self.run, _EVERYWHERE) and self._is_required(stored):
            self.run.cache[CROWDED] = False
            for told in self._told(stored.rule, tightest(stored.retract.solve(self.run, _EVERYWHERE))):
                yield told._replace(match=replace(told.match, retracts=True))

    def _told(self, rule: Rule, findings: Sequence[Finding]) -> list[Told]:
        crowded = self.run.cache.pop(CROWDED, False)
        told = matches_of(rule, self.reading, findings, crowded=crowded)
        if told and told[0].match.cut:
            log.warning("%s/%s: %s (article %s)", *_named(rule), told[0].match.cut, self.reading.article.id)
        return told

    def _is_required(self, stored: Stored) -> bool:
        require = stored.require
        return require is None or (
            require.may_hold(self.run, _EVERYWHERE) and bool(require.solve(self.run, _EVERYWHERE))
        )

    def _solve(self, stored: Stored) -> list[Finding]:
        if not (stored.query.may_hold(self.run, _EVERYWHERE) and self._is_required(stored)):
            return []
        found = stored.query.solve(self.run, _EVERYWHERE)
        if found and stored.except_ is not None:
            struck = self.struck(stored.except_)
            if struck:
                left = stored.query.solve(self.without(struck), _EVERYWHERE)
                if left != found:
                    self._note_struck(stored, found)
                found = left
        return tightest(found)

    def _note_struck(self, stored: Stored, found: list[Finding]) -> None:
        """Note whose `except` has struck: the rule's, its file's, or, where it takes both together, both."""
        rule, noted = stored.rule, self._engine.struck
        own, files = _named(rule), (rule.watchlist, "")
        if rule.except_of is not ExceptOf.BOTH:
            noted.add(own if rule.except_of is ExceptOf.RULE else files)
            return
        assert isinstance(rule.except_, Or)
        parts = dict(zip((own, files), rule.except_.children, strict=True))
        guilty = [name for name, node in parts.items() if name in noted or self._strikes(stored, node, found)]
        noted.update(guilty or parts)

    def _strikes(self, stored: Stored, node: Node, found: list[Finding]) -> bool:
        struck = self.struck(self._engine.clause(stored.rule, node, slots=False, late=True))
        return stored.query.solve(self.without(struck), _EVERYWHERE) != found

    def without(self, struck: Mapping[str, frozenset[int]]) -> Run:
        """A run in which words are struck out."""
        return Run(self.reading, self._findings_of, struck, cache=self.run.cache)

    def struck(self, except_: Clause) -> dict[str, frozenset[int]]:
        """The words of all matches of `except`, by field. Words of a MAYBE do not count."""
        if not except_.may_hold(self.run, _EVERYWHERE):
            return {}
        every = Run(self.reading, self._findings_of, every=True, cache=self.run.cache)
        words: dict[str, set[int]] = {}
        for finding in except_.solve(every, _EVERYWHERE):
            for mention in finding.mentions:
                for start, end in mention.words:
                    words.setdefault(mention.field, set()).update(range(start, end))
        return {field: frozenset(found) for field, found in words.items()}
