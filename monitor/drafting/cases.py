"""Cases for drafted rules: sentences of the articles that each rule matches, and such as it just does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TypedDict

from monitor.drafting.passages import Passage
from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.watchlist.cases import article_of
from monitor.watchlist.nouns import Case, CaseKind

MOST = 5
SHORTEST, LONGEST = 30, 320
"""Characters of a sentence that is worth reading as a case."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A rule as it is drafted, with its cases: sentences that it matches, each with its fact, and others."""

    id: str
    title: str
    query: str
    fact: tuple[str, ...]
    match: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    no_match: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The lines of its table."""
        yield from ("", "[[rule]]", f"id = {quoted(self.id)}", f"title = {quoted(self.title)}")
        yield f"query = '{self.query}'"
        yield f"fact = [{', '.join(map(quoted, self.fact))}]"
        if self.match:
            yield "match = ["
            for text, fact in self.match:
                values = ", ".join(f"{slot} = {quoted(value)}" for slot, value in fact)
                yield f"  {{ text = {quoted(text)}, fact = {{ {values} }} }},"
            yield "]"
        if self.no_match:
            yield from ("no_match = [", *(f"  {quoted(text)}," for text in self.no_match), "]")


class Chosen(TypedDict):
    """The cases of a rule."""

    match: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    no_match: tuple[str, ...]


def chosen(drafted: Drafted, rules: Sequence[Rule], sentences: Sequence[Passage], acts: Set[str]) -> Chosen:
    """Cases from the sentences, as the engine finds them: from as many articles as there are, heads first.

    A sentence with one of the `acts` may well be what is watched for, though the first query does not find it: that
    is for its reader to say, and no `no_match`.
    """
    engine = Engine(rule for rule in rules if rule.id == drafted.id)
    found = [(passage, engine.match(_as_case(drafted.id, passage.text))) for passage in _readable(sentences)]
    match = _spread([(passage, matches) for passage, matches in found if matches])
    other = _spread(
        [
            (passage, matches)
            for passage, matches in found
            if not matches and passage.names and acts.isdisjoint(_plain(passage))
        ]
    )
    return Chosen(
        match=tuple((passage.text, tuple(matches[0].fact)) for passage, matches in match),
        no_match=tuple(passage.text for passage, _ in other),
    )


def _plain(passage: Passage) -> list[str]:
    return re.findall(r"[a-z]+", passage.text.lower())


def _readable(sentences: Sequence[Passage]) -> list[Passage]:
    fit = [passage for passage in sentences if SHORTEST <= len(passage.text) <= LONGEST]
    return sorted(fit, key=lambda passage: not passage.at_head)


def _spread(found: Sequence[tuple[Passage, Sequence[Match]]]) -> list[tuple[Passage, Sequence[Match]]]:
    """Some of them, one of each article before a second of any."""
    turns: dict[int, int] = {}
    order = []
    for place, (passage, _) in enumerate(found):
        turns[passage.article] = turns.get(passage.article, 0) + 1
        order.append((turns[passage.article], place))
    return [found[place] for _, place in sorted(order)[:MOST]]


def _as_case(rule: str, text: str) -> Article:
    """As `monitor test` will read it."""
    return article_of(Case(CaseKind.MATCH, rule, text))


def quoted(text: str) -> str:
    """A basic string of TOML, which writes what JSON writes."""
    return json.dumps(text, ensure_ascii=False)
