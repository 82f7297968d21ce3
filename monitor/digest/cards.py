"""One card: all that a digest says of one story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.digest.content import AlsoIn, Card, Link, Run
from monitor.digest.cutting import label
from monitor.digest.links import LONGEST_URL, safe_link
from monitor.digest.news import importance, news_lines
from monitor.digest.novelty import ReaderAlert
from monitor.digest.passages import headline, passages
from monitor.digest.times import article_time, shown_moment
from monitor.digest.words import Words
from monitor.model import Article, Novelty, Period, Reason

MOST_ALSO_IN = 6
"""How many other places a card lists before it counts the rest."""

_TOLD = (Novelty.FOLD, Novelty.RECAP)


def build_card(alerts: Sequence[ReaderAlert], zone: str, period: Period, words: Words) -> Card:
    """The card of `alerts`, which share a story. What cannot be shown is quarantined, never raised.

    One article that breaks its card must not stop the digest of everybody (finding 2): its card then shows the
    headline and says why it shows no more.
    """
    ordered = _last_word_first(sorted(alerts, key=importance))
    try:
        return _card(ordered, zone, period, words)
    except Exception as error:  # whatever an article can provoke; the card names it, the digest goes on
        return _quarantined(ordered, error, words)


def pointer(alerts: Sequence[ReaderAlert], card: Card, under: str, words: Words) -> Card:
    """The line by which another watchlist that found the story of `card` says so; its alerts are told there."""
    ordered = sorted(alerts, key=importance)
    lead = ordered[0].waiting.alert.match
    return Card(
        story=card.story,
        watchlist=lead.watchlist,
        novelty=ordered[0].novelty,
        severity=lead.severity,
        title=_title(ordered, words),
        headline=card.headline,
        publisher=card.publisher,
        when=card.when,
        moment=card.moment,
        alerts=(),
        keys=(),
        lang=card.lang,
        link=card.link,
        under=under,
        rank=card.rank,
    )


def _last_word_first(alerts: Sequence[ReaderAlert]) -> list[ReaderAlert]:
    """What a card says of a key it says in the words of its last change, so that is what must head and prove it."""
    in_time = sorted(alerts, key=lambda alert: alert.waiting.alert.raised)
    last = {each.waiting.alert.key: each for each in in_time if each.waiting.alert.former or _is_retracted(each)}
    ordered = [each for alert in alerts for each in (last.get(alert.waiting.alert.key, alert), alert)]
    return list({each.waiting.alert.id: each for each in ordered}.values())


def _is_retracted(alert: ReaderAlert) -> bool:
    return alert.waiting.alert.reason is Reason.RETRACTED


def _card(alerts: Sequence[ReaderAlert], zone: str, period: Period, words: Words) -> Card:
    lead = alerts[0].waiting
    article, match = lead.article, lead.alert.match
    telling = _telling(alerts)
    when, age = article_time(article, zone, period, words)
    link = safe_link(article.url)
    also_in = _also_in(article, link, alerts)
    news = news_lines([alert for alert in alerts if alert.waiting.alert.match.watchlist == match.watchlist], words)
    return Card(
        story=lead.alert.story,
        watchlist=match.watchlist,
        novelty=min(alerts, key=importance).novelty,
        severity=max((alert.waiting.alert.match.severity for alert in telling), key=lambda severity: severity.rank),
        title=news[0].title or label(match.rule),
        relevance=max(alert.waiting.alert.match.relevance for alert in telling),
        headline=headline(article, alerts, words.say("untitled")),
        publisher=label(article.publisher or article.source),
        when=when,
        moment=shown_moment(article),
        alerts=tuple(alert.waiting.alert.id for alert in alerts),
        keys=tuple(dict.fromkeys(alert.waiting.alert.key for alert in alerts)),
        facts=tuple(dict.fromkeys(fact for alert in alerts if (fact := alert.waiting.alert.match.fact))),
        date_note=age,
        lang=article.lang if article.lang.isascii() and article.lang.isalpha() else "",
        news=news,
        passages=passages(article, alerts),
        also_in=also_in[:MOST_ALSO_IN],
        also_more=max(0, len(also_in) - MOST_ALSO_IN),
        link=link,
        link_note="" if link else _link_note(article.url, words),
        why=_rules(alerts),
    )


def _quarantined(alerts: Sequence[ReaderAlert], error: Exception, words: Words) -> Card:
    """Uses nothing of the article but its title, cleaned, and nothing that was computed from its text."""
    lead = alerts[0].waiting
    match = lead.alert.match
    return Card(
        story=lead.alert.story,
        watchlist=match.watchlist,
        novelty=alerts[0].novelty,
        severity=match.severity,
        title=label(match.title),
        headline=(Run(label(lead.article.title, 200) or words.say("untitled")),),
        publisher=label(lead.article.publisher or lead.article.source),
        when="",
        moment=lead.alert.raised,
        alerts=tuple(alert.waiting.alert.id for alert in alerts),
        keys=tuple(dict.fromkeys(alert.waiting.alert.key for alert in alerts)),
        why=_rules(alerts),
        quarantined=words.say("quarantined", article=label(lead.article.id), error=type(error).__name__),
    )


def _title(alerts: Sequence[ReaderAlert], words: Words) -> str:
    try:
        return news_lines(alerts, words)[0].title
    except Exception:  # as `build_card`: whatever an article can provoke
        return label(alerts[0].waiting.alert.match.title)


def _rules(alerts: Sequence[ReaderAlert]) -> tuple[str, ...]:
    """The rules that found the story, also those that agree with another one, the most important first."""
    found = [[alert.waiting.alert.match.rule, *alert.waiting.alert.agreeing] for alert in alerts]
    return tuple(dict.fromkeys(label(rule) for rules in found for rule in rules))


def _telling(alerts: Sequence[ReaderAlert]) -> Sequence[ReaderAlert]:
    """The alerts that make the card what it is; all of them where none is new or an update."""
    return [alert for alert in alerts if alert.novelty not in _TOLD] or alerts


def _also_in(lead: Article, link: Link | None, alerts: Sequence[ReaderAlert]) -> tuple[AlsoIn, ...]:
    """Copies and the other articles of the story, each publisher and address once, without the card's own `link`."""
    own = AlsoIn(label(lead.publisher or lead.source), link)
    found = {_place(own): own}
    for other in _others(lead, alerts):
        found.setdefault(_place(other), other)
    return tuple(found.values())[1:]


def _others(lead: Article, alerts: Sequence[ReaderAlert]) -> Iterable[AlsoIn]:
    for alert in alerts:
        article = alert.waiting.article
        if article.id != lead.id:
            yield AlsoIn(label(article.publisher or article.source), safe_link(article.url))
        for copy in alert.waiting.copies:
            yield AlsoIn(label(copy.publisher or copy.source), safe_link(copy.url))


def _place(other: AlsoIn) -> tuple[str, str]:
    return other.publisher.casefold(), other.link.url if other.link else ""


def _link_note(url: str, words: Words) -> str:
    if not url.strip():
        return ""
    return words.say("link_long" if len(url) > LONGEST_URL else "link_unsafe")
