"""The rules at work: files as they stand, their cases run, and what is broken kept in its last good version."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from monitor.model import BrokenFile, GoodRules, Problem, ProblemSeverity, RuleVersion, When, WhenKind
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.rulebook.cache import RuleCache, program
from monitor.rulebook.engine_cache import EngineCache
from monitor.rulebook.files import RuleTexts, read_what_is_there
from monitor.rulebook.load import collector_paused
from monitor.store import Counted, Store
from monitor.stories.keys import canonical
from monitor.watchlist.cases import CaseOutcome, case_problem, run_cases
from monitor.watchlist.keep import Name, Renamed, Standing, former_names, stand, unproven
from monitor.watchlist.load import Loader, load, watchlist_name
from monitor.watchlist.nouns import Loaded, Watchlist
from monitor.watchlist.rules import shared_slots

log = logging.getLogger(__name__)
_MOST_FORMER = 64
"""Versions of broken files that are remembered when they are read again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rules ready to go live: the decision, the engine that holds them, and the texts that they came from."""

    standing: Standing
    engine: Engine
    versions: Mapping[str, RuleVersion]
    before: GoodRules
    """What was at work when this was decided."""

    names: frozenset[str]
    """The watchlists that are at work or stand in a file, for those who refer to them."""


class Preparer:
    """Prepares rules again and again, and remembers what has not changed: files read, cases run, rules compiled.

    To be used by one task at a time. What it has prepared stays as it is while it prepares the next.
    """

    def __init__(self, store: Store, cache: RuleCache | None = None) -> None:
        """`cache` keeps what files are over a restart."""
        self._store = store
        self._cache = cache
        self._loader = Loader(cache)
        self._engine: Engine | None = None
        self._former = lru_cache(maxsize=_MOST_FORMER)(self._read_former)

    def prepare(self, paths: Sequence[Path]) -> Prepared:
        """Load the rule files at `paths`, run the cases of what is new in them, and decide what is at work.

        Nothing is stored. What could not be read is a problem of its file. Takes seconds for thousands of new rules.
        """
        texts, faults = read_what_is_there(paths)
        with collector_paused():
            loaded = self._loader.load(texts.files, texts.shared, texts.whole)
        now = _with_faults(loaded, faults)
        versions = _versions(texts, now)
        digests = {name: version.digest(program()) for name, version in versions.items()}
        good = self._store.good_rules()
        standing = stand(now, digests, {}, good, self._former)
        with collector_paused():
            engine = self._engine_of(standing.live.rules, now, digests, paths)
        if failing := _failing(now, engine, unproven(now, digests, good)):
            standing = stand(now, digests, failing, good, self._former)
            engine = Engine(standing.live.rules, engine)
        self._engine = engine
        by_digest = {digests[name]: version for name, version in versions.items()}
        names = {each.name for each in (*now.watchlists, *standing.live.watchlists)} | set(now.unreadable)
        return Prepared(standing, engine, by_digest, good, frozenset(names))

    def _engine_of(
        self, rules: Sequence[Rule], now: Loaded, digests: Mapping[str, str], paths: Sequence[Path]
    ) -> Engine:
        """The engine of `rules`, made from the former one; from that of the former process where this has none yet."""
        if self._engine is not None or self._cache is None:
            return Engine(rules, self._engine)
        engines = EngineCache(self._cache, paths)
        former = engines.recall(now, digests)
        engine = Engine(rules, former)
        if len(former) < len(now.rules):
            engines.keep(now, digests, engine)
        return engine

    def _read_former(self, watchlist: str, digest: str) -> Watchlist | None:
        version = self._store.rule_version(digest)
        if version is None:
            return None
        loaded = load({f"{watchlist}.toml": version.text}, version.shared)
        return next((each for each in loaded.watchlists if each.name == watchlist), None)


def keep(prepared: Prepared, store: Store, others: Sequence[BrokenFile] = ()) -> list[BrokenFile]:
    """Store what is at work and what is broken, and let memories follow new names; the broken files as noted.

    `others` are broken files that are no rule files: the configuration. Joins the open transaction.
    """
    standing = prepared.standing
    for renamed in standing.renamed:
        _rename(renamed, store)
    for watchlist in standing.live.watchlists:
        _rename_values(watchlist, store)
    store.save_good_rules(standing.good, prepared.versions, prepared.before)
    return store.note_broken([*others, *standing.broken])


def _with_faults(loaded: Loaded, faults: Mapping[str, str]) -> Loaded:
    """A file that cannot be read is a watchlist that cannot be read; a folder that is gone only has a problem."""
    problems = [Problem(path, 0, 0, "E902", ProblemSeverity.ERROR, why) for path, why in faults.items()]
    unreadable = [watchlist_name(path) for path in faults if path.endswith(".toml")]
    known = {each.name for each in loaded.watchlists} | set(loaded.unreadable)
    return replace(
        loaded,
        problems=(*loaded.problems, *problems),
        unreadable=(*loaded.unreadable, *(name for name in unreadable if name not in known)),
    )


def _versions(texts: RuleTexts, loaded: Loaded) -> dict[str, RuleVersion]:
    """Each file with the terms files whose lists it uses: another one may change, and its cases need not run again."""
    return {
        each.name: RuleVersion(texts.files[each.file], {path: texts.shared[path] for path in each.terms})
        for each in loaded.watchlists
    }


def _failing(loaded: Loaded, engine: Engine, unproven: set[Name]) -> dict[Name, list[Problem]]:
    """The rules among `unproven` whose cases do not come out, with the problems that say so."""
    failing: dict[Name, list[Problem]] = {}
    changed = {name for name, _ in unproven}
    for watchlist in loaded.watchlists:
        if watchlist.name not in changed:
            continue
        cases = tuple(case for case in watchlist.cases if (watchlist.name, case.rule) in unproven)
        for result in run_cases(replace(watchlist, cases=cases), engine.within(watchlist.name)):
            if not result.ok and result.outcome not in (CaseOutcome.RULE_BROKEN, CaseOutcome.GAP_CLOSED):
                name = (watchlist.name, result.case.rule)
                failing.setdefault(name, []).append(case_problem(watchlist, result))
    return failing


def _rename(renamed: Renamed, store: Store) -> None:
    """Let memory, ledger and alerts follow a rule or a file to its new name."""
    if not renamed.rule:
        moved = store.rename_keys(_start("fact", renamed.former_watchlist), _at(1, renamed.watchlist))
        moved += store.rename_keys(_start("story", renamed.former_watchlist), _at(1, renamed.watchlist))
        store.rename_watchlist(renamed.former_watchlist, renamed.watchlist)
        log.info("%s is now %s; %d keys follow", renamed.former_watchlist, renamed.watchlist, moved)
        return
    watchlist = renamed.watchlist
    moved = store.rename_keys(_start("fact", watchlist, renamed.former_memory), _at(2, renamed.memory))
    moved += store.rename_keys(_start("story", watchlist, renamed.former_rule), _at(2, renamed.rule))
    store.rename_rule(watchlist, renamed.former_rule, renamed.rule, renamed.memory)
    if moved:
        log.info("%s/%s is now %s; %d keys follow", watchlist, renamed.former_rule, renamed.rule, moved)


def _rename_values(watchlist: Watchlist, store: Store) -> None:
    """Let facts follow a name of a list that says `was`."""
    if not watchlist.former_names:
        return
    for rule in watchlist.rules:
        if slots := former_names(watchlist, rule):
            store.rename_keys(_start("fact", watchlist.name, rule.memory), _values(slots))
            _rename_counted(watchlist, rule, slots, store)


def _rename_counted(watchlist: Watchlist, rule: Rule, slots: Mapping[str, Mapping[str, str]], store: Store) -> None:
    """Let what a rule over time has counted follow as well; see `monitor.alerts.counting` for how that is kept."""
    when = next((notes.when for notes in watchlist.notes if notes.id == rule.id), When())
    first = next((each for each in watchlist.rules if each.id == when.first), None)
    accounts = shared_slots(rule, first) if first else (when.per,)
    folded = _folded(slots)

    def now(slot: str, value: str) -> str:
        return folded.get(slot, {}).get(value, value)

    def renamed(was: Counted) -> Counted:
        account, fact = was.account, was.fact
        if account:
            values = [now(slot, value) for slot, value in zip(accounts, json.loads(account), strict=False)]
            account = json.dumps(values, ensure_ascii=False)
        if fact:
            fact = json.dumps([[slot, now(slot, value)] for slot, value in json.loads(fact)], ensure_ascii=False)
        return Counted(account, now(when.slot, was.value), fact)

    if when.kind is not WhenKind.ANY:
        store.rename_counted((watchlist.name, rule.id), renamed)


def _folded(slots: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {slot: {canonical(was): canonical(now) for was, now in names.items()} for slot, names in slots.items()}


def _start(*parts: str) -> str:
    """How the keys of some watchlist or rule begin; see `monitor.stories.keys`."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))[:-1] + ","


def _at(place: int, name: str) -> Callable[[str], str]:
    def renamed(key: str) -> str:
        parts = json.loads(key)
        parts[place] = name
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    return renamed


def _values(slots: Mapping[str, Mapping[str, str]]) -> Callable[[str], str]:
    folded = _folded(slots)

    def renamed(key: str) -> str:
        kind, watchlist, memory, *pairs = json.loads(key)
        moved = [[slot, folded.get(slot, {}).get(value, value)] for slot, value in pairs]
        return json.dumps([kind, watchlist, memory, *moved], ensure_ascii=False, separators=(",", ":"))

    return renamed
