"""The sentences that prove a match, whole, with the words marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain, pairwise, zip_longest

from monitor.digest.content import Passage, Run
from monitor.digest.cutting import label
from monitor.digest.novelty import ReaderAlert
from monitor.model import Article, Novelty
from monitor.text.clean import clean, one_line
from monitor.text.sentences import sentence_spans

MOST = 3
"""How many sentences a card shows."""

LONGEST = 900
"""A sentence of more characters is a broken extraction: only the words around its evidence are shown, and marked so."""

WRAPPED = 50
"""A line of plain text with fewer characters was not broken by a margin."""

LONGEST_TITLE = 300
_AROUND = 250
_REACHES, _EDGE = (150, 450), 40
"""Characters to either side of a mark in which its sentence is looked for, and those at the edge of that range in which
no sentence begins for sure: what stands before is not known there. Nor is it known of the last one where it ends."""
_CUT = "[…]"

Span = tuple[int, int]
Place = tuple[Article, str, Span]
"""A sentence: the article, the field, and where it stands in it."""

FEWEST = 2
"""How many sentences a card shows where its article has them."""

SHORTEST, OPENING = 40, 8
"""Columns of a sentence that says something; how many of the first sentences are looked at."""


def headline(article: Article, alerts: Sequence[ReaderAlert], untitled: str) -> tuple[Run, ...]:
    """The title with its evidence marked; without a title the first words of the text; without both `untitled`."""
    title = article.title if one_line(article.title) else _first_line(article)
    marks = _marks(article, "title", alerts) if title is article.title else []
    end = len(title) if len(title) <= LONGEST_TITLE else _word_end(title, LONGEST_TITLE)
    runs = _runs(title, (0, end), marks) or (Run(untitled),)
    return runs if end == len(title) else (*runs, Run("…"))


def passages(article: Article, alerts: Sequence[ReaderAlert]) -> tuple[Passage, ...]:
    """Two or three sentences: the first of each fact before the second of any; `alerts` comes in order of importance.

    The card's own article comes before the others of the story. A single proof is followed by the sentence after it, if
    that speaks of the same; where only the title proves the match, by one of the beginning that does.
    """
    places: list[Place] = []
    seen = {_content(article.title)}
    proofs = [_proof(alert) for alert in sorted(_one_per_key(alerts), key=_changes_first)]
    for place in filter(None, chain.from_iterable(zip_longest(*proofs))):
        content = _content(place[0].text_of(place[1])[slice(*place[2])])
        if len(places) < MOST and content not in seen:
            seen.add(content)
            places.append(place)
    if len(places) < FEWEST:
        named = _named(article, alerts)
        more = _after(article, places, named, seen) if places else _opening(article, named)
        places += [more] if more else []
    order = list(dict.fromkeys([article.id, *(place[0].id for place in places)]))
    places.sort(key=lambda place: (order.index(place[0].id), place[1] != "summary", place[2]))
    return tuple(_passage(place, article, alerts) for place in places)


def _one_per_key(alerts: Sequence[ReaderAlert]) -> Iterable[ReaderAlert]:
    """Another telling of a fact that adds nothing needs no sentence of its own: it is an also-in."""
    proven: set[str] = set()
    for alert in alerts:
        key = alert.waiting.alert.key
        if alert.novelty is not Novelty.FOLD or key not in proven:
            yield alert
        proven.add(key)


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
            touched = _touched(article.text_of(evidence.field), evidence.spans)
            found.extend((article, evidence.field, span) for span in touched)
    return found


def _touched(text: str, spans: Iterable[Span]) -> list[Span]:
    """The sentences in which the marks lie. Only the text around them is looked at, unless a sentence is very long."""
    marks = sorted(spans)
    found: list[Span] = []
    for reach in (*_REACHES, len(text)):
        left: list[Span] = []
        for low, high in _windows(marks, len(text), reach):
            inside = [mark for mark in marks if low <= mark[0] < high]
            near = [(start + low, end + low) for start, end in _sentences(text[low:high])]
            near = near if high == len(text) else near[:-1]
            near = [(a, b) for a, b in near if low == 0 or a > low + _EDGE]
            found += [(a, b) for a, b in near if any(a < end and start < b for start, end in inside)]
            left += [(start, end) for start, end in inside if not any(a <= start < b for a, b in near)]
        marks = left
    return sorted(set(found))


def _windows(marks: Sequence[Span], length: int, reach: int) -> Iterable[Span]:
    """The text around the marks, as ranges that do not overlap."""
    windows: list[Span] = []
    for start, end in marks:
        low, high = max(0, start - reach), min(length, end + reach)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(high, windows[-1][1]))
        else:
            windows.append((low, high))
    return windows


def _sentences(text: str) -> list[Span]:
    """The sentences, those whole that a line end has broken: one that ends in nothing and goes on in a small letter."""
    whole: list[Span] = []
    for start, end in sentence_spans(text):
        if whole and text[start].islower() and _is_broken_off(text, whole[-1], start):
            start = whole.pop()[0]
        whole.append((start, end))
    return whole


def _is_broken_off(text: str, before: Span, start: int) -> bool:
    """Whether the line before ends as a full line of wrapped text does: long, with a word or a comma."""
    line = text[: before[1]].rpartition("\n")[2]
    broken = text[before[1] : start].count("\n") == 1 and (line[-1].isalnum() or line[-1] in ",-–—")
    return broken and len(line) >= WRAPPED


def _after(article: Article, places: Sequence[Place], named: Collection[str], seen: Collection[str]) -> Place | None:
    """The sentence that goes on in the same paragraph where the proof ends, if it speaks of what is `named` there."""
    own = [place for place in places if place[0].id == article.id]
    if not own:
        return None
    _, field, (_, end) = own[-1]
    text = article.text_of(field)
    for reach in _REACHES:
        following = _sentences(text[end : end + reach])
        if len(following) > 1 or end + reach >= len(text):
            start, stop = following[0] if following else (0, 0)
            place = (article, field, (end + start, end + stop))
            apart = "\n" in text[end : end + start] or _content(_text(place)) in seen
            return None if apart or not _speaks(place, named) else place
    return None


def _opening(article: Article, named: Collection[str]) -> Place | None:
    """The first of the first sentences that speaks of what is `named` in the title; of a short text, the first of all.

    Where none of them does, the text begins with something else: the furniture of a page, another item of a letter.
    """
    title = _content(article.title)
    found = [
        (article, field, span)
        for field in ("summary", "body")
        for span in _first_sentences(article.text_of(field))
        if _content(article.text_of(field)[slice(*span)]) != title
    ]
    speaking = next((place for place in found if _speaks(place, named)), None)
    short = len(article.summary) + len(article.body) <= LONGEST // 2
    return speaking or (found[0] if found and short else None)


def _named(article: Article, alerts: Sequence[ReaderAlert]) -> set[str]:
    """The words of an article that prove what its card tells."""
    found = (
        article.text_of(evidence.field)[slice(*span)].strip().casefold()
        for alert in alerts
        if alert.waiting.article.id == article.id
        for evidence in alert.waiting.alert.match.evidence
        for span in evidence.spans
    )
    return {word for word in found if len(word) > 1}


def _speaks(place: Place, named: Collection[str]) -> bool:
    """Whether a sentence is whole, long enough to say something, not too long to be read, and of what is `named`."""
    sentence = _text(place)
    wide = len(sentence) if sentence.isascii() else sum(1 if c.isascii() else 2 for c in sentence)
    if not SHORTEST <= wide <= LONGEST // 2 or sentence.rstrip("\"'”’」』)） ")[-1:] not in ".!?。！？…":
        return False
    spoken = sentence.casefold()
    return any(word in spoken for word in named)


def _first_sentences(text: str) -> list[Span]:
    spans = _sentences(text[: 4 * LONGEST])
    whole = spans if len(text) <= 4 * LONGEST else spans[:-1] or spans
    return whole[:OPENING]


def _tells(sentence: str) -> bool:
    """Whether a sentence is long enough to say something, and no stub of a page's furniture."""
    long_enough = sum(1 if c.isascii() else 2 for c in sentence) >= SHORTEST
    return long_enough and len(sentence) <= LONGEST // 2 and sentence.rstrip("\"'”’」』)） ")[-1:] in ".!?。！？…"


def _text(place: Place) -> str:
    return place[0].text_of(place[1])[slice(*place[2])]


def _passage(place: Place, lead: Article, alerts: Sequence[ReaderAlert]) -> Passage:
    article, field, span = place
    text, marks = article.text_of(field), _marks(article, field, alerts)
    publisher = "" if article.id == lead.id else label(article.publisher or article.source)
    if span[1] - span[0] <= LONGEST:
        return Passage(_runs(text, span, marks), publisher)
    start, end = _window(text, span, marks)
    before = (Run(f"{_CUT} "),) if start > span[0] else ()
    after = (Run(f" {_CUT}"),) if end < span[1] else ()
    return Passage((*before, *_runs(text, (start, end), marks), *after), publisher)


def _window(text: str, span: Span, marks: Sequence[Span]) -> Span:
    """The part of an endless sentence around its first evidence, at word limits where there are any."""
    inside = [mark for mark in marks if span[0] <= mark[0] < span[1]]
    first = inside[0][0] if inside else span[0]
    last = max((end for start, end in inside if start - first < _AROUND), default=first)
    start, end = max(span[0], first - _AROUND), min(span[1], min(last, first + _AROUND) + _AROUND)
    space = text.find(" ", start, first) if start > span[0] else -1
    return (space + 1 if space >= 0 else start), (end if end == span[1] else _word_end(text, end))


def _word_end(text: str, limit: int) -> int:
    """The last word limit before `limit`, if it is near."""
    space = text.rfind(" ", max(0, limit - 40), limit)
    return space if space > 0 else limit


def _marks(article: Article, field: str, alerts: Sequence[ReaderAlert]) -> list[Span]:
    """All evidence of the card in one field of one article, overlapping marks joined."""
    spans = sorted(
        span
        for alert in alerts
        if alert.waiting.article.id == article.id
        for evidence in alert.waiting.alert.match.evidence
        if evidence.field == field
        for span in evidence.spans
    )
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _runs(text: str, span: Span, marks: Sequence[Span]) -> tuple[Run, ...]:
    """The text of `span` as marked and plain runs; cleaned run by run, so that positions stay right."""
    cuts = {span[0], span[1]}
    inside = [(max(a, span[0]), min(b, span[1])) for a, b in marks if a < span[1] and span[0] < b]
    cuts.update(cut for mark in inside for cut in mark)
    runs = []
    for start, end in pairwise(sorted(cuts)):
        if shown := " ".join(clean(text[start:end]).split("\n")):
            runs.append(Run(shown, any(a <= start < b for a, b in inside)))
    return _stripped(runs)


def _stripped(runs: list[Run]) -> tuple[Run, ...]:
    if runs:
        runs[0] = Run(runs[0].text.lstrip(), runs[0].marked)
        runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].marked)
    return tuple(run for run in runs if run.text)


def _first_line(article: Article) -> str:
    text = one_line((article.summary or article.body)[: 2 * LONGEST_TITLE])
    return text if len(text) <= 120 else f"{text[: _word_end(text, 120)]}…"


def _content(text: str) -> str:
    """What a sentence says, for finding the one that is printed twice."""
    return "".join(filter(str.isalnum, text.casefold()))
