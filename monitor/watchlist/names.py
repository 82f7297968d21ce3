"""Names of lists that are no spellings of themselves: a slip where they name things, and right where they name states.

`status` may well have the name "in force" that nobody writes; a `place` Italy that does not match Italy is a slip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from monitor.query.lists import TermList
from monitor.query.rule import Rule
from monitor.query.spelling import Spelling, WordKind
from monitor.query.tree import ListRef, walk
from monitor.text.inflect import FALLBACK, headword, lemmas
from monitor.watchlist.lists import Entry, WrittenList

_WORD = re.compile(r"\w+")


def lint_names(
    written: Mapping[str, WrittenList], sound: Mapping[str, TermList], in_use: Callable[[], Collection[str]]
) -> None:
    """Warn of names that do not match, in the lists that are `in_use` and in those that they take in.

    `in_use` is asked only where there is such a name: for it all queries are looked through.
    """
    found = {name: _strange(each, sound[name]) for name, each in written.items() if name in sound}
    strange = {name: entries for name, entries in found.items() if entries}
    ahead, seen = list(in_use()) if strange else [], set[str]()
    while ahead:
        name = ahead.pop()
        if name in written and name not in seen:
            seen.add(name)
            ahead.extend(written[name].taken_in())
    for name in strange.keys() & seen:
        for entry in strange[name]:
            message = f"the name `{entry.name}` is not among its spellings, so the word itself does not match"
            written[name].page.report_key("W202", entry.path, message, f'add "{entry.name}" if it should')


def _strange(written: WrittenList, terms: TermList) -> list[Entry]:
    spellings = dict(terms.names)
    return [entry for entry in written.entries if written.named and not _matches(entry.name, spellings[entry.name])]


def _matches(name: str, spellings: Sequence[Spelling]) -> bool:
    """Whether a name is found by a spelling of its own: it is one, or holds inflected forms of one."""
    if any(each.text.lstrip("=").casefold() == name.casefold() for each in spellings):
        return True
    forms = [lemmas(word, FALLBACK) for word in _WORD.findall(name.lower())]
    return any(_stands_in(each, forms) for each in spellings)


def _stands_in(spelling: Spelling, forms: Sequence[Collection[str]]) -> bool:
    words = spelling.variants[0].words
    if any(word.kind is not WordKind.INFLECTED for word in words):
        return False
    wanted = [{word.text, headword(word.text, FALLBACK)} for word in words]
    return any(
        all(not each.isdisjoint(form) for each, form in zip(wanted, forms[start:], strict=False))
        for start in range(len(forms) - len(wanted) + 1)
    )


def only_states(rules: Iterable[Rule]) -> set[str]:
    """The lists that rules look for only to tell a state by them."""
    states: set[str] = set()
    others: set[str] = set()
    for rule in rules:
        for ref in _references(rule):
            (states if ref.binds in rule.state else others).add(ref.list)
    return states - others


def _references(rule: Rule) -> Iterator[ListRef]:
    nodes = [node for node in (rule.query, rule.except_, rule.require, rule.retract) if node is not None]
    return (each for node in nodes for each in walk(node) if isinstance(each, ListRef))
