"""Which sentences a card shows: two or three, whole, chosen for what they prove and for what is new in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from monitor.digest.content import Passage
from monitor.digest.links import site
from monitor.digest.news import told_by
from monitor.digest.novelty import ReaderAlert
from monitor.digest.runs import LONGEST, marks_of, sentence
from monitor.digest.sentences import Span, first_sentences, following, touched
from monitor.model import Article, Novelty
from monitor.text.inflect import headword, language_for
from monitor.text.tokens import words as words_of

MOST, FEWEST = 3, 2
"""How many sentences a card shows, and how many at least where its article has them."""

SHORTEST, OPENING = 40, 12
"""Columns of a sentence that says something; how many of the first sentences are looked at."""

ALIKE, FEWEST_WORDS = 0.8, 6
"""The share of its words from which on a sentence repeats another one, and how many words it must have for that."""

Place = tuple[Article, str, Span]
"""A sentence: the article, the field, and where it stands in it."""


def passages(article: Article, alerts: Sequence[ReaderAlert], another: str) -> tuple[Passage, ...]:
    """Two or three sentences: the first of each fact before the second of any; `alerts` comes in order of importance.

    Only what is new to the reader is proven. The card's own article comes before the others of the story; of those a
    sentence names the publisher, or `another` where none is known. Where there are fewer than two proofs, sentences of
    the card's own article follow that speak of the same.
    """
    telling = told_by(alerts)
    seen = {_content(article.title)}
    places = _proven(telling, seen)
    seen |= {_content(_text(place)) for alert in alerts for place in _proof(alert)}
    named = _named(article, telling)
    while len(places) < FEWEST and (more := _more(article, places, named, seen)):
        seen.add(_content(_text(more)))
        places.append(more)
    order = list(dict.fromkeys([article.id, *(place[0].id for place in places)]))
    places.sort(key=lambda place: (order.index(place[0].id), place[1] != "summary", place[2]))
    return tuple(_passage(place, article, alerts, another) for place in places)


def _proven(alerts: Sequence[ReaderAlert], seen: set[str]) -> list[Place]:
    """Of each alert a sentence before of any a second. A sentence that a later article repeats gives way to it: the
    later one has the figure that holds."""
    chosen: list[tuple[str, Place]] = []
    first, *rest = alerts
    ordered = [first, *sorted(rest, key=_changes_first)]
    for rank in zip_longest(*(_proof(alert) for alert in ordered)):
        for alert, place in zip(ordered, rank, strict=True):
            if place is None or _content(_text(place)) in seen:
                continue
            seen.add(_content(_text(place)))
            key = alert.waiting.alert.key
            repeated = next((n for n, (of, old) in enumerate(chosen) if of == key and _repeats(old, place)), None)
            if repeated is None:
                chosen += [(key, place)] if len(chosen) < MOST else []
            elif place[0].arrived > chosen[repeated][1][0].arrived:
                chosen[repeated] = key, place
    return [place for _, place in chosen]


def _changes_first(alert: ReaderAlert) -> tuple[int, float]:
    """What is new, then what changed last, then what else is told: the card's first line speaks of the last change."""
    if alert.novelty is not Novelty.UPDATE:
        return (0 if alert.novelty is Novelty.NEW else 3), 0.0
    return (1, -alert.waiting.alert.raised.timestamp()) if alert.waiting.alert.former else (2, 0.0)


def _proof(alert: ReaderAlert) -> list[Place]:
    """The sentences that this alert's evidence touches, in the fields below the title."""
    article = alert.waiting.article
    found: list[Place] = []
    for evidence in alert.waiting.alert.match.evidence:
        if evidence.field in ("summary", "body"):
            spans = touched(article.text_of(evidence.field), evidence.spans)
            found.extend((article, evidence.field, span) for span in spans)
    return found


def _repeats(one: Place, other: Place) -> bool:
    """Whether two sentences say the same, but for a figure perhaps."""
    mine, others = set(words_of(_text(one))), set(words_of(_text(other)))
    fewer = min(len(mine), len(others))
    return fewer >= FEWEST_WORDS and len(mine & others) >= ALIKE * fewer


def _more(article: Article, places: Sequence[Place], named: Sequence[_Name], seen: set[str]) -> Place | None:
    """The sentence of the card's article that goes on where the proof ends, if it speaks of the same; else the first
    at its beginning that does, of two things that are `named` if there is a proof already. A short text without any
    opens the card all the same.

    Where none does, the text begins with something else: the furniture of a page, another item of a letter.
    """
    own = [place for place in places if place[0].id == article.id]
    after = following(article.text_of(own[-1][1]), own[-1][2][1]) if own else None
    opening = [place for place in _opening(article) if _content(_text(place)) not in seen]
    offered = [((article, own[-1][1], after), 1)] if after else []
    for place, least in (*offered, *((place, 2 if own else 1) for place in opening)):
        if _content(_text(place)) in seen or not _is_readable(_text(place)) or not _speaks(place, named, least):
            continue
        if not any(_repeats(place, other) for other in places):
            return place
    is_short = len(article.summary) + len(article.body) <= LONGEST // 2
    return opening[0] if opening and is_short and not places else None


def _opening(article: Article) -> Iterator[Place]:
    for field in ("summary", "body"):
        for span in first_sentences(article.text_of(field))[:OPENING]:
            yield article, field, span


_Name = tuple[str, frozenset[str]]
"""A word or name, as it is written and as the set of its words in their basic forms."""


def _named(article: Article, alerts: Sequence[ReaderAlert]) -> list[_Name]:
    """What the evidence and the facts of an article name."""
    own = [alert.waiting.alert.match for alert in alerts if alert.waiting.article.id == article.id]
    found = [
        article.text_of(evidence.field)[slice(*span)].strip().casefold()
        for match in own
        for evidence in match.evidence
        for span in evidence.spans
    ]
    found += [value.casefold() for match in own for _, value in match.fact]
    return [(name, _basic(name, article.lang)) for name in dict.fromkeys(found) if len(name) > 1]


def _speaks(place: Place, named: Iterable[_Name], least: int) -> bool:
    """Whether a sentence speaks of so many different things that are `named`."""
    spoken = _text(place).casefold()
    if not any(name in spoken for name, _ in named):
        return False
    forms = _basic(spoken, place[0].lang)
    return len({basic for name, basic in named if name in spoken or basic <= forms}) >= least


def _basic(text: str, lang: str) -> frozenset[str]:
    language = language_for(lang)
    return frozenset(headword(word, language) for word in words_of(text))


def _is_readable(text: str) -> bool:
    """Whether a sentence is whole, long enough to say something, and not too long to be read."""
    wide = len(text) if text.isascii() else sum(1 if character.isascii() else 2 for character in text)
    return SHORTEST <= wide <= LONGEST // 2 and text.rstrip("\"'”’」』)） ")[-1:] in ".!?。！？…"


def _text(place: Place) -> str:
    return place[0].text_of(place[1])[slice(*place[2])]


def _passage(place: Place, lead: Article, alerts: Sequence[ReaderAlert], another: str) -> Passage:
    article, field, span = place
    publisher = "" if article.id == lead.id else site(article.publisher, article.url) or another
    return Passage(sentence(article.text_of(field), span, marks_of(article, field, alerts)), publisher)


def _content(text: str) -> str:
    """What a sentence says, for finding the one that is printed twice."""
    return "".join(filter(str.isalnum, text.casefold()))
