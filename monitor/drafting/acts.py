"""What the names of a topic do and have done to them: verbs near names that news at large uses less."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from simplemma import is_known

from monitor.drafting.contrast import stands_out
from monitor.drafting.passages import Passage
from monitor.text.frequency import Background
from monitor.text.inflect import headword, lemma

NEAR = 60
"""How many characters around a name its verbs stand in; between two names they always count."""

_WORD = re.compile(r"(?<![\w'-])[a-z]{3,}(?![\w'-])")
_HELPED = re.compile(r"\b(?:to|will|would|can|could|may|might|must|should|shall|not|did|does)\s+$")
FEW = 5
"""In fewer articles than this every verb counts."""

_EMPTY = frozenset(
    "be have do say tell make take get give go come see know think want use need let seem keep put call ask try help "
    "show add become include continue expect accord base follow can may will would could should must might".split()
)
"""Verbs that say nothing about a topic, however often it uses them."""


@dataclass(frozen=True, slots=True)
class Act:
    """A verb: the forms in which it stands near names, how often and in how many articles, how far it stands out
    (standard deviations), and a sentence."""

    word: str
    forms: tuple[str, ...]
    mentions: int
    articles: int
    weight: float
    sentence: str


def acts(found: Sequence[Passage], articles: int, background: Background, listed: Collection[str]) -> list[Act]:
    """The verbs near the names of some sentences: those that are `listed` somewhere, then those that stand out most.

    A word that only ever stands as a noun could (`chip`, `chips`) is none here. One that stands once is chance where
    there is much to read.
    """
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    where: defaultdict[str, set[int]] = defaultdict(set)
    sentences: dict[str, str] = {}
    proven: set[str] = set()
    for passage in found:
        for form, helped in _near_names(passage):
            word = headword(form, "en")
            if word in _EMPTY or not is_verb(word):
                continue
            forms[word][form] += 1
            where[word].add(passage.article)
            if helped or not _is_noun_form(form, word):
                proven.add(word)
                sentences.setdefault(word, passage.text)
    weights = stands_out({word: len(held) for word, held in where.items()}, articles, background)
    done = [
        Act(word, tuple(sorted(seen)), seen.total(), len(where[word]), weights[word], sentences[word])
        for word, seen in forms.items()
        if word in proven and (word in listed or (weights[word] > 0 and (seen.total() > 1 or articles < FEW)))
    ]
    return sorted(done, key=lambda act: (act.word not in listed, -act.weight, -act.mentions, act.word))


def is_verb(word: str) -> bool:
    """Does the dictionary know an -ing form of it? Nouns that are no verbs have none."""
    stems = (word, word.removesuffix("e"), word + word[-1])
    return any(is_known(stem + "ing", lang="en") and lemma(stem + "ing", "en") == word for stem in stems)


def _is_noun_form(form: str, word: str) -> bool:
    return form in (word, f"{word}s", f"{word}es", f"{word[:-1]}ies")


def _near_names(passage: Passage) -> Iterator[tuple[str, bool]]:
    """Words near names, and whether each follows what only a verb follows."""
    for found in _WORD.finditer(passage.text):
        before = [found.start() - name.end for name in passage.names if name.end <= found.start()]
        after = [name.start - found.end() for name in passage.names if name.start >= found.end()]
        if (before and after) or min([*before, *after], default=NEAR) < NEAR:
            yield found[0], _HELPED.search(passage.text, 0, found.start()) is not None
