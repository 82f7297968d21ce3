"""What a rule could except, so that it no longer finds what a reader called wrong. Proposals only: each is to be tried.

A proposal ties a part of the query (`@ban`) to a word that stands beside the evidence and is no part of it ("account"):
`@ban NEAR/1 account`. The nearest words come first, and names last, since another article has another name; lists that
say what happens come before those that name things. Chinese writes no spaces: there every two characters beside the
evidence are tried as a word (`@ban NEAR/1 账号`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.query.rule import Rule
from monitor.query.tree import ListRef, Term, walk

_HAN = "\u4e00-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])[^\W\d_])+(?:['’-](?:(?![{_HAN}])[^\W\d_])+)*")
_LOOSE = frozenset("的了是在和与及等被将对为由从到这那其也都就而于以并或但称说年月日个中上下不有新一")
"""Characters that begin and end phrases and hardly ever a word."""
_FARTHEST = 6
_SHORTEST = 3
_LITTLE = frozenset(
    "about after all also and any are been before but could did does for from had has have her him his how into its "
    "may more most not now off only other our out over said says she should some than that the their them then "
    "there these they this those today under until was were what when where which while who will with would you "
    "your according again ago already another because between billion both came come down dozen dozens each earlier "
    "even ever every first five four get got here hundred hundreds just last late latest many million month months "
    "much near never new next once one other own per plan plans recent reported reports same say second see set six "
    "since still such take ten third thousand thousands three told tomorrow too took two very week weeks went "
    "whether year years yesterday yet explained announced added called asked monday tuesday wednesday thursday "
    "friday saturday sunday january february march april june july august september october november december".split()
)
"""Words that say nothing of what happened: joints, numbers, days, and who reports it."""
_HOW = re.compile(
    r"(?!(?i:family|supply|assembly|reply|ally|bully|rally|italy|anomaly|monopoly|fly|apply|butterfly)$)\w{2,}ly$"
)
"""Adverbs: how it happened, which may be so of anything."""
Range = tuple[int, int]


def proposals(rule: Rule, query: str, sentence: str, evidence: Sequence[Range]) -> Iterator[str]:
    """Queries for `except`, the likeliest first; `evidence` are ranges of the sentence, `query` is as it is written."""
    anchors = list(_anchors(rule, query))
    for distance, word in _beside(sentence, evidence):
        for anchor in anchors:
            yield f"{anchor} NEAR/{max(1, distance)} {word}"


def _anchors(rule: Rule, query: str) -> Iterator[str]:
    """The lists and terms of a query as it writes them, those that fill no slot of the fact first."""
    leaves = [node for node in walk(rule.query) if isinstance(node, ListRef | Term)]
    ordered = sorted(leaves, key=lambda node: isinstance(node, ListRef) and node.binds in rule.fact)
    found = dict.fromkeys(_written(node, query) for node in ordered)
    yield from (each for each in found if each)


def _written(node: ListRef | Term, query: str) -> str:
    if isinstance(node, Term):
        return query[node.start : node.end]
    return f"@{node.list}:{node.name}" if node.name and node.name.isalnum() else f"@{node.list}"


def _beside(sentence: str, evidence: Sequence[Range]) -> list[tuple[int, str]]:
    """The telling words beside the evidence, each with how many words stand between, the nearest first."""
    words = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(sentence)]
    marked = [
        at for at, (start, end, _) in enumerate(words) if any(start < stop and end > first for first, stop in evidence)
    ]
    near: dict[str, int] = {}
    for at, (_, end, word) in enumerate(words):
        distance = min((abs(at - other) - 1 for other in marked), default=_FARTHEST + 1)
        if at in marked or distance > _FARTHEST:
            continue
        following = words[at + 1] if at + 1 < len(words) and at + 1 not in marked else None
        if _is_han(word) and following and following[0] == end and _is_han(following[2]):
            term = word + following[2]
        elif not _is_han(word) and len(word) >= _SHORTEST and word.lower() not in _LITTLE and not _HOW.match(word):
            term = word if word.isalpha() else f'"{word}"'
        else:
            continue
        near[term] = min(near.get(term, distance), distance)
    return sorted(
        ((distance, term) for term, distance in near.items()),
        key=lambda pair: (pair[1][0].isupper(), pair[0], -len(pair[1]), pair[1]),
    )


def _is_han(word: str) -> bool:
    """A Chinese character that may be part of a word."""
    return len(word) == 1 and "\u4e00" <= word <= "\u9fff" and word not in _LOOSE
