"""Term lists: from `[terms]` tables to what queries refer to as `@list`.

A shared list takes in shared lists only; a list of a watchlist takes in those of its file first, then shared ones.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.query.lists import TermList
from monitor.query.spelling import Spelling, parse_spelling
from monitor.watchlist.draft import RULE_KEYS
from monitor.watchlist.graph import order, way
from monitor.watchlist.locate import Path
from monitor.watchlist.page import Page, did_you_mean
from monitor.watchlist.raw import Table, Written, kind_of

LIST_NAME = re.compile(r"[^\W\d][\w-]*")
_NAME_KEYS = ("spellings", "was")


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of a list with its spellings as written; in a plain array each spelling is an entry of its own."""

    name: str
    path: Path
    spellings: tuple[Written, ...]
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenList:
    """One list as it stands in a file; `named` if it is a table of names, `sound` if all of it could be read."""

    name: str
    page: Page
    path: Path
    entries: tuple[Entry, ...]
    named: bool
    sound: bool

    def spellings(self) -> Iterator[Written]:
        for entry in self.entries:
            yield from entry.spellings

    def taken_in(self) -> list[str]:
        return [written.text[1:] for written in self.spellings() if written.text.startswith("@")]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that one file can refer to, and the names of those that are broken."""

    sound: Mapping[str, TermList]
    broken: frozenset[str]

    def over(self, outer: Lists) -> Lists:
        """These, and the outer ones that they do not replace."""
        known = self.sound.keys() | self.broken
        sound = {name: terms for name, terms in outer.sound.items() if name not in known}
        return Lists({**sound, **self.sound}, self.broken | (outer.broken - known))


NO_LISTS = Lists({}, frozenset())


def read_lists(table: Table) -> dict[str, WrittenList]:
    """Every list of a table. What is no list is reported, and its name kept with no entries."""
    return {name: _read_list(table, name) for name in table.values}


def _read_list(table: Table, name: str) -> WrittenList:
    path, before = (*table.path, name), table.page.errors
    if not LIST_NAME.fullmatch(name):
        hint = "letters, digits, - and _, beginning with a letter"
        table.page.report_key("E201", path, f"`{name}` cannot be the name of a list", hint)
    value = table.values[name]
    if isinstance(value, list):
        entries = tuple(Entry(written.text, written.path, (written,)) for written in table.texts(name))
        return WrittenList(name, table.page, path, entries, named=False, sound=table.page.errors == before)
    if not isinstance(value, dict):
        hint = "write [[rule]] in a line above it" if name in RULE_KEYS else "put [ ] around it"
        message = f"the list `{name}` must be a list of spellings or a table of names, not {kind_of(value)}"
        table.page.report("E006", path, message, hint)
    names = Table(table.page, path, value) if isinstance(value, dict) else None
    entries = tuple(_read_entry(names, each) for each in names.values) if names else ()
    return WrittenList(name, table.page, path, entries, named=True, sound=table.page.errors == before)


def _read_entry(names: Table, name: str) -> Entry:
    path = (*names.path, name)
    value = names.values[name]
    if isinstance(value, dict):
        inner = Table(names.page, path, value)
        inner.only(_NAME_KEYS)
        return Entry(name, path, inner.texts("spellings"), tuple(written.text for written in inner.texts("was")))
    if isinstance(value, str):
        names.page.report("E006", path, f"the spellings of `{name}` must be a list", "put [ ] around it")
        return Entry(name, path, ())
    return Entry(name, path, names.texts(name))


def build_lists(written: Mapping[str, WrittenList], outer: Lists) -> Lists:
    """Parse the spellings and take in other lists. Everything wrong is reported on the lists' pages."""
    names, circles = order({name: each.taken_in() for name, each in written.items()})
    sound: dict[str, TermList] = {}
    broken: set[str] = set()
    for circle in circles:
        broken.update(circle)
        _report_circle(written, circle)
    outside = {name: terms for name, terms in outer.sound.items() if name not in written}
    scope = _Scope(ChainMap(sound, outside), broken, outer.broken - written.keys())
    for name in names:
        terms = _build(written[name], scope) if name not in broken else None
        if terms is None:
            broken.add(name)
        else:
            sound[name] = terms
    return Lists(sound, frozenset(broken))


@dataclass(frozen=True, slots=True)
class _Scope:
    """What can be taken in at this moment; it grows while the lists are built."""

    sound: Mapping[str, TermList]
    broken: set[str]
    broken_outside: frozenset[str]

    def is_broken(self, name: str) -> bool:
        return name in self.broken or name in self.broken_outside


def _report_circle(written: Mapping[str, WrittenList], circle: list[str]) -> None:
    first = written[circle[0]]
    then = f"@{circle[1 % len(circle)]}"
    where = next(each for each in first.spellings() if each.text == then)
    hint = "give one of them another name" if len(circle) == 1 else "take one of them out"
    first.page.report("E204", where.path, f"the list takes itself in: {way(circle, '@')}", hint)


def _build(written: WrittenList, scope: _Scope) -> TermList | None:
    """The list; None if anything in it is wrong, for a list that silently lacks a spelling is worse than none."""
    before = written.page.errors
    names: dict[str, dict[str, Spelling]] = {}
    for entry in written.entries:
        _add_entry(written, entry, names, scope)
    if not written.entries and written.sound:
        written.page.report_key("E202", written.path, f"the list @{written.name} is empty")
    if written.page.errors > before or not written.sound or not names:
        return None
    return TermList(written.name, tuple((name, tuple(each.values())) for name, each in names.items()))


def _add_entry(written: WrittenList, entry: Entry, names: dict[str, dict[str, Spelling]], scope: _Scope) -> None:
    if not entry.spellings and written.sound:
        written.page.report_key("E202", entry.path, f"`{entry.name}` has no spellings")
    for spelling in entry.spellings:
        if not spelling.text.startswith("@"):
            _add_spelling(written, entry, spelling, names)
        elif taken := _taken(written, spelling, scope):
            for name, spellings in taken.names:
                into = names.setdefault(entry.name if written.named else name, {})
                into.update((each.text, each) for each in spellings if each.text not in into)


def _taken(written: WrittenList, spelling: Written, scope: _Scope) -> TermList | None:
    other = spelling.text[1:]
    if other in scope.sound:
        return scope.sound[other]
    if scope.is_broken(other):
        written.page.report("E205", spelling.path, f"@{written.name} takes in @{other}, which is broken")
    else:
        hint = did_you_mean(other, scope.sound, "@")
        written.page.report("E203", spelling.path, f"unknown list @{other} is taken in", hint)
    return None


def _add_spelling(written: WrittenList, entry: Entry, spelling: Written, names: dict[str, dict[str, Spelling]]) -> None:
    parsed, faults = parse_spelling(spelling.text)
    for fault in faults:
        written.page.report_fault(spelling.path, fault)
    into = names.setdefault(entry.name, {})
    if spelling.text in into:
        written.page.report("W203", spelling.path, f"`{spelling.text}` stands twice in this list")
    elif parsed is not None:
        into[spelling.text] = parsed
