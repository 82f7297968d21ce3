"""One card: all that a digest says of one story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.digest.content import AlsoIn, Card, Link, Run
from monitor.digest.cutting import label
from monitor.digest.links import LONGEST_URL, safe_link, site
from monitor.digest.news import importance, news_lines, novelty_of, told_by
from monitor.digest.novelty import ReaderAlert
from monitor.digest.passages import passages
from monitor.digest.runs import headline
from monitor.digest.times import article_time, shown_moment
from monitor.digest.words import Words
from monitor.model import Alert, Article, Period, Reason

MOST_ALSO_IN, MOST_BESIDE = 6, 3
"""How many other places of the same news, and of other news of the story, a card lists before it counts the rest."""


def place_of(alert: Alert) -> str:
    """The story whose card tells an alert. What a rule over time tells is no news of the story that made it hold: it
    has a place of its own."""
    return f"{alert.story}/{alert.match.rule}" if alert.reason is Reason.OVER_TIME else alert.story


def build_card(alerts: Sequence[ReaderAlert], zone: str, period: Period, words: Words) -> Card:
    """The card of `alerts`, which share a story, without its sentences (`with_sentences`). What cannot be shown is
    quarantined, never raised.

    One article that breaks its card must not stop the digest of everybody (finding 2): its card then shows the
    headline and says why it shows no more.
    """
    ordered = _in_order(alerts)
    try:
        return _card(ordered, zone, period, words)
    except Exception as error:  # whatever an article can provoke; the card names it, the digest goes on
        return _quarantined(ordered, error, words)


def with_sentences(card: Card, alerts: Sequence[ReaderAlert], words: Words) -> Card:
    """The card of `alerts` with the sentences that carry the evidence; to choose them is most of the work."""
    if card.over_time or card.quarantined:
        return card
    ordered = _in_order(alerts)
    try:
        chosen = passages(ordered[0].waiting.article, ordered, words.say("another_article"))
    except Exception as error:  # as `build_card`
        return _quarantined(ordered, error, words)
    return replace(card, passages=chosen)


def pointer(alerts: Sequence[ReaderAlert], card: Card, under: str, words: Words) -> Card:
    """The line by which another watchlist that found the story of `card` says so; its alerts are told there."""
    ordered = sorted(alerts, key=importance)
    lead = ordered[0].waiting.alert.match
    return Card(
        story=card.story,
        watchlist=lead.watchlist,
        novelty=novelty_of(ordered),
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


def _in_order(alerts: Sequence[ReaderAlert]) -> list[ReaderAlert]:
    """By importance. What a card says of a key it says in the words of its last change, so that is what must head and
    prove it."""
    alerts = sorted(alerts, key=importance)
    in_time = sorted(alerts, key=lambda alert: alert.waiting.alert.raised)
    last = {each.waiting.alert.key: each for each in in_time if each.waiting.alert.former or _is_retracted(each)}
    ordered = [each for alert in alerts for each in (last.get(alert.waiting.alert.key, alert), alert)]
    return list({each.waiting.alert.id: each for each in ordered}.values())


def _is_retracted(alert: ReaderAlert) -> bool:
    return alert.waiting.alert.reason is Reason.RETRACTED


def _card(alerts: Sequence[ReaderAlert], zone: str, period: Period, words: Words) -> Card:
    lead = alerts[0].waiting
    article, match = lead.article, lead.alert.match
    telling = told_by(alerts)
    when, age = article_time(article, zone, period, words)
    link = safe_link(article.url)
    over_time = lead.alert.reason is Reason.OVER_TIME
    also_in, beside = ((), ()) if over_time else _elsewhere(article, link, alerts, words)
    news = news_lines([alert for alert in alerts if alert.waiting.alert.match.watchlist == match.watchlist], words)
    return Card(
        story=place_of(lead.alert),
        watchlist=match.watchlist,
        novelty=novelty_of(alerts),
        severity=max((alert.waiting.alert.match.severity for alert in telling), key=lambda severity: severity.rank),
        title=news[0].title or label(match.rule),
        relevance=max(alert.waiting.alert.match.relevance for alert in telling),
        headline=headline(article, alerts, words.say("untitled")),
        publisher=site(article.publisher, article.url),
        when=when,
        moment=shown_moment(article),
        alerts=tuple(alert.waiting.alert.id for alert in alerts),
        keys=tuple(dict.fromkeys(alert.waiting.alert.key for alert in alerts)),
        facts=tuple(dict.fromkeys(fact for alert in alerts if (fact := alert.waiting.alert.match.fact))),
        date_note=age,
        lang=article.lang if article.lang.isascii() and article.lang.isalpha() else "",
        news=news,
        also_in=also_in[:MOST_ALSO_IN],
        also_more=max(0, len(also_in) - MOST_ALSO_IN),
        beside=beside[:MOST_BESIDE],
        beside_more=max(0, len(beside) - MOST_BESIDE),
        link=link,
        link_note="" if link else _link_note(article.url, words),
        why=_rules(alerts),
        over_time=over_time,
    )


def _quarantined(alerts: Sequence[ReaderAlert], error: Exception, words: Words) -> Card:
    """Uses nothing of the article but its title, cleaned, and nothing that was computed from its text."""
    lead = alerts[0].waiting
    match = lead.alert.match
    return Card(
        story=place_of(lead.alert),
        watchlist=match.watchlist,
        novelty=alerts[0].novelty,
        severity=match.severity,
        title=label(match.title),
        headline=(Run(label(lead.article.title, 200) or words.say("untitled")),),
        publisher=site(lead.article.publisher, lead.article.url),
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


def _elsewhere(
    lead: Article, link: Link | None, alerts: Sequence[ReaderAlert], words: Words
) -> tuple[tuple[AlsoIn, ...], tuple[AlsoIn, ...]]:
    """The other articles of the card, each publisher and address once: those that tell what the card's own article
    tells, copies among them, and by their titles those that tell something else of the story.

    A story can grow by a round-up, so that an article shares no news with the one at the head of the card.
    """
    own = {alert.waiting.alert.key for alert in alerts if alert.waiting.article.id == lead.id}
    head = AlsoIn(site(lead.publisher, lead.url), link)
    same, other = {_place(head): head}, dict[tuple[str, str], AlsoIn]()
    shared = {alert.waiting.article.id for alert in alerts if alert.waiting.alert.key in own}
    for alert in alerts:
        article = alert.waiting.article
        title = "" if article.id in shared else label(article.title, 200) or words.say("untitled")
        for place in (AlsoIn(site(article.publisher, article.url), safe_link(article.url)), *_copies(alert)):
            found = other if title else same
            found.setdefault(_place(place), replace(place, title=title))
    names = [place for key, place in same.items() if key != _place(head) and any(key)]
    return tuple(names), tuple(place for key, place in other.items() if key not in same)


def _copies(alert: ReaderAlert) -> Iterable[AlsoIn]:
    return (AlsoIn(site(copy.publisher, copy.url), safe_link(copy.url)) for copy in alert.waiting.copies)


def _place(other: AlsoIn) -> tuple[str, str]:
    return other.publisher.casefold(), other.link.url if other.link else ""


def _link_note(url: str, words: Words) -> str:
    if not url.strip():
        return ""
    return words.say("link_long" if len(url) > LONGEST_URL else "link_unsafe")
