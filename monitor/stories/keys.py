"""The names under which novelty is remembered (design, section 5): (`about`, fact), or (rule, story) without a fact.

A key is a compact JSON array, so that it can be read, searched and renamed in the store. It begins with its kind and
the watchlist: an `about` is shared by the rules of one file only. Two files that both say `about = "ban"` belong to
two analysts who may mean different things by the word, and a reader of one must not lose an alert because the
other's rule saw it first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from monitor.model import Fact, Match
from monitor.stories.numbers import amounts
from monitor.text.canonical import canonical

__all__ = ["KeyParts", "alert_id", "canonical", "fact_key", "fact_values", "key_of", "parts_of"]


def key_of(match: Match, story: str) -> str:
    """The key of one match; `story` matters only where the match carries no fact.

    Slots are put in order by name and open slots left out, so that two rules that name their slots differently in
    order, or one of which has a slot more that stayed open, speak of one fact.
    """
    if match.fact:
        return fact_key(match.watchlist, match.about, match.fact)
    return story_key(match.watchlist, match.rule, story)


def story_key(watchlist: str, rule: str, story: str) -> str:
    """The key of a story that a rule without a fact tells."""
    return story_keys(watchlist, rule) + _line(story)[1:]


def story_keys(watchlist: str, rule: str) -> str:
    """How the keys of all stories begin that a rule without a fact tells."""
    return _line("story", watchlist, rule)[:-1] + ","


def of_story(key: str, story: str) -> str:
    """The key for another name of its story; the key of a fact is the same in every story."""
    parts = parts_of(key)
    return story_key(parts.watchlist, parts.name, story) if parts.story else key


def fact_key(watchlist: str, about: str, fact: Fact) -> str:
    """The key of a fact that belongs to the memory `about` of a watchlist."""
    return _line("fact", watchlist, about, *(list(pair) for pair in fact_values(fact)))


def fact_keys(watchlist: str, about: str) -> str:
    """How the keys of all facts of a memory begin."""
    return _line("fact", watchlist, about)[:-1] + ","


def fact_pairs(fact: Fact) -> list[str]:
    """The slots of a fact with their values, as keys have them."""
    return [json.dumps(pair, ensure_ascii=False, separators=(",", ":")) for pair in fact_values(fact)]


@dataclass(frozen=True, slots=True)
class KeyParts:
    """What a key says. `name` is the memory of a fact, or the rule where there is a `story`; values are folded."""

    watchlist: str
    name: str
    fact: Fact
    story: str


def parts_of(key: str) -> KeyParts:
    """The parts of a key that `key_of` made."""
    kind, watchlist, name, *rest = json.loads(key)
    if kind == "story":
        return KeyParts(watchlist, name, Fact(), rest[0])
    return KeyParts(watchlist, name, Fact(tuple((slot, value) for slot, value in rest)), "")


def fact_values(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The slots that hold a value, by name, with the values folded for comparison."""
    return tuple(sorted((slot, folded) for slot, value in fact if (folded := _folded(value))))


@lru_cache(maxsize=8192)
def _folded(value: str) -> str:
    """A value for comparison; one that is an amount of money or a share in the notation of amounts."""
    if any(character.isdigit() for character in value) and len(found := amounts(value)) == 1:
        (amount,) = found
        if amount.unit and amount.written == " ".join(value.split()):
            return canonical(amount.canonical)
    return canonical(value)


def alert_id(article: str, key: str, fingerprint: str, arrived: datetime, telling: int) -> str:
    """A deterministic id: replaying the same articles makes the same alerts.

    `article` is the id it is stored under; versions of it differ in `fingerprint`; one that is edited back to an
    earlier text differs in `arrived` and in `telling`, the count of articles that carried the key.
    """
    substance = _line(article, key, fingerprint, arrived.isoformat(), telling)
    return hashlib.sha256(substance.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _line(*parts: object) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
