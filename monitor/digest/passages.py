"""Which sentences a card shows: two or three, whole, chosen for what they prove and for what is new in them."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from monitor.digest.content import Passage
from monitor.digest.furniture import is_furniture, refers_back
from monitor.digest.links import site
from monitor.digest.news import told_by
from monitor.digest.novelty import ReaderAlert
from monitor.digest.runs import LONGEST, marks_of, sentence
from monitor.digest.sentences import Span, first_sentences, sentences_after, touched
from monitor.model import Article, Novelty
from monitor.text.inflect import headword, language_for
from monitor.text.tokens import words as words_of

MOST, FEWEST = 3, 2
"""How many sentences a card shows, and how many at least where its article has them."""

SHORTEST, EARLY, OPENING, NEXT = 40, 4, 12, 2
"""Columns of a sentence that says something; how many of the first sentences hold the news, how many of them are looked
at, and how many after a proof."""

ALIKE, ECHO, FEWEST_WORDS = 0.8, 0.5, 6
"""The share of its words from which on a sentence repeats another one, that of its longer words from which on another
article says the same, and how many such words it must have for either."""

LONGER, BESIDE, BELOW = 5, 2, 3
"""Letters of a word that is hardly ever a mere function word; how many of them a sentence shares with the title and the
sentence before if it goes on from there: in its paragraph, and in the next one."""

Place = tuple[Article, str, Span]
"""A sentence: the article, the field, and where it stands in it."""


def passages(article: Article, alerts: Sequence[ReaderAlert], another: str) -> tuple[Passage, ...]:
    """Two or three sentences: the first of each fact before the second of any; `alerts` comes in order of importance.

    Only what is new to the reader is proven. The card's own article has the first word, if only with the sentence at
    its beginning that is nearest to its title; of the others of the story a sentence names the publisher, or `another`
    where none is known. Where there are fewer than two proofs, sentences of the card's own article follow that speak
    of the same.
    """
    telling = told_by(alerts)
    named = _named(article, telling)
    seen = {_content(article.title)}
    every = {alert.waiting.alert.id: _proof(alert) for alert in alerts}
    proofs = {key: [place for place in every[key] if not _is_furniture(place)] for key in _ids(telling)}
    lead = [] if _is_proven_early(article, telling, proofs) else _lead(article, named, seen)
    places = _proven(article, telling, proofs, lead, seen)
    seen |= {_content(_text(place)) for proof in every.values() for place in proof}
    while len(places) < FEWEST and (more := _more(article, places, named, seen)):
        places.append(more)
    places = places or _anything(article, (every[key] for key in _ids(telling)))
    order = list(dict.fromkeys([article.id, *(place[0].id for place in places)]))
    places.sort(key=lambda place: (order.index(place[0].id), place[1] != "summary", place[2]))
    return tuple(_passage(place, article, alerts, another) for place in places)


def _proven(
    article: Article,
    alerts: Sequence[ReaderAlert],
    proofs: Mapping[str, Sequence[Place]],
    lead: Sequence[Place],
    seen: set[str],
) -> list[Place]:
    """After the `lead`, of each alert a sentence before of any a second. A sentence that a later article repeats gives
    way to it: the later one has the figure that holds."""
    chosen = [("", place) for place in lead]
    first, *rest = alerts
    ordered = [first, *sorted(rest, key=_changes_first)]
    for rank in zip_longest(*(proofs[alert.waiting.alert.id] for alert in ordered)):
        for alert, place in zip(ordered, rank, strict=True):
            if place is None or _content(_text(place)) in seen:
                continue
            seen.add(_content(_text(place)))
            key = alert.waiting.alert.key
            repeated = next((n for n, (of, old) in enumerate(chosen) if of == key and _repeats(old, place)), None)
            if repeated is not None:
                if place[0].arrived > chosen[repeated][1][0].arrived:
                    chosen[repeated] = key, place
            elif len(chosen) < MOST and not _is_echo(place, article, [old for _, old in chosen]):
                chosen.append((key, place))
    return [place for _, place in chosen]


def _is_echo(place: Place, article: Article, chosen: Sequence[Place]) -> bool:
    """Whether a sentence of another article says in other words, or in another language, what the card says already.
    One with a figure of its own does not."""
    if place[0].id == article.id or not chosen:
        return False
    if place[0].lang != article.lang:
        return True
    mine = _longer(_text(place))
    told = [_longer(_text(other)) for other in chosen]
    if any(any(map(str.isdigit, word)) for word in mine.difference(*told)):
        return False
    fewer = [min(len(mine), len(other)) for other in told]
    return any(
        least >= FEWEST_WORDS and len(mine & other) >= ECHO * least for least, other in zip(fewer, told, strict=True)
    )


def _longer(text: str) -> set[str]:
    """The words that say something, numbers among them."""
    return {word for word in words_of(text) if len(word) >= LONGER or any(map(str.isdigit, word))}


def _ids(alerts: Iterable[ReaderAlert]) -> list[str]:
    return [alert.waiting.alert.id for alert in alerts]


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


def _is_proven_early(article: Article, alerts: Sequence[ReaderAlert], proofs: Mapping[str, Sequence[Place]]) -> bool:
    """Whether the card's article needs no opening before its proofs: they stand there, or its title says nothing."""
    own = [place for places in proofs.values() for place in places if place[0].id == article.id]
    if not own or any(place in own for place in islice(_opening(article), EARLY)):
        return bool(own)
    return not marks_of(article, "title", alerts)


def _lead(article: Article, named: Sequence[_Name], seen: set[str]) -> list[Place]:
    """The sentence of the opening that speaks of what is `named` and has most in common with the title.

    Where none does, the text begins with something else: the furniture of a page, another item of a letter.
    """
    offered = [place for place in _opening(article) if _is_fresh(place, seen) and _speaks(place, named, 1)]
    title = _basic(article.title, article.lang)
    near = [len(title & _basic(_text(place), article.lang)) for place in offered]
    lead = [offered[near.index(max(near))]] if offered else []
    seen |= {_content(_text(place)) for place in lead}
    return lead


def _more(article: Article, places: Sequence[Place], named: Sequence[_Name], seen: set[str]) -> Place | None:
    """The sentence of the card's article that goes on where its last one ends, if it speaks of the same or refers back
    to it; else the first at its beginning that speaks of two things that are `named`; else one soon after that goes on.
    """
    own = [place for place in places if place[0].id == article.id]
    for place in _going_on(article, own[-1], named) if own else ():
        if _is_fresh(place, seen) and not any(_repeats(place, other) for other in places):
            seen.add(_content(_text(place)))
            return place
    return None


def _going_on(article: Article, last: Place, named: Sequence[_Name]) -> Iterator[Place]:
    _, field, (_, end) = last
    said = _longer(article.title) | _longer(_text(last))
    after = [(article, field, span) for span in sentences_after(article.text_of(field), end, NEXT)]
    beside = [place for place in after[:1] if "\n" not in article.text_of(field)[end : place[2][0]]]
    yield from (place for place in beside if _goes_on(place, said, named, BESIDE))
    yield from (place for place in _opening(article) if _speaks(place, named, 2))
    yield from (place for place in after if _goes_on(place, said, named, BELOW))


def _goes_on(place: Place, said: Collection[str], named: Sequence[_Name], shared: int) -> bool:
    """Whether a sentence speaks of what is `named`, refers back, or has so many words of what was `said`."""
    text = _text(place)
    return _speaks(place, named, 1) or refers_back(text) or len(_longer(text).intersection(said)) >= shared


def _anything(article: Article, proofs: Iterable[Sequence[Place]]) -> list[Place]:
    """What shows an article that has no good sentence: any proof, or how a short text begins."""
    if given := [place for places in proofs for place in places][:1]:
        return given
    is_short = len(article.summary) + len(article.body) <= LONGEST // 2
    opening = [place for place in _opening(article) if _content(_text(place)) != _content(article.title)]
    return opening[:1] if is_short else []


def _is_fresh(place: Place, seen: Container[str]) -> bool:
    """Whether a sentence can be read, is no part of the page, and was not looked at before."""
    text = _text(place)
    return _content(text) not in seen and _is_readable(text) and not _is_furniture(place)


def _is_furniture(place: Place) -> bool:
    text, (start, end) = place[0].text_of(place[1]), place[2]
    return is_furniture(text[start:end], text[text.rfind("\n", 0, start) + 1 : (text + "\n").index("\n", end - 1)])


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
