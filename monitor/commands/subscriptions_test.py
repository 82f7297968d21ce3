"""`monitor subscriptions test`: who would get an alert, when, through which channel, and why; and who not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.alerts.audience import why
from monitor.app import look, subscriptions, utc_now
from monitor.checks import load_all
from monitor.commands._instant import asked_for, at_once, wants_at_once
from monitor.digest.due import next_occurrences
from monitor.digest.instant import InstantReason, quiet_until
from monitor.digest.times import short_day
from monitor.errors import ConfigError
from monitor.model import Alert, Match, Novelty, Reason, Severity, Subscription
from monitor.settings import Settings, offer
from monitor.terminal import complain, say


@dataclass(frozen=True, slots=True)
class Supposed:
    """An alert that is supposed rather than asked for by name."""

    watchlist: str
    severity: Severity = Severity.NORMAL
    lang: str = ""
    novelty: Novelty = Novelty.NEW


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of an alert for one subscription; `at` (UTC) is when it would be told, None if never."""

    subscription: Subscription
    told: bool
    reason: str
    at: datetime | None = None
    how: str = ""


def test(config: Path, name: str | None, supposed: Supposed | None, expected: Sequence[str], *, as_json: bool) -> int:
    """Tell of each alert that `name` means (an alert, an article, a story, an address), or of a `supposed` one.

    1 if nobody would get it or, where names are `expected`, if others would. Raises ConfigError, RuleError, StoreError.
    """
    configuration, loaded = load_all(config)
    readers = subscriptions(configuration.settings)
    _refuse_unknown(expected, [reader.name for reader in readers], "subscription")
    if supposed is not None:
        _refuse_unknown([supposed.watchlist], [watchlist.name for watchlist in loaded.watchlists], "watchlist")
        alerts = [(_alert(supposed), supposed.lang)]
    else:
        alerts = _stored(configuration.settings, name or "")
    now = utc_now()
    surprised = False
    for alert, lang in alerts:
        answers = [_answer(alert, lang, reader, now) for reader in readers]
        (_say_json if as_json else _say)(alert, lang, answers)
        audience = sorted(answer.subscription.name for answer in answers if answer.told)
        if expected and audience != sorted(set(expected)):
            complain(f"expected {', '.join(sorted(set(expected)))}; it is {', '.join(audience) or 'nobody'}")
        surprised |= audience != sorted(set(expected)) if expected else not audience
    return int(surprised)


def _refuse_unknown(names: Iterable[str], known: Sequence[str], noun: str) -> None:
    for name in names:
        if name not in known:
            raise ConfigError(f"there is no {noun} {name!r}; {offer(name, known)}")


def _alert(supposed: Supposed) -> Alert:
    match = Match(
        supposed.watchlist, "any", "any", supposed.severity, f"an alert of {supposed.watchlist}, if there were one"
    )
    return Alert("supposed", "", "", "", match, supposed.novelty, Reason.FIRST_SEEN, utc_now())


def _stored(settings: Settings, name: str) -> list[tuple[Alert, str]]:
    store = look(settings)
    try:
        found = [store.history(article) for article in store.articles_called([name])]
    finally:
        store.close()
    alerts = [(told.alert, history.article.lang) for history in found if history for told in history.told]
    chosen = [(alert, lang) for alert, lang in alerts if name in (alert.id, "")] or alerts
    if not chosen:
        raise ConfigError(f"{name!r} is no alert, and no article, story or address with alerts in this database")
    return chosen


def _answer(alert: Alert, lang: str, reader: Subscription, now: datetime) -> Answer:
    reason = why(alert, lang, reader)
    if not reason.told:
        return Answer(reader, False, asked_for(reason, reader))
    upcoming = next_occurrences(reader.schedule, reader.zone, now, 1)
    digest = upcoming[0] if upcoming else None
    at, how = _at_once(alert, reader, now)
    if at is not None and (digest is None or at < digest):
        return Answer(reader, True, asked_for(reason, reader), at, how)
    return Answer(reader, True, asked_for(reason, reader), digest, "with its digest")


def _at_once(alert: Alert, reader: Subscription, now: datetime) -> tuple[datetime | None, str]:
    """When it would be mailed out of turn, if it is not old and the limit is not reached; and how that is said."""
    instant = reader.instant
    if instant is None or not wants_at_once(alert, reader):
        return None, ""
    at = now + instant.wait
    if instant.quiet and (end := quiet_until(instant.quiet, reader.zone, at)):
        return end, f"at once, but it {InstantReason.QUIET.value}"
    return at, "at once"


def _say(alert: Alert, lang: str, answers: Sequence[Answer]) -> None:
    match = alert.match
    fact = f" [{match.fact}]" if match.fact else ""
    about = f"{match.watchlist}/{match.rule}{fact}" if alert.article else match.title
    say(f"{about}: {match.severity}, {alert.novelty}, {f'language {lang}' if lang else 'of an unknown language'}")
    for answer in answers:
        say(f"  {answer.subscription.name}: {'yes' if answer.told else 'no'}, {answer.reason}")
        if answer.told:
            reader = answer.subscription
            say(f"      {answer.how}, {_when(answer)}; through {reader.channel} to {', '.join(reader.recipients)}")
            if reader.instant and not wants_at_once(alert, reader):
                say(f"      at once go only {at_once(reader)}")


def _when(answer: Answer) -> str:
    if answer.at is None:
        return "which never comes"
    local = answer.at.astimezone(ZoneInfo(answer.subscription.zone))
    return f"{short_day(local)} {local:%Y %H:%M %Z} = {answer.at:%Y-%m-%d %H:%M} UTC"


def _say_json(alert: Alert, lang: str, answers: Sequence[Answer]) -> None:
    """One line for each subscription."""
    for answer in answers:
        values = {
            "alert": alert.id,
            "watchlist": alert.match.watchlist,
            "rule": alert.match.rule,
            "severity": alert.match.severity.value,
            "novelty": alert.novelty.value,
            "lang": lang,
            "subscription": answer.subscription.name,
            "told": answer.told,
            "reason": answer.reason,
            "at": answer.at.isoformat() if answer.at else None,
            "how": answer.how,
            "channel": answer.subscription.channel,
            "recipients": list(answer.subscription.recipients) if answer.told else [],
        }
        say(json.dumps(values, ensure_ascii=False))
