"""What was worked out for all rules of an engine together, as columns to keep over a restart, and back.

Surveying 100,000 rules takes two seconds, and reading what they look for several more; this is back in a quarter of
one.
"""

from __future__ import annotations

from array import array
from itertools import chain
from typing import Any

from monitor.query.columns import Columns, ragged, rows
from monitor.query.index import Companion, Index
from monitor.query.spelling import Gap, Word, WordKind
from monitor.query.vocabulary import NO_BRANCHES, Joints, Vocabulary

_KINDS = tuple(WordKind)


def pack_vocabulary(vocabulary: Vocabulary) -> Columns:
    """A vocabulary as columns."""
    branches = {node: branches for node, branches in enumerate(vocabulary.children) if branches}
    ends = [(node, term, joints) for node, ends in vocabulary.ends.items() for term, joints in ends]
    joints = {each: number for number, each in enumerate(dict.fromkeys(each for *_, each in ends))}
    singles, single_terms = ragged(vocabulary.singles.values())
    numbers: dict[str, array[Any]] = {
        "costs": array("d", vocabulary.costs),
        "kinds": array("B", (_KINDS.index(word.kind) for word in vocabulary.words)),
        "single symbols": array("I", vocabulary.singles),
        "singles": singles,
        "single terms": single_terms,
        "nodes": array("I", [len(vocabulary.children)]),
        "inner nodes": array("I", branches),
        "branches": array("I", map(len, branches.values())),
        "branch symbols": array("I", chain.from_iterable(branches.values())),
        "branch nodes": array("I", chain.from_iterable(each.values() for each in branches.values())),
        "end nodes": array("I", [node for node, *_ in ends]),
        "end terms": array("I", [term for _, term, _ in ends]),
        "end joints": array("I", [joints[each] for *_, each in ends]),
    }
    texts = {
        "terms": list(vocabulary.terms),
        "words": [word.text for word in vocabulary.words],
        "joints": [f"{each.lower_case:d}{''.join(map(str, map(int, each.gaps)))}" for each in joints],
    }
    return Columns(numbers, texts)


def unpack_vocabulary(columns: Columns) -> Vocabulary:
    """The vocabulary again."""
    numbers, texts = columns.numbers, columns.texts
    made = Vocabulary()
    made.terms.update(zip(texts["terms"], range(len(texts["terms"])), strict=True))
    made.costs.extend(numbers["costs"])
    made.words.extend(map(Word, map(_KINDS.__getitem__, numbers["kinds"]), texts["words"]))
    singles = rows(numbers["singles"], numbers["single terms"], tuple)
    made.singles.update(zip(numbers["single symbols"], singles, strict=True))
    made.children[:] = [NO_BRANCHES] * numbers["nodes"][0]
    branches = zip(numbers["branch symbols"], numbers["branch nodes"], strict=True)
    fans = rows(numbers["branches"], branches, dict[int, int])
    for node, fan in zip(numbers["inner nodes"], fans, strict=True):
        made.children[node] = fan
    joints = [Joints(tuple(map(Gap, map(int, each[1:]))), each[0] == "1") for each in texts["joints"]]
    ends = zip(numbers["end terms"], map(joints.__getitem__, numbers["end joints"]), strict=True)
    for node, end in zip(numbers["end nodes"], ends, strict=True):
        made.ends[node] = (*made.ends[node], end) if node in made.ends else (end,)
    return made


def pack_index(index: Index) -> Columns:
    """An index as columns."""
    waiting, rules = ragged(index.anchored.values())
    beside, terms = ragged(companion.terms for companion in index.companions.values())
    numbers = {
        "anchors": array("I", index.anchored),
        "waiting": waiting,
        "rules": rules,
        "unanchored": array("I", index.unanchored),
        "accompanied": array("I", index.companions),
        "distances": array("I", (companion.words for companion in index.companions.values())),
        "beside": beside,
        "terms": terms,
    }
    return Columns(numbers)


def unpack_index(columns: Columns) -> Index:
    """The index again."""
    numbers = columns.numbers
    waiting = rows(numbers["waiting"], numbers["rules"], list)
    beside = rows(numbers["beside"], numbers["terms"], tuple)
    companions = map(Companion, numbers["distances"], beside)
    return Index(
        dict(zip(numbers["anchors"], waiting, strict=True)),
        numbers["unanchored"].tolist(),
        dict(zip(numbers["accompanied"], companions, strict=True)),
    )
