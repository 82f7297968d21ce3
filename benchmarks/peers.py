"""What is done without an engine, as far as it installs as a wheel (`pip install .[bench]`).

Each finds the rules of which a name stands in an article: the first look, that the engine's index does in its stead.
Whole matches follow from it with the engine's own evaluation (`whole`), and are held to those of the engine first.
A peer knows no inflection, so it is given every form of a name that the articles have (company, companies), and both
ways to write an acronym (Law P.C., Law PC); what may stand between the words of a name is the same for all.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.query.tree import Chain, Term, walk
from monitor.text.inflect import headword, lemmas
from monitor.text.tokens import words

Look = Callable[[Article], set[str]]
_BETWEEN = "-./'\"&_+’‘“”"
"""Signs that may stand between the words of a name, beside spaces."""
_DOTTED, _CAPITALS = re.compile(r"\b(?:[A-Z]\.){2,}"), re.compile(r"\b[A-Z]{2,}\b")
_SPACES = str.maketrans(dict.fromkeys(_BETWEEN, " "))


def names_of(rule: Rule) -> list[str]:
    """The names that a rule of the workload waits for, as it writes them."""
    chain = next(node for node in walk(rule.query) if isinstance(node, Chain))
    return [node.spelling.text for node in walk(chain.parts[0].node) if isinstance(node, Term)]


class Names:
    """The names of rules in every form that articles have."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._forms: dict[str, set[str]] = defaultdict(set)
        for word in {word for article in articles for word in words(_text(article))}:
            for lemma in lemmas(word, "en"):
                self._forms[lemma].add(word)

    def of(self, rule: Rule) -> list[str]:
        """The names that a rule of the workload waits for."""
        return sorted({form for name in names_of(rule) for form in self._forms_of(name)})

    def _forms_of(self, name: str) -> set[str]:
        if not (name.islower() and name.isalpha()):
            undotted = _DOTTED.sub(lambda found: found[0].replace(".", ""), name)
            return {name, undotted, _CAPITALS.sub(lambda found: "".join(f"{letter}." for letter in found[0]), name)}
        return {name, *self._forms[name], *self._forms[headword(name, "en")]}


def regex_per_rule(rules: Sequence[Rule], names: Names) -> Look:
    """A regular expression for each rule."""
    patterns = [(rule.id, re.compile("|".join(map(_bounded, names.of(rule))), re.IGNORECASE)) for rule in rules]

    def look(article: Article) -> set[str]:
        text = _text(article)
        return {rule for rule, pattern in patterns if pattern.search(text)}

    return look


def hyperscan_per_rule(rules: Sequence[Rule], names: Names) -> Look:
    """The same expressions in one hyperscan database."""
    hyperscan = importlib.import_module("hyperscan")
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(
        expressions=["|".join(map(_bounded, names.of(rule))).encode() for rule in rules],
        ids=list(range(len(rules))),
        elements=len(rules),
        flags=[flags] * len(rules),
    )

    def look(article: Article) -> set[str]:
        found: set[str] = set()
        database.scan(_text(article).encode(), match_event_handler=lambda number, *_: found.add(rules[number].id))
        return found

    return look


def aho_corasick(rules: Sequence[Rule], names: Names) -> Look:
    """All names in one pyahocorasick automaton, over the text in lower case."""
    automaton = _automaton(importlib.import_module("ahocorasick"), rules, names)

    def look(article: Article) -> set[str]:
        text = _spaced(_text(article))
        return {rule for end, known in automaton.iter(text) for rule in known[1] if _stands(text, end, known[0])}

    return look


def _automaton(ahocorasick: ModuleType, rules: Sequence[Rule], names: Names) -> Any:
    waiting: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        for name in names.of(rule):
            waiting[_spaced(name)].append(rule.id)
    automaton = ahocorasick.Automaton()
    for name, ids in waiting.items():
        automaton.add_word(name, (len(name), ids))
    automaton.make_automaton()
    return automaton


PEERS: dict[str, tuple[str, Callable[[Sequence[Rule], Names], Look], int]] = {
    "re": ("re", regex_per_rule, 1_000),
    "hyperscan": ("hyperscan", hyperscan_per_rule, 1_000),
    "pyahocorasick": ("ahocorasick", aho_corasick, 1_000_000),
}
"""Name -> its module, how it is made, and the most rules that it is tried with."""


def installed(rules: Sequence[Rule], names: Names, say: Callable[[str], object]) -> Iterator[tuple[str, Look]]:
    """The peers that are there; of the others it is said why not."""
    for name, (module, make, most) in PEERS.items():
        if len(rules) > most:
            continue
        try:
            importlib.import_module(module)
        except ImportError as absent:
            say(f"{name} is left out: {absent} (pip install .[bench])\n")
        else:
            yield name, make(rules, names)


def whole(look: Look, engine: Engine) -> Callable[[Article], list[Match]]:
    """The matches of the rules that a first look finds; an article that calls for none is not read."""

    def match(article: Article) -> list[Match]:
        called = look(article)
        if not called:
            return []
        trial = engine.trial(article)
        numbers = sorted(engine.number("bench", name) for name in called)
        return [told.match for number in filter(trial.may_match, numbers) for told in trial.matches(number)]

    return match


def _bounded(name: str) -> str:
    return rf"\b{re.escape(name)}\b".replace(r"\ ", rf"[\s{re.escape(_BETWEEN)}]+")


def _spaced(text: str) -> str:
    return " ".join(text.lower().translate(_SPACES).split())


def _text(article: Article) -> str:
    return f"{article.title}\n{article.body}"


def _stands(text: str, end: int, length: int) -> bool:
    """Does a find begin and end at the ends of words?"""
    start = end + 1 - length
    return not (start and text[start - 1].isalnum()) and not text[end + 1 : end + 2].isalnum()
