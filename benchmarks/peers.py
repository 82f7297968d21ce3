"""What is done without an engine, as far as it installs as a wheel (`pip install .[bench]`).

Each finds the rules of which a name stands in an article: the first look, that the engine's index does in its stead.
What follows (distances, exclusions, evidence) is the same for all and is not counted. A peer is held to the engine
first: every rule that the engine matches has to be among those that it finds.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from monitor.model import Article
from monitor.query.rule import Rule
from monitor.query.tree import Chain, Term, walk

Look = Callable[[Article], set[str]]


def names_of(rule: Rule) -> list[str]:
    """The names that a rule of the workload waits for."""
    chain = next(node for node in walk(rule.query) if isinstance(node, Chain))
    return [node.spelling.text for node in walk(chain.parts[0].node) if isinstance(node, Term)]


def regex_per_rule(rules: Sequence[Rule]) -> Look:
    """A regular expression for each rule."""
    patterns = [(rule.id, re.compile("|".join(map(_bounded, names_of(rule))), re.IGNORECASE)) for rule in rules]

    def look(article: Article) -> set[str]:
        text = _text(article)
        return {rule for rule, pattern in patterns if pattern.search(text)}

    return look


def hyperscan_per_rule(rules: Sequence[Rule]) -> Look:
    """The same expressions in one hyperscan database."""
    hyperscan = importlib.import_module("hyperscan")
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(
        expressions=["|".join(map(_bounded, names_of(rule))).encode() for rule in rules],
        ids=list(range(len(rules))),
        elements=len(rules),
        flags=[flags] * len(rules),
    )

    def look(article: Article) -> set[str]:
        found: set[str] = set()
        database.scan(_text(article).encode(), match_event_handler=lambda number, *_: found.add(rules[number].id))
        return found

    return look


def aho_corasick(rules: Sequence[Rule]) -> Look:
    """All names in one pyahocorasick automaton, over the text in lower case."""
    automaton = _automaton(importlib.import_module("ahocorasick"), rules)

    def look(article: Article) -> set[str]:
        text = _text(article).lower()
        return {rule for end, known in automaton.iter(text) for rule in known[1] if _stands(text, end, known[0])}

    return look


def _automaton(ahocorasick: ModuleType, rules: Sequence[Rule]) -> Any:
    waiting: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        for name in names_of(rule):
            waiting[name.lower()].append(rule.id)
    automaton = ahocorasick.Automaton()
    for name, ids in waiting.items():
        automaton.add_word(name, (len(name), ids))
    automaton.make_automaton()
    return automaton


PEERS: dict[str, tuple[str, Callable[[Sequence[Rule]], Look], int]] = {
    "re": ("re", regex_per_rule, 1_000),
    "hyperscan": ("hyperscan", hyperscan_per_rule, 1_000),
    "pyahocorasick": ("ahocorasick", aho_corasick, 1_000_000),
}
"""Name -> its module, how it is made, and the most rules that it is tried with."""


def installed(rules: Sequence[Rule], say: Callable[[str], object]) -> Iterator[tuple[str, Look]]:
    """The peers that are there; of the others it is said why not."""
    for name, (module, make, most) in PEERS.items():
        if len(rules) > most:
            continue
        try:
            importlib.import_module(module)
        except ImportError as absent:
            say(f"{name} is left out: {absent} (pip install .[bench])\n")
        else:
            yield name, make(rules)


def _bounded(name: str) -> str:
    return rf"\b{re.escape(name)}\b".replace(r"\ ", r"\s+")


def _text(article: Article) -> str:
    return f"{article.title}\n{article.body}"


def _stands(text: str, end: int, length: int) -> bool:
    """Does a find begin and end at the ends of words?"""
    start = end + 1 - length
    return not (start and text[start - 1].isalnum()) and not text[end + 1 : end + 2].isalnum()
