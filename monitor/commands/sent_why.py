"""`monitor sent why`: everything that happened to an article or a story, from the source to the mailbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import exp, isfinite
from pathlib import Path

from monitor.alerts.audience import why as audience_of
from monitor.app import look, subscriptions, utc_now
from monitor.commands._instant import asked_for, wants_at_once
from monitor.commands._looking import rules_to_look
from monitor.commands._outbox import brief
from monitor.digest.due import next_occurrences
from monitor.model import Alert, Article, DeliveryState, Mute, Novelty, Reason, StoryReason, Subscription
from monitor.net.urls import canonical_url
from monitor.query.engine import Engine
from monitor.query.explain import Explainer
from monitor.query.lacking import Lack
from monitor.query.rule import Rule
from monitor.query.tell import lack_json
from monitor.store import History, Refusal, Seat, Sending, Store, Told
from monitor.terminal import complain, count, say
from monitor.watchlist.nouns import Loaded

_SHOWN = {
    Novelty.NEW: "new",
    Novelty.UPDATE: "update",
    Novelty.FOLD: "known already",
    Novelty.RECAP: "recap",
}


_COUNTED = (Reason.COUNTED, Reason.WITHDRAWN)
"""Matches that a rule over time counts, and that are told to nobody by themselves."""

_MOST_CERTAIN = 13.8
"""The logarithm of a million: odds beyond it say no more."""

_MOST_NEAR = 3
"""Rules that are named as near."""

_MOST_TRIED = 2_000
"""With more rules, only those are tried of which the index finds words in the article."""


def why(config: Path, question: str, *, limit: int, as_json: bool) -> int:
    """Tell the history of every article that `question` means: the id of an article, an alert, a story or a digest, a
    Message-ID, a URL, or words that it holds. 1 if there is none. Raises ConfigError, RuleError, StoreError.
    """
    settings, loaded = rules_to_look(config)
    store = look(settings)
    try:
        found, refusals = _found(store, question)
        histories = [history for name in found[:limit] if (history := store.history(name))]
        absences = [told for told in store.absences() if _means(question, told.alert)][:limit]
        teller = _Teller(loaded, subscriptions(settings), store)
        if as_json:
            lines = (*map(teller.as_json, histories), *map(_told_json, absences), *map(_refusal_json, refusals[:limit]))
            for line in lines:
                say(json.dumps(line, ensure_ascii=False))
            return int(not lines)
        for history in histories:
            teller.tell(history)
        for told in absences:
            teller.tell_absence(told)
    finally:
        store.close()
    for refusal in refusals[:limit]:
        say(f"{refusal.at:%Y-%m-%d %H:%M} UTC  not taken in: {refusal.origin} ({refusal.source}): {refusal.reason}")
    _say_rest(len(found) - limit, len(refusals) - limit)
    if not (histories or refusals or absences):
        complain(f"nothing that was read is called {question!r} or holds these words")
    return int(not (histories or refusals or absences))


def _found(store: Store, question: str) -> tuple[list[str], Sequence[Refusal]]:
    """A name goes before words; a URL is also looked for in its canonical form, without what trackers add to it."""
    canonical = canonical_url(question)
    names = [question, *([canonical, f"url:{canonical}"] if canonical else [])]
    called = store.articles_called(names)
    words = question.split()
    return called or store.articles_with(words), () if called else store.refusals_with(words)


def _say_rest(articles: int, refusals: int) -> None:
    if articles > 0:
        say(f"... and {count(articles, 'article')} more: say it more exactly, or --limit more")
    if refusals > 0:
        say(f"... and {refusals} more that were not taken in")


class _Teller:
    """Tells histories, with the present rules and subscriptions at hand for what did not happen."""

    def __init__(self, loaded: Loaded, readers: Sequence[Subscription], store: Store) -> None:
        self._rules = loaded.rules
        self._engine = Engine(loaded.rules)
        self._readers = {reader.name: reader for reader in readers}
        self._now = utc_now()
        self._kept_of = store.kept_of
        self._silences = {silence.id: silence for silence in store.silences()}

    def tell(self, history: History) -> None:
        article = history.article
        say(article.title or article.url or article.id)
        say(f"  article {article.id}, story {history.story}" + (f", {article.url}" if article.url else ""))
        for line in self._seen(history):
            say(f"  {line}")
        for told in sorted(history.told, key=lambda told: told.alert.reason in _COUNTED):
            for line in self._told(told, article.lang):
                say(f"  {line}")
        if not history.told:
            for line in self._missed(article):
                say(f"  {line}")
        say()

    def tell_absence(self, told: Told) -> None:
        """An alert that no article has caused."""
        say(told.alert.match.title)
        for line in self._told(told, ""):
            say(f"  {line}")
        say()

    def _seen(self, history: History) -> Iterator[str]:
        article = history.article
        published = f", published {article.published:%Y-%m-%d %H:%M} UTC" if article.published else ""
        doubt = ", which is doubtful" if article.published and article.date_doubtful else ""
        yield f"{history.ingested:%Y-%m-%d %H:%M} UTC  read from {article.source} ({article.origin}){published}{doubt}"
        yield f"in story {history.story}: {_placed(history)}"
        for merged in history.merged:
            since = f"{merged.at:%Y-%m-%d %H:%M} UTC"
            yield f"{since}  one with story {merged.story}, as article {merged.article} shows"
        for number, at in enumerate(history.edited, start=2):
            yield f"{at:%Y-%m-%d %H:%M} UTC  edited: version {number}"
        for copy in history.copies:
            place = f"{copy.publisher or copy.source} {copy.url}".rstrip()
            yield f"{copy.arrived:%Y-%m-%d %H:%M} UTC  a copy ({copy.why or 'the same words'}): {place}"

    def _told(self, told: Told, lang: str) -> Iterator[str]:
        alert, match = told.alert, told.alert.match
        fact = f" [{match.fact}]" if match.fact else ""
        if alert.reason in _COUNTED:
            yield f"counts for {match.watchlist}/{match.rule}{fact}, which tells how many there are: {_counted(alert)}"
            return
        rules = ", ".join((match.rule, *alert.agreeing))
        yield (f"{alert.raised:%Y-%m-%d %H:%M} UTC  matched {match.watchlist}/{rules}{fact}: {_decided(alert)}")
        kept = {mute.subscription: mute for mute in self._kept_of(alert.id)}
        seated = {seat.subscription for seat in told.seats}
        for seat in told.seats:
            if not seat.digest and (mute := kept.get(seat.subscription)):
                yield f"    {seat.subscription}: not told; {self._muted(mute)}"
            else:
                yield from (f"    {line}" for line in self._seat(seat, alert))
        for name, reader in self._readers.items():
            if name in seated:
                continue
            if mute := kept.get(name):
                yield f"    {name}: not told; {self._muted(mute)}"
            else:
                reason = audience_of(alert, lang, reader)
                yield f"    {name}: no; {'was not a subscription then' if reason.told else asked_for(reason, reader)}"

    def _muted(self, mute: Mute) -> str:
        if not mute.silence:
            return f"muted by {mute.rule} (alert {mute.inhibited_by})"
        silence = self._silences.get(mute.silence)
        by = f" by {silence.author}: {silence.reason}" if silence else ""
        return f"silenced{by} (`monitor silence show {mute.silence}`)"

    def _seat(self, seat: Seat, alert: Alert) -> Iterator[str]:
        if seat.withheld:
            yield f"{seat.subscription}: taken as told in {seat.digest} (the database was restored)"
        elif not seat.digest:
            yield f"{seat.subscription}: waits for {self._next(seat.subscription, alert)}"
        else:
            yield f"{seat.subscription}: in the digest {seat.digest}"
            yield from (f"  {_sent(sending)}" for sending in seat.sendings)

    def _next(self, name: str, alert: Alert) -> str:
        reader = self._readers.get(name)
        if reader is None:
            return "a subscription that the configuration no longer has"
        upcoming = next_occurrences(reader.schedule, reader.zone, self._now, 1)
        digest = f"the next digest ({upcoming[0]:%Y-%m-%d %H:%M} UTC)" if upcoming else "a digest that never comes"
        return f"a mail at once, else for {digest}" if wants_at_once(alert, reader) else digest

    def _missed(self, article: Article) -> Iterator[str]:
        """What the present rules say; those at work when it came may have been others."""
        yield "matched no rule when it came"
        matches = self._engine.match(article)
        for match in matches:
            yield f"    {match.watchlist}/{match.rule} would match it today: a new rule looks forward only"
        if not matches:
            yield from (f"    {line}" for line in self._near(article))

    def _near(self, article: Article) -> Iterator[str]:
        near = self._nearest(article)
        for rule, lack in near:
            yield f"near: {rule.watchlist}/{rule.id} lacks only `{lack.clause}`, {lack}"
        partly = [f"{rule.watchlist}/{rule.id}" for rule in self._engine.candidates(self._engine.read(article))]
        if near:
            yield f"`monitor explain {near[0][0].watchlist}/{near[0][0].id} {article.id}` shows every clause"
        elif partly:
            yield f"has words of {', '.join(partly)}, but lacks more than one clause of each"
        else:
            yield "has no words of any rule"

    def _nearest(self, article: Article) -> list[tuple[Rule, Lack]]:
        """The rules that lack a single clause, the nearest first: those whose words are all there before the others."""
        explainer = Explainer(self._engine)
        many = len(self._rules) > _MOST_TRIED
        tried = self._engine.candidates(self._engine.read(article)) if many else self._rules
        lacks = [(rule, lack) for rule in tried if (lack := explainer.near_miss(rule, article))]
        return sorted(lacks, key=lambda found: (found[1].how.rank, found[1].apart))[:_MOST_NEAR]

    def as_json(self, history: History) -> dict[str, object]:
        """The history as data."""
        kept = [mute for told in history.told for mute in self._kept_of(told.alert.id)]
        near = [] if history.told else self._nearest(history.article)
        return {
            **_as_json(history),
            "kept": [
                {"alert": mute.alert, "subscription": mute.subscription, "silence": mute.silence, "rule": mute.rule}
                for mute in kept
            ],
            "near": [{"rule": f"{rule.watchlist}/{rule.id}", **lack_json(lack)} for rule, lack in near],
        }


def _decided(alert: Alert) -> str:
    """What was decided of a match, and the words of a rule over time where there are some."""
    why = f"; {alert.why}" if alert.why else ""
    return f"{_SHOWN[alert.novelty]} ({alert.reason.value}{why}); alert {alert.id[:12]}"


def _counted(alert: Alert) -> str:
    """How far a count has come that told nobody."""
    if alert.reason is Reason.WITHDRAWN:
        return f"{alert.reason.value}{f' ({alert.why})' if alert.why else ''}"
    return f"{alert.why}; nothing to tell by that"


def _means(question: str, alert: Alert) -> bool:
    """Whether an alert without an article is meant: by its id or story, its rule, or words of its title."""
    if question in (alert.id, alert.story, f"{alert.match.watchlist}/{alert.match.rule}"):
        return True
    words = question.casefold().split()
    return bool(words) and all(word in f"{alert.match.title} {alert.why}".casefold() for word in words)


def _placed(history: History) -> str:
    """Why an article is in its story."""
    if history.copy_of:
        return f"{history.why.value} as article {history.copy_of}, and more"
    if history.score is None or not isfinite(history.score):
        return history.why.value
    if history.why is StoryReason.FIRST:
        return f"{history.why.value}; the odds that it tells of the likeliest one before are {_odds(history.score)}"
    return f"{history.why.value}; the odds that both tell of one event are {_odds(history.score)}"


def _odds(score: float) -> str:
    """`15 to 1`, `1 to 450`, of the logarithm of odds, as exact as matters."""
    ratio = exp(min(abs(score), _MOST_CERTAIN))
    shown = f"{ratio:.0f}" if ratio < 100 else f"{round(ratio, -1 if ratio < 1000 else -2):,.0f}"
    return f"{shown} to 1" if score >= 0 else f"1 to {shown}"


def _sent(sending: Sending) -> str:
    at = f" {sending.at:%Y-%m-%d %H:%M} UTC" if sending.at else ""
    answer = f" ({brief(sending.answer)})" if sending.answer else ""
    match sending.state:
        case DeliveryState.SENT:
            return f"sent to {sending.recipient} through {sending.channel}{at}{answer}"
        case DeliveryState.QUEUED:
            tried = f"; tried {count(sending.attempts, 'time')}{answer}" if sending.attempts else ""
            return f"not yet sent to {sending.recipient}: due {sending.next_at:%Y-%m-%d %H:%M} UTC{tried}"
        case DeliveryState.SENDING:
            return f"is being sent to {sending.recipient}"
        case _:
            return (
                f"not sent to {sending.recipient}: {sending.state}{answer} (`monitor outbox show {sending.delivery}`)"
            )


def _as_json(history: History) -> dict[str, object]:
    article = history.article
    return {
        "article": article.id,
        "story": history.story,
        "story_reason": history.why.value,
        "story_score": history.score,
        "copy_of": history.copy_of or None,
        "merged": [
            {"story": each.story, "article": each.article, "at": each.at.isoformat()} for each in history.merged
        ],
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "ingested": history.ingested.isoformat(),
        "edited": [at.isoformat() for at in history.edited],
        "copies": [{"publisher": copy.publisher, "url": copy.url, "why": copy.why} for copy in history.copies],
        "alerts": [_told_json(told) for told in history.told],
    }


def _told_json(told: Told) -> dict[str, object]:
    alert = told.alert
    return {
        "alert": alert.id,
        "watchlist": alert.match.watchlist,
        "rule": alert.match.rule,
        "fact": alert.match.fact.as_dict(),
        "novelty": alert.novelty.value,
        "reason": alert.reason.value,
        "why": alert.why,
        "raised": alert.raised.isoformat(),
        "told": [_seat_json(seat) for seat in told.seats],
    }


def _refusal_json(refusal: Refusal) -> dict[str, object]:
    at = refusal.at.isoformat()
    return {"refused": refusal.origin, "source": refusal.source, "reason": refusal.reason, "at": at}


def _seat_json(seat: Seat) -> dict[str, object]:
    return {
        "subscription": seat.subscription,
        "digest": seat.digest or None,
        "withheld": seat.withheld,
        "sendings": [
            {
                "to": sending.recipient,
                "state": sending.state.value,
                "at": sending.at.isoformat() if sending.at else None,
                "answer": sending.answer,
                "message_id": sending.message_id,
            }
            for sending in seat.sendings
        ],
    }
