"""What a query lacks in an article, and how near it came: the same clauses solved with a loosened condition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.query.chains import ChainClause
from monitor.query.clauses import FirstWords, Mentions
from monitor.query.found import Clause, Finding, Mention, Run, Scope, best_of
from monitor.query.not_near import NotNearClause
from monitor.query.reading import FieldReading
from monitor.query.rows import words_between
from monitor.query.tree import Distance, Unit

_EVERYWHERE = Scope()
_UNITS = {Unit.SENTENCE: "one sentence", Unit.PARAGRAPH: "one paragraph"}


class How(StrEnum):
    """In which way a clause fails."""

    MISSING = "not there"
    OTHER_FIELD = "only in another field"
    TOO_FAR = "too far apart"
    OTHER_ORDER = "in another order"
    APART = "never together in one field"
    SHARED_WORDS = "the parts would share words"
    DISAGREE = "a slot would get two values"
    TOO_FEW = "too few"
    TOO_LATE = "too late in the text"
    UNWANTED_NEAR = "what must not be near is near"
    EXCLUDED = "what excludes the article is there"
    STRUCK = "except strikes out every match"

    @property
    def rank(self) -> int:
        """Orders near misses: first those where all the words are there and only their places are wrong."""
        return 1 if self is How.MISSING else 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an article: a field and its line, from 1."""

    field: str
    line: int

    def __str__(self) -> str:
        return f"{self.field} line {self.line}"


@dataclass(frozen=True, slots=True)
class Lack:
    """A clause that would have to hold: in which way it fails, what it needs, and what came closest to that.

    `apart` orders what is too far apart: the words between the parts at their closest, 0 within one paragraph.
    """

    clause: str
    how: How
    needs: str = ""
    closest: str = ""
    place: Place | None = None
    apart: int = 0

    def __str__(self) -> str:
        """One phrase: `needs within 8 words: closest 13, body line 4`."""
        head = f"needs {self.needs}" if self.needs else self.how.value
        near = ", ".join(filter(None, (self.closest, str(self.place) if self.place else "")))
        return f"{head}: {f'closest {near}' if self.closest else near}" if near else head


def place_of(run: Run, mention: Mention) -> Place:
    """Where a mention begins."""
    reading = run.reading.fields[mention.field]
    start, _ = reading.range_of(mention.start, mention.start + 1)
    return Place(mention.field, reading.original.count("\n", 0, start) + 1)


def elsewhere(clause: str, scope: Scope, run: Run, solve: Callable[[Scope], Sequence[Finding]]) -> Lack | None:
    """Does a clause hold outside the fields that it is bound to?"""
    if scope == _EVERYWHERE:
        return None
    found = solve(_EVERYWHERE)
    if not found:
        return None
    wanted = "the lead" if scope.lead else " or ".join(scope.fields or ())
    inside = () if scope.lead else scope.fields or ()
    outside = [mention for mention in best_of(found).mentions if mention.field not in inside]
    return Lack(
        clause, How.OTHER_FIELD, f"all of it in {wanted}", place=place_of(run, outside[-1]) if outside else None
    )


def of_chain(written: str, chain: ChainClause, free: Clause, run: Run, scope: Scope) -> Lack:
    """A chain whose parts are all there; `free` is the same without any slot."""
    if free.solve(run, scope):
        return Lack(written, How.DISAGREE, "one value for each slot")
    ordered = any(link.ordered for link in chain.links)
    unordered = replace(chain, links=tuple(replace(link, ordered=False) for link in chain.links))
    needs = f"{_needs(chain.distance)}{' in this order' if ordered else ''}"
    if ordered and (found := unordered.solve(run, scope)):
        return Lack(written, How.OTHER_ORDER, needs, "the other way round", _first_place(run, found))
    for candidate, order in ((chain, ""), (unordered, ", the other way round" if ordered else "")):
        closest = _closest(candidate, run, scope)
        if closest is not None:
            told, apart, then = closest
            return Lack(written, How.TOO_FAR, needs, told + order, _first_place(run, then), apart)
    return Lack(written, *_why_never(chain, run, scope))


def _needs(distance: Distance) -> str:
    if distance.unit is Unit.WORDS:
        return f"within {_words(distance.words)}"
    return _UNITS[distance.unit]


def _words(number: int) -> str:
    return f"{number} word{'' if number == 1 else 's'}"


def _closest(chain: ChainClause, run: Run, scope: Scope) -> tuple[str, int, Sequence[Finding]] | None:
    """The smallest distance at which the chain holds, told and in words, and what holds then; None if none will do."""
    if chain.distance.unit is Unit.SENTENCE:
        paragraph = replace(chain, distance=Distance(Unit.PARAGRAPH)).solve(run, scope)
        if paragraph:
            return "one paragraph", 0, paragraph

    def within(words: int) -> Sequence[Finding]:
        return replace(chain, distance=Distance(Unit.WORDS, words)).solve(run, scope)

    words = _least(1 + max((reading.length for reading, _ in run.fields(scope)), default=0), within)
    if words is None:
        return None
    told = f"{words}" if chain.distance.unit is Unit.WORDS else f"{_words(words)} apart, in two paragraphs"
    return told, words, within(words)


def _least(most: int, solve: Callable[[int], Sequence[Finding]]) -> int | None:
    """The smallest number from 0 to `most` that gives a finding; more of it never takes one away."""
    if not solve(most):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if solve(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _why_never(chain: ChainClause, run: Run, scope: Scope) -> tuple[How, str]:
    fields = [{mention.field for mention in link.part.mentions(run, scope)} for link in chain.links]
    if not set.intersection(*fields):
        return How.APART, "all parts in one field"
    return How.SHARED_WORDS, "words of its own for each part"


def of_not_near(written: str, clause: NotNearClause, unwanted: str, run: Run, scope: Scope) -> Lack:
    """A NOT NEAR whose wanted part is there: the unwanted mention that stands nearest to one."""
    wanted, others = clause.wanted.mentions(run, scope), clause.unwanted.mentions(run, scope)
    pairs = [(one, other) for one in wanted for other in others if one.field == other.field]
    where = _needs(clause.distance) if clause.distance.unit is Unit.WORDS else f"in {_needs(clause.distance)}"
    needs = f"no {unwanted} {where}"
    if not pairs:
        return Lack(written, How.UNWANTED_NEAR, needs)
    one, other = min(pairs, key=lambda pair: words_between(run.reading.fields[pair[0].field], *pair))
    words = words_between(run.reading.fields[one.field], one, other)
    return Lack(written, How.UNWANTED_NEAR, needs, f"{words:g} between", place_of(run, other))


def of_count(written: str, clause: Mentions, run: Run, scope: Scope) -> Lack:
    """An ATLEAST whose child is there."""
    there = max(count for count in range(1, clause.count) if replace(clause, count=count).solve(run, scope))
    return Lack(written, How.TOO_FEW, f"{clause.count} mentions", str(there))


def of_first(written: str, clause: FirstWords, run: Run, scope: Scope) -> Lack:
    """A FIRST whose child is there, but too late."""

    def within(words: int) -> Sequence[Finding]:
        return replace(clause, words=words).solve(run, scope)

    most = 1 + max((reading.length for reading, _ in run.fields(scope)), default=0)
    words = _least(most, within) or most
    place = _first_place(run, within(words))
    return Lack(written, How.TOO_LATE, f"it within the first {clause.words} words", f"word {words}", place)


def other_form(text: str, run: Run, scope: Scope) -> tuple[str, Place] | None:
    """The same letters in the article, in a case or as a part of a word that the term does not match."""
    letters = text.strip('=*"').casefold()
    for reading, limit in run.fields(scope):
        at = next((at for at, word in enumerate(reading.words[:limit]) if word.casefold() == letters), None)
        if at is not None:
            return reading.words[at], _word_place(reading, at)
    return None


def _word_place(reading: FieldReading, at: int) -> Place:
    start, _ = reading.range_of(at, at + 1)
    return Place(reading.name, reading.original.count("\n", 0, start) + 1)


def _first_place(run: Run, found: Sequence[Finding]) -> Place | None:
    best = best_of(found)
    return place_of(run, best.mentions[0]) if best.mentions else None
