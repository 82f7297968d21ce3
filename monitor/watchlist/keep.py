"""What is at work: the rules of the files as they stand, and the last good version of what is broken in them.

A rule is good where it is sound, its own cases come out as written, and so do those of every rule that it refers to.
A rule that is not good keeps its last good version. A kept rule refers to the rules that it was written with, not to
those of today: they run beside it under hidden names, and what they match is told to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from monitor.model import BrokenFile, GoodRule, GoodRules, Problem, ProblemSeverity
from monitor.query.rule import Rule
from monitor.query.spelling import Spelling
from monitor.query.tree import ListRef, Node, RuleRef, walk
from monitor.watchlist.nouns import Loaded, RuleNotes, Watchlist
from monitor.watchlist.render import render_problem

Name = tuple[str, str]
"""Watchlist and rule."""

Value = TypeVar("Value")

Former = Callable[[str, str], Watchlist | None]
"""The watchlist of a name, as a version of it (by digest) says; None where this program cannot read that any more."""

_HIDDEN = "@"
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Renamed:
    """A rule or a file that says what it was called before; empty rules mean the whole file."""

    watchlist: str
    rule: str
    memory: str
    former_watchlist: str
    former_rule: str
    former_memory: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is at work. `live.rules` holds hidden ones too; `good` is what to keep for the next time."""

    live: Loaded
    good: GoodRules
    broken: tuple[BrokenFile, ...] = ()
    renamed: tuple[Renamed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A rule in its last good version, and the hidden rules that it cannot do without."""

    rule: Rule
    notes: RuleNotes | None
    hidden: tuple[Rule, ...]


def is_hidden(rule: str) -> bool:
    """Whether a rule only runs for the sake of a kept one."""
    return _HIDDEN in rule


def unproven(now: Loaded, versions: Mapping[str, str], good: GoodRules) -> set[Name]:
    """The sound rules whose cases have not been run in this version of their file."""
    found: set[Name] = set()
    for watchlist in now.watchlists:
        known, version = good.get(watchlist.name, {}), versions[watchlist.name]
        proven = {rule for rule, of in known.items() if of.version == version}
        found |= {(watchlist.name, rule.id) for rule in watchlist.rules if rule.id not in proven}
    return found


def stand(
    now: Loaded,
    versions: Mapping[str, str],
    failing: Mapping[Name, Sequence[Problem]],
    good: GoodRules,
    former: Former,
) -> Standing:
    """Decide what is at work.

    `now` are the files as they stand, `versions` their digests by watchlist, `failing` the rules whose cases do not
    come out. `good` is what was at work before. A file that is gone keeps working like one that is broken, until
    another one says `was`.
    """
    present = {watchlist.name: watchlist for watchlist in now.watchlists}
    heirs = _heirs(present, now.unreadable)
    before, failed = _inherited(good, heirs), _by_file(failing)
    files = [
        _File(name, present.get(name), now, failed.get(name, {}), versions.get(name, ""), before.get(name, {}), former)
        for name in sorted(before.keys() | present.keys() | set(now.unreadable))
    ]
    for file in files:
        file.settle()
    live = [file.live for file in files if file.live is not None]
    return Standing(
        live=replace(now, watchlists=tuple(live), rules=tuple(rule for file in files for rule in file.rules)),
        good={file.name: file.good for file in files if file.good},
        broken=tuple(file.broken for file in files if file.broken is not None),
        renamed=tuple(_moved(heirs)) + tuple(each for file in files for each in file.renamed),
    )


def _by_file(values: Mapping[Name, Value]) -> dict[str, dict[str, Value]]:
    """Watchlist -> rule -> value."""
    files: dict[str, dict[str, Value]] = {}
    for (watchlist, rule), value in values.items():
        files.setdefault(watchlist, {})[rule] = value
    return files


def _inherited(good: GoodRules, heirs: Mapping[str, str]) -> dict[str, Mapping[str, GoodRule]]:
    """The same under the names that the files bear now; a name that two files bore has the rules of both."""
    found: dict[str, Mapping[str, GoodRule]] = {}
    for watchlist, rules in good.items():
        name = heirs.get(watchlist, watchlist)
        found[name] = {**found[name], **rules} if name in found else rules
    return found


def _heirs(present: Mapping[str, Watchlist], unreadable: Iterable[str]) -> dict[str, str]:
    """Former names of files, where no file bears them any more, and who bears them now."""
    taken = {*present, *unreadable}
    return {was: name for name, watchlist in present.items() for was in watchlist.was if was not in taken}


def _moved(heirs: Mapping[str, str]) -> Iterable[Renamed]:
    return (Renamed(now, "", "", was, "", "") for was, now in heirs.items())


class _File:
    """One watchlist while it is decided what of it is at work."""

    def __init__(
        self,
        name: str,
        present: Watchlist | None,
        now: Loaded,
        failing: Mapping[str, Sequence[Problem]],
        version: str,
        before: Mapping[str, GoodRule],
        former: Former,
    ) -> None:
        self.name = name
        self._present = present
        self._now = now
        self._failing = failing
        self._version = version
        self._before = before
        self._former = former
        self._emptied = bool(self._before) and present is not None and not present.rules and not present.broken
        self.live = present
        self.rules: tuple[Rule, ...] = ()
        self.good: dict[str, GoodRule] = {}
        self.broken: BrokenFile | None = None
        self.renamed: list[Renamed] = []

    def settle(self) -> None:
        """Decide; the answers lie in the public fields."""
        out = self._out()
        if self._present is not None and not out and self._proven(self._present.rules) == self._before:
            self.rules, self.good = self._present.rules, dict(self._before)
            return
        sound = tuple(rule for rule in self._present.rules if rule.id not in out) if self._present else ()
        kept = self._keep(out, {rule.id for rule in sound})
        self.good = self._proven(sound) | {name: self._before[name] for name in kept}
        self.rules = (*sound, *(rule for each in kept.values() for rule in (each.rule, *each.hidden)))
        self.live = self._watchlist(sound, kept, out)
        if out or self._present is None or self._emptied:
            self.broken = self._account(out, kept)
        self.renamed = [*self._renamed(sound)]

    def _proven(self, sound: Iterable[Rule]) -> dict[str, GoodRule]:
        return {rule.id: GoodRule(self._version, rule.memory) for rule in sound}

    def _out(self) -> tuple[str, ...]:
        """The rules that are not good, in the order of the file: broken, failing, or referring to such."""
        if self._present is None:
            return ()
        out = dict.fromkeys((*self._present.broken, *self._failing))
        while out:
            more = [rule.id for rule in self._present.rules if rule.id not in out and _refers(rule) & out.keys()]
            if not more:
                break
            out |= dict.fromkeys(more)
        return tuple(out)

    def _keep(self, out: Sequence[str], sound: set[str]) -> dict[str, _Kept]:
        """What works on. While anything is broken, a rule that is gone from the file may be what the broken one was."""
        renamed = self._was()
        if not out and self._present is not None and not self._emptied:
            return {}
        kept = {}
        for rule, known in self._before.items():
            if rule in sound or rule in renamed:
                continue
            if found := self._last_good(rule, known.version):
                kept[rule] = found
        return kept

    def _was(self) -> set[str]:
        sound = self._present.notes if self._present else ()
        return {was for notes in sound if notes.id not in self._failing for was in notes.was}

    def _last_good(self, name: str, version: str) -> _Kept | None:
        watchlist = self._former(self.name, version)
        rules = {rule.id: rule for rule in watchlist.rules} if watchlist else {}
        if watchlist is None or name not in rules:
            return None
        needed = _needed(rules[name], rules)
        aliases = {other: f"{other}{_HIDDEN}{version[:12]}" for other in needed}
        return _Kept(
            rule=_relinked(rules[name], aliases),
            notes=next((notes for notes in watchlist.notes if notes.id == name), None),
            hidden=tuple(
                replace(_relinked(rules[other], aliases), id=alias, about=alias, retract=None)
                for other, alias in aliases.items()
            ),
        )

    def _watchlist(self, sound: Sequence[Rule], kept: Mapping[str, _Kept], out: Sequence[str]) -> Watchlist | None:
        """The watchlist as it works: its head as it stands, or, where there is none, as it last was."""
        base = self._present
        if base is None:
            versions = [known.version for rule, known in self._before.items() if rule in kept]
            base = self._former(self.name, versions[0]) if versions else None
        if base is None or (base is self._present and not (out or kept)):
            return base
        names = {rule.id for rule in sound}
        notes = [each for each in base.notes if each.id in names]
        notes += [each.notes for each in kept.values() if each.notes]
        rules = (*sound, *(each.rule for each in kept.values()))
        return replace(base, rules=rules, notes=tuple(notes), broken=tuple(name for name in out if name not in kept))

    def _account(self, out: Sequence[str], kept: Mapping[str, _Kept]) -> BrokenFile:
        file = self._present.file if self._present else self._path()
        return BrokenFile(
            watchlist=self.name,
            file=file,
            owner=self.live.owner if self.live else "",
            kept=tuple(kept),
            out=tuple(name for name in out if name not in kept),
            problems=tuple(render_problem(problem) for problem in self._problems(file)),
        )

    def _path(self) -> str:
        """Where the file is that cannot be read, or is gone."""
        suffix = f"{self.name}.toml"
        found = (problem.file for problem in self._now.problems)
        return next((file for file in found if file.replace("\\", "/").rpartition("/")[2] == suffix), suffix)

    def _problems(self, file: str) -> list[Problem]:
        """The errors of the file, then those of the lists that no file but all share."""
        files = {watchlist.file for watchlist in self._now.watchlists}
        errors = [problem for problem in self._now.problems if problem.severity is ProblemSeverity.ERROR]
        own = [problem for problem in errors if problem.file == file]
        cases = [problem for found in self._failing.values() for problem in found]
        shared = [problem for problem in errors if problem.file not in files and not _is_of(problem, self._now)]
        told = [*own, *cases, *(problem for problem in shared if problem.file != file)]
        if self._present is None and self.name not in self._now.unreadable:
            told.insert(0, Problem(file, 0, 0, "E901", ProblemSeverity.ERROR, "the file is gone", _gone(self.name)))
        if self._emptied:  # an editor may have got no further than to empty it
            message = "the file holds no rule any more"
            told.insert(0, Problem(file, 0, 0, "E901", ProblemSeverity.ERROR, message, _gone(self.name)))
        return told[:_MOST_PROBLEMS]

    def _renamed(self, sound: Sequence[Rule]) -> Iterable[Renamed]:
        """Rules that say `was`, and rules whose facts are kept under another name than before."""
        notes = {each.id: each for each in self._present.notes} if self._present else {}
        used = {rule.memory for rule in sound}
        for rule in sound:
            for was in notes[rule.id].was if rule.id in notes else ():
                before = self._before.get(was)
                yield Renamed(self.name, rule.id, rule.memory, self.name, was, before.memory if before else was)
            before = self._before.get(rule.id)
            if before and before.memory != rule.memory and before.memory not in used:
                yield Renamed(self.name, rule.id, rule.memory, self.name, rule.id, before.memory)


def former_names(watchlist: Watchlist, rule: Rule) -> dict[str, dict[str, str]]:
    """For each slot of a rule: former names of list entries, and their names of today."""
    renamed: dict[str, dict[str, str]] = {}
    for node in _nodes(rule):
        if not isinstance(node, ListRef) or node.terms is None:
            continue
        names = {name for name, _ in node.terms.names}
        for name, formers in watchlist.former_names:
            if name in names:
                renamed.setdefault(node.binds, {}).update({was: name for was in formers if was not in names})
    return renamed


def _gone(watchlist: str) -> str:
    return (
        f'put it back, or say `was = ["{watchlist}"]` in the file that took its place, '
        f"or take it out of use with `monitor retire {watchlist}`"
    )


def _is_of(problem: Problem, now: Loaded) -> bool:
    """Whether a problem stands in a watchlist that cannot be read, which has an account of its own."""
    stem = problem.file.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
    return stem in now.unreadable


def _nodes(rule: Rule) -> list[Node]:
    return [node for part in _parts(rule).values() for node in walk(part)]


def _parts(rule: Rule) -> dict[str, Any]:
    """The queries of a rule by the names of their fields."""
    parts = {name: getattr(rule, name) for name in ("query", "except_", "require", "retract")}
    return {name: part for name, part in parts.items() if part is not None}


def _refers(rule: Rule) -> set[str]:
    return {node.rule for node in _nodes(rule) if isinstance(node, RuleRef)}


def _needed(rule: Rule, rules: Mapping[str, Rule]) -> list[str]:
    """The rules that a rule refers to, and those that these refer to."""
    needed: dict[str, None] = {}
    waiting = [rule]
    while waiting:
        for name in sorted(_refers(waiting.pop())):
            if name not in needed and name in rules:
                needed[name] = None
                waiting.append(rules[name])
    return list(needed)


def _relinked(rule: Rule, aliases: Mapping[str, str]) -> Rule:
    if not aliases:
        return rule
    return replace(rule, **{name: _with_aliases(part, aliases) for name, part in _parts(rule).items()})


def _with_aliases(value: Any, aliases: Mapping[str, str]) -> Any:
    if isinstance(value, RuleRef):
        return replace(value, rule=aliases.get(value.rule, value.rule))
    if isinstance(value, tuple):
        return tuple(_with_aliases(each, aliases) for each in value)
    if isinstance(value, ListRef | Spelling) or not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {field.name: _with_aliases(getattr(value, field.name), aliases) for field in fields(value)}
    return replace(value, **changed)
