"""Silence must not look like calm: whoever has rules that depend on a source hears when it falls silent, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.dependence import dependences
from monitor.digest.notice import freeze_notice
from monitor.digest.source_notice import SourceNews, source_notice
from monitor.model import DEPENDENCE_SPAN, Dependence, FrozenDigest, SourceAlarm, Subscription, Vital, alarm
from monitor.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class _Turn:
    """A source that fell silent, or that is `back`, and all that depends on it."""

    source: str
    vital: Vital
    dependences: Sequence[Dependence]
    back: bool


def tell_of_sources(pipeline: Pipeline, now: datetime) -> list[FrozenDigest]:
    """Freeze a mail to every subscription with rules that depend on a source which fell silent, or is back.

    All of a look go into one mail: when the network is down, a thousand sources are silent together. That it was told
    is stored in the same transaction. While mail is held back (a restored backup) nothing is looked at. Blocking.
    """
    if pipeline.store.hold():
        return []
    with pipeline.store.transaction():
        turns = _turns(pipeline, now)
        told = [_told(pipeline, subscription, turns, now) for subscription in pipeline.subscriptions]
        return [digest for digest in told if digest is not None and pipeline.store.save_digest(digest)]


def _turns(pipeline: Pipeline, now: datetime) -> list[_Turn]:
    """What changed since the last look; it is remembered at once."""
    known = pipeline.store.source_alarms()
    turns: list[tuple[str, Vital, bool]] = []
    for state in pipeline.store.source_states():
        found, before = alarm(state), known.get(state.name)
        if state.name not in pipeline.naming:
            if before is not None:
                pipeline.store.forget_source_alarm(state.name)
        elif found is not None and before is None:
            pipeline.store.save_source_alarm(SourceAlarm(state.name, found.sign, found.since or now, now))
            turns.append((state.name, found, False))
        elif found is None and before is not None:
            pipeline.store.forget_source_alarm(state.name)
            turns.append((state.name, Vital(before.sign, before.since), True))
    shares = pipeline.store.story_shares(now - DEPENDENCE_SPAN) if turns else ()
    naming = pipeline.naming
    return [_Turn(name, vital, dependences(name, shares, naming[name]), back) for name, vital, back in turns]


def _told(pipeline: Pipeline, subscription: Subscription, turns: Iterable[_Turn], now: datetime) -> FrozenDigest | None:
    news = []
    for turn in turns:
        own = [
            each
            for each in turn.dependences
            if not subscription.watchlists or each.watchlist in subscription.watchlists
        ]
        if own:
            news.append(SourceNews(turn.source, turn.vital, own, turn.back))
    if not news:
        return None
    letterhead = pipeline.letterheads[subscription.channel]
    notice = source_notice(news, subscription.name, letterhead.titles, subscription.zone, now)
    return freeze_notice(notice, subscription.recipients, subscription.channel, letterhead, now)
