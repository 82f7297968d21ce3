"""Which sentences a card shows: two or three, whole, chosen for what they prove and for what is new in them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from monitor.digest.content import Passage
from monitor.digest.links import site
from monitor.digest.news import told_by
from monitor.digest.novelty import ReaderAlert
from monitor.digest.quotes import (
    Name,
    Quote,
    after,
    basic_words,
    content_of,
    longer_words,
    names_in,
    opening_of,
    proof_of,
)
from monitor.digest.runs import LONGEST, marks_of, sentence
from monitor.model import Article, Novelty

MOST, FEWEST = 3, 2
"""How many sentences a card shows, and how many at least where its article has them."""

EARLY, NEXT = 4, 2
"""How many of the first sentences hold the news, and how many are looked at after a proof."""

BESIDE, BELOW = 2, 3
"""How many longer words a sentence shares with the title and the sentence before if it goes on from there: in its
paragraph, and in the next one."""

_Proofs = Mapping[str, Sequence[Quote]]
"""The sentences that prove each alert, by its id."""


def passages(article: Article, alerts: Sequence[ReaderAlert], another: str) -> tuple[Passage, ...]:
    """Two or three sentences: the first of each fact before the second of any; `alerts` comes in order of importance.

    Only what is new to the reader is proven. The card's own article has the first word, if only with the sentence at
    its beginning that is nearest to its title; of the others of the story a sentence names the publisher, or `another`
    where none is known. Where there are fewer than two proofs, sentences of the card's own article follow that speak
    of the same. What is no part of the news is quoted only where there is nothing else.
    """
    telling = told_by(alerts)
    every = {alert.waiting.alert.id: proof_of(alert) for alert in alerts}
    new = {alert.waiting.alert.id: every[alert.waiting.alert.id] for alert in telling}
    proofs = {identity: [quote for quote in quotes if not quote.is_furniture] for identity, quotes in new.items()}
    named = names_in(article, telling)
    seen = {content_of(article.title)}
    lead = [] if _is_proven_early(article, telling, proofs) else _lead(article, named, seen)
    quotes = _proven(article, telling, proofs, lead, seen)
    seen |= {quote.content for proof in every.values() for quote in proof}
    while len(quotes) < FEWEST and (more := _more(article, quotes, named, seen)):
        quotes.append(more)
    quotes = quotes or _anything(article, new.values())
    order = list(dict.fromkeys([article.id, *(quote.article.id for quote in quotes)]))
    quotes.sort(key=lambda quote: (order.index(quote.article.id), quote.field != "summary", quote.span))
    return tuple(_passage(quote, article, alerts, another) for quote in quotes)


def _is_proven_early(article: Article, alerts: Sequence[ReaderAlert], proofs: _Proofs) -> bool:
    """Whether the card's article needs no opening before its proofs: they stand there, or its title says nothing."""
    own = [quote for quotes in proofs.values() for quote in quotes if quote.article.id == article.id]
    if not own or any(quote in own for quote in islice(opening_of(article), EARLY)):
        return bool(own)
    return not marks_of(article, "title", alerts)


def _lead(article: Article, named: Sequence[Name], seen: set[str]) -> list[Quote]:
    """The sentence of the opening that speaks of what is `named` and has most in common with the title.

    Where none does, the text begins with something else: the furniture of a page, another item of a letter.
    """
    offered = [quote for quote in opening_of(article) if _is_fresh(quote, seen) and quote.speaks_of(named, 1)]
    title = basic_words(article.title, article.lang)
    lead = max(offered, key=lambda quote: len(title & quote.basic_words), default=None)
    if lead is None:
        return []
    seen.add(lead.content)
    return [lead]


def _proven(
    article: Article, alerts: Sequence[ReaderAlert], proofs: _Proofs, lead: Sequence[Quote], seen: set[str]
) -> list[Quote]:
    """After the `lead`, of each alert a sentence before of any a second. A sentence that a later article repeats gives
    way to it: the later one has the figure that holds."""
    chosen = [("", quote) for quote in lead]
    first, *rest = alerts
    ordered = [first, *sorted(rest, key=_changes_first)]
    for rank in zip_longest(*(proofs[alert.waiting.alert.id] for alert in ordered)):
        for alert, quote in zip(ordered, rank, strict=True):
            if quote is None or quote.content in seen:
                continue
            seen.add(quote.content)
            key = alert.waiting.alert.key
            repeated = next((n for n, (of, old) in enumerate(chosen) if of == key and old.repeats(quote)), None)
            if repeated is not None:
                if quote.article.arrived > chosen[repeated][1].article.arrived:
                    chosen[repeated] = key, quote
            elif len(chosen) < MOST and not quote.is_echo([old for _, old in chosen], article):
                chosen.append((key, quote))
    return [quote for _, quote in chosen]


def _changes_first(alert: ReaderAlert) -> tuple[int, float]:
    """What is new, then what changed last, then what else is told: the card's first line speaks of the last change."""
    if alert.novelty is not Novelty.UPDATE:
        return (0 if alert.novelty is Novelty.NEW else 3), 0.0
    return (1, -alert.waiting.alert.raised.timestamp()) if alert.waiting.alert.former else (2, 0.0)


def _more(article: Article, quotes: Sequence[Quote], named: Sequence[Name], seen: set[str]) -> Quote | None:
    """The sentence of the card's article that goes on where its last one ends, if it speaks of the same or refers back
    to it; else the first at its beginning that speaks of two things that are `named`; else one soon after that goes on.
    """
    own = [quote for quote in quotes if quote.article.id == article.id]
    for quote in _going_on(article, own[-1], named) if own else ():
        if _is_fresh(quote, seen) and not any(map(quote.repeats, quotes)):
            seen.add(quote.content)
            return quote
    return None


def _going_on(article: Article, last: Quote, named: Sequence[Name]) -> Iterator[Quote]:
    said = longer_words(article.title) | last.longer_words
    following = after(last, NEXT)
    between = article.text_of(last.field)[last.span[1] : following[0].span[0]] if following else ""
    if following and "\n" not in between and following[0].goes_on(said, named, BESIDE):
        yield following[0]
    yield from (quote for quote in opening_of(article) if quote.speaks_of(named, 2))
    yield from (quote for quote in following if quote.goes_on(said, named, BELOW))


def _anything(article: Article, proofs: Iterable[Sequence[Quote]]) -> list[Quote]:
    """What shows an article that has no good sentence: any proof, or how a short text begins."""
    if given := [quote for quotes in proofs for quote in quotes][:1]:
        return given
    is_short = len(article.summary) + len(article.body) <= LONGEST // 2
    opening = [quote for quote in opening_of(article) if quote.content != content_of(article.title)]
    return opening[:1] if is_short else []


def _is_fresh(quote: Quote, seen: Container[str]) -> bool:
    """Whether a sentence can be read, is no part of the page, and was not looked at before."""
    return quote.content not in seen and quote.is_readable and not quote.is_furniture


def _passage(quote: Quote, lead: Article, alerts: Sequence[ReaderAlert], another: str) -> Passage:
    article = quote.article
    publisher = "" if article.id == lead.id else site(article.publisher, article.url) or another
    marks = marks_of(article, quote.field, alerts)
    return Passage(sentence(article.text_of(quote.field), quote.span, marks), publisher)
